package cache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"iter"
	"slices"
	"sync"
	"time"

	"conviso-importer/internal/safego"
)

// Pages stores values under checksums of their encodings, so that a stored value is not written
// twice. All keys begin with a prefix.
type Pages[V any] struct {
	prefix string
	cache  *Cache[V]
}

// NewPages opens the pages of a space whose keys begin with prefix.
func NewPages[V any](s *Store, space, prefix string, codec Codec[V]) *Pages[V] {
	return &Pages[V]{prefix: prefix, cache: New(s, space, codec)}
}

// Put stores a value unless it is there and returns its name. Errors are those of Cache.Put.
func (p *Pages[V]) Put(value V, readAt time.Time) (name string, err error) {
	name, data, err := p.name(nil, value)
	if err != nil {
		return "", err
	}
	return name, p.put(name, value, data, readAt, p.cache.names(p.prefix+name))
}

// name encodes a value, reusing to if possible, and returns its name.
func (p *Pages[V]) name(to []byte, value V) (name string, data []byte, err error) {
	data, err = p.cache.codec.encode(to, value)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]), data, err
}

func (p *Pages[V]) put(name string, value V, data []byte, readAt time.Time, there map[string]bool) error {
	if there[p.prefix+name] {
		p.share(name, value)
		return nil
	}
	return p.cache.PutEncoded(p.prefix+name, value, data, readAt)
}

// Get returns the value of a name.
func (p *Pages[V]) Get(name string) (value V, ok bool) {
	value, _, ok = p.cache.Get(p.prefix + name)
	return value, ok
}

// Drop deletes the names that are not needed. It ignores errors: the store evicts the rest.
func (p *Pages[V]) Drop(names, needed []string) {
	for _, name := range names {
		if !slices.Contains(needed, name) {
			_ = p.cache.Delete(p.prefix + name)
		}
	}
}

func (p *Pages[V]) share(name string, value V) { p.cache.Share(p.prefix+name, value) }

// List stores a complete list as pages and a head that names them. Write stores the pages first
// and the head last, so that an interrupted write leaves the previous list intact. It does not
// rewrite unchanged pages. Several lists and processes may share the spaces. It is safe for
// concurrent use.
type List[H, P any] struct {
	key     string
	heads   *Cache[H]
	pages   *Pages[P]
	names   func(*H) *[]string
	writing sync.Mutex // writing serialises writes of one process, which must see each other's head
}

// ListOptions configure a List.
type ListOptions[H, P any] struct {
	Heads, Pages string // the spaces of the head and of the pages
	// Key is the head's key. Prefix begins the pages' keys; no other list in the space may use
	// it.
	Key, Prefix string
	Version     int // the format of the head, which is JSON
	Codec       Codec[P]
	// Names returns the head's field for the page names, which the List fills. The rest of the
	// head is the caller's.
	Names func(*H) *[]string
}

// NewList opens a list.
func NewList[H, P any](s *Store, o ListOptions[H, P]) *List[H, P] {
	return &List[H, P]{key: o.Key, names: o.Names,
		heads: New(s, o.Heads, JSON[H](o.Version)), pages: NewPages(s, o.Pages, o.Prefix, o.Codec)}
}

// Write replaces the list and deletes pages that are no longer used. On error the previous list
// remains, except that a head that failed to reach the disk is in memory.
func (l *List[H, P]) Write(head H, pages iter.Seq[P], readAt time.Time) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	before, _, had := l.heads.Get(l.key)
	if !had {
		// Without a head of this format, existing pages belong to no list.
		_ = l.pages.cache.DeletePrefix(l.pages.prefix)
	}
	// The store may have evicted pages of the previous list.
	there := l.pages.cache.names(l.pages.prefix)
	var names []string
	var data []byte
	for page := range pages {
		var name string
		var err error
		if name, data, err = l.pages.name(data[:0], page); err == nil {
			names = append(names, name)
			err = l.pages.put(name, page, data, readAt, there)
		}
		if err != nil {
			l.pages.Drop(names, *l.names(&before))
			return err
		}
	}
	*l.names(&head) = names
	if err := l.heads.Put(l.key, head, readAt); err != nil {
		return err
	}
	l.pages.Drop(*l.names(&before), names)
	return nil
}

// Head returns the head of the last list, and when its source was read.
func (l *List[H, P]) Head() (head H, readAt time.Time, ok bool) { return l.heads.Get(l.key) }

// Read passes the pages of a head to take, in order. It stops at the first missing page or when
// take returns false, and reports whether it took all.
func (l *List[H, P]) Read(head H, take func(P) bool) bool {
	for _, name := range *l.names(&head) {
		if page, ok := l.pages.Get(name); !ok || !take(page) {
			return false
		}
	}
	return true
}

// readAhead is the number of pages that ReadAhead decodes in advance.
const readAhead = 4

// ReadAhead is Read, but decodes the next pages during take. It also stops when ctx ends.
func (l *List[H, P]) ReadAhead(ctx context.Context, head H, take func(P) bool) bool {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pages := make(chan P, readAhead)
	safego.Go(ctx, func() {
		defer close(pages)
		l.Read(head, func(page P) bool {
			select {
			case pages <- page:
				return true
			case <-ctx.Done():
				return false
			}
		})
	})
	taken := 0
	for page := range pages {
		if !take(page) {
			return false
		}
		taken++
	}
	return taken == len(*l.names(&head))
}

// Share replaces a head's pages in memory by equal ones, in order, which share memory with the
// caller. It writes nothing.
func (l *List[H, P]) Share(head H, pages []P) {
	for i, name := range *l.names(&head) {
		l.pages.share(name, pages[i])
	}
}
