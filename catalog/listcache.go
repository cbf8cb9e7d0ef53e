package catalog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"

	"conviso-importer/cache"
	"conviso-importer/internal/safego"
)

// ListCache keeps one complete list in the cache: pages of at most blockSize rows, each under
// the sum of what it holds, and a head that names them. Every write makes the pages first that
// are not there yet and the head last, so that a write which broke off leaves the list of the
// write before it, and a list that has not changed costs no more than its head.
type ListCache struct {
	key   string
	heads *cache.Cache[listHead]
	pages *cache.Cache[page]
	// orders has the rows by name, the order in which lists begin: to sort a million names takes
	// longer than to read them.
	orders *cache.Cache[[]int32]
	// writing keeps two loads of one process from overlooking each other's head.
	writing sync.Mutex
}

// listHead is what must be there for a list to be read.
type listHead struct {
	// Pages are the sums in the keys of the list's pages, in their order.
	Pages []string `json:"pages"`
	// Order is the sum in the key of the rows' order by name.
	Order string `json:"order"`
	Rows  int    `json:"rows"`
	Total int    `json:"total"`
}

// listVersion is the format of heads and pages.
const listVersion = 2

func NewListCache(store *cache.Store, key string) *ListCache {
	return &ListCache{key: key,
		heads: cache.New(store, "catalog-list", cache.JSON[listHead](listVersion)),
		pages: cache.New(store, "catalog-page", cache.Codec[page]{
			Version: listVersion, Encode: encodePage, Decode: decodePage, Size: page.size}),
		orders: cache.New(store, "catalog-order", cache.Codec[[]int32]{
			Version: listVersion, Encode: encodeOrder, Decode: decodeOrder})}
}

func (l *ListCache) pageKey(sum string) string { return l.key + " " + sum }

// sumOf names data by what is in it.
func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:16])
}

// write stores a complete snapshot in place of what was there.
func (l *ListCache) Put(s *Snapshot) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	before, _, _ := l.heads.Get(l.key)
	head := listHead{Rows: s.Len(), Total: s.Total}
	if err := errors.Join(l.writePages(&head, before.Pages, s), l.writeOrder(&head, before.Order, s)); err != nil {
		l.drop(head.Pages, before.Pages)
		return fmt.Errorf("cache the catalog: %w", err)
	}
	if err := l.heads.Put(l.key, head, s.ReadAt); err != nil {
		return fmt.Errorf("cache the catalog: %w", err)
	}
	l.drop(before.Pages, head.Pages)
	if before.Order != head.Order {
		_ = l.orders.Delete(l.pageKey(before.Order))
	}
	return nil
}

// writeOrder stores the order of a snapshot's rows, unless the list before has the same, and
// names it in the head.
func (l *ListCache) writeOrder(head *listHead, before string, s *Snapshot) error {
	order := s.Order(ColumnName, false)
	data, err := encodeOrder(order)
	if err != nil {
		return err
	}
	if head.Order = sumOf(data); head.Order == before {
		return nil
	}
	return l.orders.PutEncoded(l.pageKey(head.Order), order, data, s.ReadAt)
}

// writePages stores the pages of a snapshot that the list before does not have, and names all of
// them in the head.
func (l *ListCache) writePages(head *listHead, before []string, s *Snapshot) error {
	var data []byte
	for _, p := range s.rows.pages() {
		var err error
		if data, err = appendPage(data[:0], p); err != nil {
			return err
		}
		name := sumOf(data)
		head.Pages = append(head.Pages, name)
		if slices.Contains(before, name) {
			l.pages.Share(l.pageKey(name), p)
			continue
		}
		if err := l.pages.PutEncoded(l.pageKey(name), p, data, s.ReadAt); err != nil {
			return err
		}
	}
	return nil
}

// drop deletes the pages that another list does not need. One that stays behind costs room until
// the cache makes room by itself.
func (l *ListCache) drop(pages, needed []string) {
	for _, name := range pages {
		if !slices.Contains(needed, name) {
			_ = l.pages.Delete(l.pageKey(name))
		}
	}
}

// read returns the stored list; false when there is none, or not all of it.
func (l *ListCache) Get(ctx context.Context) (*Snapshot, bool) {
	head, readAt, ok := l.heads.Get(l.key)
	if !ok || head.Rows < 0 || head.Rows > MaxEntities {
		return nil, false
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	b := newBuilder(readAt, head.Rows)
	for p := range l.readPages(ctx, head.Pages) {
		if b.Len()+p.n > head.Rows || !b.append(p) {
			return nil, false
		}
	}
	if b.Len() != head.Rows {
		return nil, false
	}
	s := b.Snapshot(head.Total, true)
	for i, p := range s.rows.pages() {
		l.pages.Share(l.pageKey(head.Pages[i]), p)
	}
	if order, _, ok := l.orders.Get(l.pageKey(head.Order)); ok && isOrder(order, s.Len()) {
		s.orders.asc[ColumnName].get(func() []int32 { return order })
	}
	return s, true
}

// readPages reads pages ahead of whoever takes them, until one is missing or ctx ends.
func (l *ListCache) readPages(ctx context.Context, names []string) <-chan page {
	pages := make(chan page, 4)
	safego.Go(ctx, func() {
		defer close(pages)
		for _, name := range names {
			p, _, ok := l.pages.Get(l.pageKey(name))
			if !ok {
				return
			}
			select {
			case pages <- p:
			case <-ctx.Done():
				return
			}
		}
	})
	return pages
}

// encodeOrder writes the numbers of rows.
func encodeOrder(order []int32) ([]byte, error) {
	return binary.Append(make([]byte, 0, 4*len(order)), binary.LittleEndian, order)
}

// decodeOrder reads the numbers of rows, whatever they are: only their list says which can be.
func decodeOrder(data []byte) ([]int32, error) {
	order := make([]int32, len(data)/4)
	if _, err := binary.Decode(data, binary.LittleEndian, order); err != nil || len(data)%4 != 0 {
		return nil, errPage
	}
	return order, nil
}

// isOrder reports whether an order has each of n rows once.
func isOrder(order []int32, n int) bool {
	seen := NewRowSet(n)
	for _, row := range order {
		if row < 0 || int(row) >= n || seen.Has(int(row)) {
			return false
		}
		seen.Add(int(row))
	}
	return len(order) == n
}

// storedRow is an odd row in a cached page. The ref follows from the rest.
type storedRow struct {
	Row         int      `json:"i"`
	Kind        string   `json:"k"`
	Namespace   string   `json:"s"`
	Name        string   `json:"n"`
	Title       string   `json:"t,omitempty"`
	Description string   `json:"d,omitempty"`
	Owner       string   `json:"o,omitempty"`
	Type        string   `json:"y,omitempty"`
	Lifecycle   string   `json:"l,omitempty"`
	System      string   `json:"m,omitempty"`
	Tags        []string `json:"g,omitempty"`
	Altered     bool     `json:"a,omitempty"`
}

func newStoredRow(o oddRow) storedRow {
	e := o.entity
	return storedRow{Row: o.row, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name,
		Title: e.Title, Description: e.Description, Owner: e.Owner, Type: e.Type,
		Lifecycle: e.Lifecycle, System: e.System, Tags: e.Tags, Altered: e.Altered}
}

// entity is the row's entity, its text made safe again.
func (r storedRow) entity() Entity {
	return Entity{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name,
		Title: r.Title, Description: r.Description, Owner: r.Owner, Type: r.Type,
		Lifecycle: r.Lifecycle, System: r.System, Tags: r.Tags, Altered: r.Altered}.Safe()
}
