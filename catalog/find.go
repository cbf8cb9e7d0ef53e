package catalog

import (
	"context"
	"math/bits"
	"time"
)

const (
	// probed is how many rows First looks at one by one, from the beginning of the list: most of
	// what people type is so frequent that a page is full by then.
	probed = 1000
	// few is how many rows of a shard are tested one by one rather than by looking each word up.
	few = 300
	// firstTime is how long First goes on after that.
	firstTime = 3 * time.Millisecond
)

// Finder answers one query on one snapshot, in the order in which a list shows its rows: the
// beginning first, since that is what is on screen, and the whole when there is time. It may be
// used by one goroutine at a time.
type Finder struct {
	snap   *Snapshot
	query  matcher
	facts  Facts
	within RowSet
	order  []int32
	// empty says that the query means every row, never that it means none since it lacks facts.
	empty, never bool
	// set holds the hits among the first done shards; open are the words for which the rows of one
	// have to be read.
	set  RowSet
	done int
	open []*word
	// rows are all hits in order, once they were asked for.
	rows []int32
}

// Find prepares the answer to a query. The facts, which may be nil where the query needs none,
// and within must not change while the Finder is in use; within bounds the hits, and nil means
// all rows. Order holds every row of the snapshot as the list shows them, as Order returns it;
// nil means the catalog's own order. A query that needs facts and gets none means no row.
func (s *Snapshot) Find(q Query, f Facts, within RowSet, order []int32) *Finder {
	return &Finder{snap: s, query: newMatcher(q), facts: f, within: within, order: order,
		empty: q.Empty(), never: f == nil && q.NeedsFacts()}
}

// First returns the first hits in order, n at most, within milliseconds at any size of the
// snapshot. Whole says that these are all the hits; where it is false there may be more, or none,
// even where fewer than n were found. The slice must not be changed.
func (f *Finder) First(n int) (rows []int32, whole bool) {
	if f.rows == nil {
		if rows, whole = f.probe(n); whole || len(rows) >= n {
			return rows, whole
		}
		for until := time.Now().Add(firstTime); f.next(); {
			if f.done < f.shards() && time.Now().After(until) {
				return rows, false
			}
		}
		rows = f.sorted(n + 1)
		return rows[:min(n, len(rows))], len(rows) <= n
	}
	return f.rows[:min(n, len(f.rows))], len(f.rows) <= n
}

// All returns every hit, in order and as a set, unless ctx ends before: then both are nil.
// Neither must be changed; rows may be the order itself.
func (f *Finder) All(ctx context.Context) (rows []int32, set RowSet) {
	for f.next() {
		if ctx.Err() != nil {
			return nil, nil
		}
	}
	if f.rows == nil {
		f.rows = f.sorted(f.snap.Len())
	}
	return f.rows, f.set
}

// probe looks for the first n hits among the first rows of the list, and says whether that is
// the whole of it.
func (f *Finder) probe(n int) (hits []int32, whole bool) {
	most := min(probed, f.snap.Len())
	if f.never {
		return nil, true
	}
	hits = make([]int32, 0, min(n, most))
	for i := range most {
		row := int32(i)
		if f.order != nil {
			row = f.order[i]
		}
		if (f.within == nil || f.within.Has(int(row))) && f.query.matchRow(&f.snap.rows, int(row), f.query.words, f.facts) {
			if len(hits) == n {
				return hits, false
			}
			hits = append(hits, row)
		}
	}
	return hits, most == f.snap.Len()
}

func (f *Finder) shards() int { return (f.snap.Len() + shardSize - 1) / shardSize }

// next finds the hits of the next shard, where one is left.
func (f *Finder) next() bool {
	if f.set == nil {
		f.set = NewRowSet(f.snap.Len())
		if f.never {
			f.done = f.shards()
		}
	}
	if f.done == f.shards() {
		return false
	}
	first := f.done * shardSize
	end := min(first+shardSize, f.snap.Len())
	set := f.set[first/64 : (end+63)/64]
	if f.within != nil {
		copy(set, f.within[first/64:])
	} else {
		for i := range set {
			set[i] = ^uint64(0)
		}
		if left := end % 64; left > 0 {
			set[len(set)-1] = 1<<left - 1
		}
	}
	if !f.empty {
		f.narrow(set, first, end)
	}
	f.done++
	return true
}

// narrow leaves the hits in a set of the rows from first to end: first those that have the words
// of the query, then of these those that have them as the query does.
func (f *Finder) narrow(set []uint64, first, end int) {
	open := f.open[:0]
	for _, w := range f.query.words {
		if RowSet(set).Len() <= few || !f.lookUp(w, set, first, end) {
			open = append(open, w)
		}
	}
	f.open = open
	if len(open)+len(f.query.absent)+len(f.query.columns)+len(f.query.entities)+len(f.query.facts) == 0 {
		return
	}
	for i, left := range set {
		for ; left != 0; left &= left - 1 {
			bit := bits.TrailingZeros64(left)
			if !f.query.matchRow(&f.snap.rows, first+i*64+bit, open, f.facts) {
				set[i] &^= 1 << bit
			}
		}
	}
}

// lookUp leaves the rows from first to end in a set that may hold a word; exact says that all of
// them do.
func (f *Finder) lookUp(w *word, set []uint64, first, end int) (exact bool) {
	var room [shardSize / 64]uint64
	having := room[:len(set)]
	shard := f.snap.shard(first / shardSize)
	if shard == nil || len(w.needles) == 0 {
		if 4*RowSet(set).Len() < end-first {
			// To walk through the text of all rows takes longer than to read those of the set.
			return false
		}
		f.snap.rows.hold(&w.sought, first, end, having)
		RowSet(set).And(having)
		return true
	}
	for i := range w.needles {
		clear(having)
		shard.add(&w.needles[i], having)
		RowSet(set).And(having)
	}
	return w.exact
}

// sorted lists the first n hits in order.
func (f *Finder) sorted(n int) []int32 {
	hits := f.set.Len()
	if hits == f.snap.Len() && f.order != nil {
		return f.order[:min(n, hits)]
	}
	n = min(n, hits)
	rows := make([]int32, 0, n)
	if n == 0 {
		return rows
	}
	if f.order == nil {
		for row := range f.set.Rows() {
			if rows = append(rows, int32(row)); len(rows) == n {
				break
			}
		}
		return rows
	}
	for _, row := range f.order {
		if f.set.Has(int(row)) {
			if rows = append(rows, row); len(rows) == n {
				break
			}
		}
	}
	return rows
}
