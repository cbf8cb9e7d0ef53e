package catalog

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"conviso-importer/cache"
)

// ListCache keeps one complete snapshot in the cache: a page a block of rows, and the order of
// the rows by name, in which lists begin: to sort a million names takes longer than to read them.
type ListCache struct {
	list   *cache.List[listHead, page]
	orders *cache.Pages[[]int32]
	// writing keeps two loads of one process from dropping each other's order.
	writing sync.Mutex
}

// listHead is what must be there for a list to be read.
type listHead struct {
	// Pages are the names of the list's pages, in their order.
	Pages []string `json:"pages"`
	// Order is the name of the rows' order by name.
	Order string `json:"order"`
	Rows  int    `json:"rows"`
	Total int    `json:"total"`
}

// listVersion is the format of heads, pages and orders.
const listVersion = 2

// NewListCache returns the place of one list in a store. The key tells lists apart, by catalog
// and kinds.
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

// Put stores a complete snapshot in place of what was there.
func (l *ListCache) Put(s *Snapshot) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	before, _, _ := l.list.Head()
	order, err := l.orders.Put(s.Order(ColumnName, false), s.ReadAt)
	if err == nil {
		head := listHead{Order: order, Rows: s.Len(), Total: s.Total}
		err = l.list.Write(head, slices.Values(s.rows.pages()), s.ReadAt)
	}
	if err != nil {
		l.orders.Drop([]string{order}, []string{before.Order})
		return fmt.Errorf("cache the catalog: %w", err)
	}
	l.orders.Drop([]string{before.Order}, []string{order})
	return nil
}

// Get returns the stored list; false when there is none, or not all of it.
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
	s := b.Snapshot(head.Total, true)
	l.list.Share(head, s.rows.pages())
	if order, ok := l.orders.Get(head.Order); ok && isOrder(order, s.Len()) {
		s.orders.asc[ColumnName].get(func() []int32 { return order })
	}
	return s, true
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
