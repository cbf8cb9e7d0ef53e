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

// Pages keeps values under names that are checksums of their encodings, so that a value that is
// there already is not written again. All keys begin with a prefix.
type Pages[V any] struct {
	prefix string
	cache  *Cache[V]
}

// NewPages opens the pages of a space whose keys begin with prefix.
func NewPages[V any](s *Store, space, prefix string, codec Codec[V]) *Pages[V] {
	return &Pages[V]{prefix: prefix, cache: New(s, space, codec)}
}

// Put keeps a value and returns its name. Nothing is written where the store has it. Errors are
// those of Cache.Put.
func (p *Pages[V]) Put(value V, readAt time.Time) (name string, err error) {
	name, data, err := p.name(nil, value)
	if err != nil {
		return "", err
	}
	return name, p.put(name, value, data, readAt, p.cache.names(p.prefix+name))
}

// name encodes a value in the memory of to where it fits, and returns what it is called.
func (p *Pages[V]) name(to []byte, value V) (name string, data []byte, err error) {
	data, err = p.cache.codec.encode(to, value)
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16]), data, err
}

// put keeps a value, which is not written where it is among those that are there.
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

// Drop forgets those of the names that are not among the needed ones. One that stays behind
// takes room until the store makes room by itself.
func (p *Pages[V]) Drop(names, needed []string) {
	for _, name := range names {
		if !slices.Contains(needed, name) {
			_ = p.cache.Delete(p.prefix + name)
		}
	}
}

func (p *Pages[V]) share(name string, value V) { p.cache.Share(p.prefix+name, value) }

// List keeps one complete list as pages and a head that names them. A write puts the pages
// first and the head last, so that one that broke off leaves the list of the write before it,
// and half a list is never taken for a whole. A page that has not changed is not written again:
// a list that is as it was costs no more than its head. Several lists and processes may share
// the spaces. It is safe for concurrent use.
type List[H, P any] struct {
	key   string
	heads *Cache[H]
	pages *Pages[P]
	names func(*H) *[]string
	// writing keeps two writes of one process from overlooking each other's head.
	writing sync.Mutex
}

// ListOptions say where and how a List is kept.
type ListOptions[H, P any] struct {
	// Heads and Pages are the spaces of the head and of the pages.
	Heads, Pages string
	// Key is the key of the head, and Prefix what the keys of the pages begin with, those of no
	// other list in the space.
	Key, Prefix string
	// Version is the format of the head, which is written as JSON.
	Version int
	// Codec is that of the pages.
	Codec Codec[P]
	// Names returns the field of a head that names the pages. It belongs to the List; what else
	// a head says is the caller's.
	Names func(*H) *[]string
}

// NewList opens a list.
func NewList[H, P any](s *Store, o ListOptions[H, P]) *List[H, P] {
	return &List[H, P]{key: o.Key, names: o.Names,
		heads: New(s, o.Heads, JSON[H](o.Version)), pages: NewPages(s, o.Pages, o.Prefix, o.Codec)}
}

// Write stores a list in place of the one before, whose pages go where they are not in this one.
// After an error the list before is still there, unless the error is that of the head: then this
// one is in memory alone.
func (l *List[H, P]) Write(head H, pages iter.Seq[P], readAt time.Time) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	before, _, had := l.heads.Get(l.key)
	if !had {
		// What is there belongs to no list, or to one of an older format.
		_ = l.pages.cache.DeletePrefix(l.pages.prefix)
	}
	// The store may have dropped pages that the list before had.
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

// Head returns the head of the list that was written last, and when the list was read at its
// source.
func (l *List[H, P]) Head() (head H, readAt time.Time, ok bool) { return l.heads.Get(l.key) }

// Read hands take the pages that a head names, in their order. It reports whether all of them
// were there and taken; it stops at the first that is missing or for which take returns false.
func (l *List[H, P]) Read(head H, take func(P) bool) bool {
	for _, name := range *l.names(&head) {
		if page, ok := l.pages.Get(name); !ok || !take(page) {
			return false
		}
	}
	return true
}

// readAhead is how many pages ReadAhead reads before they are taken.
const readAhead = 4

// ReadAhead is Read that decodes the next pages while take is at work. It stops when ctx ends,
// too.
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

// Share replaces the pages of a head that memory holds by equal ones, in their order, which share
// memory with what the caller has anyway. Nothing is written.
func (l *List[H, P]) Share(head H, pages []P) {
	for i, name := range *l.names(&head) {
		l.pages.share(name, pages[i])
	}
}
