package catalog

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"conviso-importer/cache"
)

// ListCache keeps one complete snapshot in the cache: one page per block of rows, and the rows'
// order by name, which takes longer to sort than to read.
type ListCache struct {
	list    *cache.List[listHead, page]
	orders  *cache.Pages[[]int32]
	writing sync.Mutex // keeps concurrent loads from dropping each other's order
}

// listHead lists the pages and the order by name that a list consists of.
type listHead struct {
	Pages []string `json:"pages"`
	Order string   `json:"order"`
	Rows  int      `json:"rows"`
	Total int      `json:"total"`
	// Others is the snapshot's.
	Others int `json:"others,omitempty"`
}

const listVersion = 3

// NewListCache returns a list's place in a store. key identifies the catalog and the kinds.
func NewListCache(store *cache.Store, key string) *ListCache {
	return &ListCache{
		list: cache.NewList(store, cache.ListOptions[listHead, page]{
			Heads: "catalog-list", Pages: "catalog-page", Key: key, Prefix: key + " ", Version: listVersion,
			Codec: cache.Codec[page]{Version: listVersion, Append: appendPage, Decode: decodePage, Size: page.size},
			Names: func(h *listHead) *[]string { return &h.Pages }}),
		orders: cache.NewPages(store, "catalog-order", key+" ", cache.Codec[[]int32]{
			Version: listVersion, Encode: encodeOrder, Decode: decodeOrder}),
	}
}

// Put replaces the stored list by a complete snapshot.
func (l *ListCache) Put(s *Snapshot) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	before, _, _ := l.list.Head()
	order, err := l.orders.Put(s.Order(ColumnName, false), s.ReadAt)
	if err == nil {
		head := listHead{Order: order, Rows: s.Len(), Total: s.Total, Others: s.Others}
		err = l.list.Write(head, slices.Values(s.rows.pages()), s.ReadAt)
	}
	if err != nil {
		l.orders.Drop([]string{order}, []string{before.Order})
		return fmt.Errorf("cache the catalog: %w", err)
	}
	l.orders.Drop([]string{before.Order}, []string{order})
	return nil
}

// Get returns the stored list, or false if any part is missing.
func (l *ListCache) Get(ctx context.Context) (*Snapshot, bool) {
	head, readAt, ok := l.list.Head()
	if !ok || head.Rows < 0 || head.Rows > MaxEntities {
		return nil, false
	}
	b := newBuilder(readAt, head.Rows)
	whole := l.list.ReadAhead(ctx, head, func(p page) bool { return b.Len()+p.n <= head.Rows && b.append(p) })
	if !whole || b.Len() != head.Rows {
		return nil, false
	}
	b.Others = max(0, head.Others)
	s := b.Snapshot(head.Total, true)
	l.list.Share(head, s.rows.pages())
	if order, ok := l.orders.Get(head.Order); ok && isOrder(order, s.Len()) {
		s.orders.asc[ColumnName].get(func() []int32 { return order })
	}
	return s, true
}

func encodeOrder(order []int32) ([]byte, error) {
	return binary.Append(make([]byte, 0, 4*len(order)), binary.LittleEndian, order)
}

// decodeOrder reads row numbers unchecked; see isOrder.
func decodeOrder(data []byte) ([]int32, error) {
	order := make([]int32, len(data)/4)
	if _, err := binary.Decode(data, binary.LittleEndian, order); err != nil || len(data)%4 != 0 {
		return nil, errPage
	}
	return order, nil
}

// isOrder reports whether order is a permutation of n rows.
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

// storedRow is an irregular row in a cached page. The ref follows from the other fields.
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

func newStoredRow(o irregularRow) storedRow {
	e := o.entity
	return storedRow{Row: o.row, Kind: e.Kind, Namespace: e.Namespace, Name: e.Name,
		Title: e.Title, Description: e.Description, Owner: e.Owner, Type: e.Type,
		Lifecycle: e.Lifecycle, System: e.System, Tags: e.Tags, Altered: e.Altered}
}

func (r storedRow) entity() Entity {
	return Entity{Kind: r.Kind, Namespace: r.Namespace, Name: r.Name,
		Title: r.Title, Description: r.Description, Owner: r.Owner, Type: r.Type,
		Lifecycle: r.Lifecycle, System: r.System, Tags: r.Tags, Altered: r.Altered}.Safe()
}
