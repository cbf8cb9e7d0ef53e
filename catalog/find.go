package catalog

import "context"

// Finder answers one query on one snapshot, in the order in which a list shows its rows: the
// beginning first, since that is what is on screen, and the whole when there is time. It may be
// used by one goroutine at a time.
type Finder struct {
	snap   *Snapshot
	query  Query
	facts  Facts
	within RowSet
	order  []int32
	// rows and set are the whole answer once it is known.
	rows  []int32
	set   RowSet
	known bool
}

// Find prepares the answer to a query. The facts, which may be nil where the query needs none,
// and within must not change while the Finder is in use. Within bounds the hits; nil means all
// rows. Order holds every row of the snapshot as the list shows them, as Order returns it; nil
// means the catalog's own order.
func (s *Snapshot) Find(q Query, f Facts, within RowSet, order []int32) *Finder {
	return &Finder{snap: s, query: q, facts: f, within: within, order: order}
}

// First returns the first hits in order, n at most, within about a millisecond at any size of
// the snapshot. Whole says that these are all the hits; where it is false there may be more, or
// none, even where fewer than n were found. The slice must not be changed.
func (f *Finder) First(n int) (rows []int32, whole bool) {
	rows, _ = f.All(context.Background())
	return rows[:min(n, len(rows))], len(rows) <= n
}

// All returns every hit, in order and as a set, unless ctx ends before: then both are nil.
// Neither must be changed; rows may be the order itself.
func (f *Finder) All(ctx context.Context) (rows []int32, set RowSet) {
	if ctx.Err() != nil {
		return nil, nil
	}
	if !f.known {
		f.set = NewRowSet(f.snap.Len())
		for _, row := range f.snap.SearchWith(f.query, f.facts) {
			if f.within == nil || f.within.Has(row) {
				f.set.Add(row)
			}
		}
		f.rows, f.known = f.sorted(), true
	}
	return f.rows, f.set
}

// sorted lists the set in order.
func (f *Finder) sorted() []int32 {
	rows := make([]int32, 0, f.set.Len())
	if f.order == nil {
		for row := range f.set.Rows() {
			rows = append(rows, int32(row))
		}
		return rows
	}
	for _, row := range f.order {
		if f.set.Has(int(row)) {
			rows = append(rows, row)
		}
	}
	return rows
}
