package catalog

import (
	"context"
	"math/bits"
	"time"
)

const (
	// probed is how many rows First reads one by one, from the beginning of the list: most of what
	// people type is so frequent that a page is full by then.
	probed = 1000
	// few is how many rows of a shard are read rather than looking one more word up.
	few = 300
	// firstTime is how long First goes on.
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
	// empty reports that the query means every row, never that it means none since it lacks facts.
	empty, never bool
	// set holds the hits among the first done shards.
	set  RowSet
	done int
	// open are words for which the rows of a shard have to be read.
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
	if f.rows != nil {
		return f.rows[:min(n, len(f.rows))], len(f.rows) <= n
	}
	if f.never {
		return nil, true
	}
	until := time.Now().Add(firstTime)
	// One hit more than asked for reports whether there are more.
	w := walk{among: f.within, most: n + 1}
	if f.walk(&w, min(probed, f.snap.Len()), until); len(w.hits) < w.most && w.place < f.snap.Len() {
		if among := f.candidates(until); among != nil {
			again := walk{among: among, most: n + 1}
			if f.walk(&again, f.snap.Len(), until); again.place >= w.place {
				w = again
			}
		}
	}
	return w.hits[:min(n, len(w.hits))], len(w.hits) <= n && w.place == f.snap.Len()
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
		f.rows = f.sorted()
	}
	return f.rows, f.set
}

// walk is how far First has come on the list.
type walk struct {
	// among are the rows that may be hits, or nil for all.
	among RowSet
	// hits are the hits before place, most at most.
	hits        []int32
	most, place int
}

// walk goes from the beginning of the list to a place, unless there are enough hits or the time is
// up before; where all that may be hits are passed, to the list's end.
func (f *Finder) walk(w *walk, end int, until time.Time) {
	left := f.snap.Len()
	if w.among != nil {
		left = w.among.Len()
	}
	for ; w.place < end && len(w.hits) < w.most; w.place++ {
		if left == 0 {
			w.place = f.snap.Len()
			return
		}
		if w.place%blockSize == blockSize-1 && time.Now().After(until) {
			return
		}
		row := int32(w.place)
		if f.order != nil {
			row = f.order[w.place]
		}
		if w.among != nil && !w.among.Has(int(row)) {
			continue
		}
		left--
		if f.query.matchRow(&f.snap.rows, int(row), f.query.words, f.facts) {
			w.hits = append(w.hits, row)
		}
	}
}

// candidates are the rows that may be hits by what the index says of them, or nil where the time
// is up before it has said that of all.
func (f *Finder) candidates(until time.Time) RowSet {
	set := NewRowSet(f.snap.Len())
	for shard := range f.shards() {
		if time.Now().After(until) {
			return nil
		}
		f.lookUpAll(f.begin(set, shard))
	}
	return set
}

func (f *Finder) shards() int { return (f.snap.Len() + shardSize - 1) / shardSize }

// stretch is the rows from first to end of a set.
type stretch struct {
	set        RowSet
	first, end int
}

// begin puts the rows of a shard that are looked at into a set, and returns its stretch of it.
func (f *Finder) begin(set RowSet, shard int) stretch {
	p := stretch{first: shard * shardSize, end: min((shard+1)*shardSize, f.snap.Len())}
	p.set = set[p.first/64 : (p.end+63)/64]
	if f.within != nil {
		copy(p.set, f.within[p.first/64:])
		return p
	}
	for i := range p.set {
		p.set[i] = ^uint64(0)
	}
	if left := p.end % 64; left > 0 {
		p.set[len(p.set)-1] = 1<<left - 1
	}
	return p
}

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
	if p := f.begin(f.set, f.done); !f.empty {
		f.narrow(p)
	}
	f.done++
	return true
}

// narrow leaves the hits in a stretch: first the rows that have the words of the query, then of
// these those that have them as the query does.
func (f *Finder) narrow(p stretch) {
	open := f.lookUpAll(p)
	if len(open)+len(f.query.absent)+len(f.query.columns)+len(f.query.entities)+len(f.query.facts) == 0 {
		return
	}
	for i, left := range p.set {
		for ; left != 0; left &= left - 1 {
			bit := bits.TrailingZeros64(left)
			if !f.query.matchRow(&f.snap.rows, p.first+i*64+bit, open, f.facts) {
				p.set[i] &^= 1 << bit
			}
		}
	}
}

// lookUpAll leaves the rows in a stretch that may hold the words of the query, as long as that is
// quicker than to read them, and returns the words for which they have to be read.
func (f *Finder) lookUpAll(p stretch) []*word {
	f.open = f.open[:0]
	for _, w := range f.query.words {
		if p.set.Len() <= few || !f.lookUp(w, p) {
			f.open = append(f.open, w)
		}
	}
	return f.open
}

// lookUp leaves the rows in a stretch that may hold a word; exact says that all of them do.
func (f *Finder) lookUp(w *word, p stretch) (exact bool) {
	var room [shardSize / 64]uint64
	having := room[:len(p.set)]
	shard := f.snap.shard(p.first / shardSize)
	if shard == nil || len(w.needles) == 0 {
		if 4*p.set.Len() < p.end-p.first {
			// To walk through the text of all rows takes longer than to read those of the set.
			return false
		}
		f.snap.rows.hold(&w.needle, p.first, p.end, having)
		p.set.And(having)
		return true
	}
	for i := range w.needles {
		clear(having)
		shard.add(&w.needles[i], having)
		p.set.And(having)
	}
	return w.exact
}

// sorted lists the hits in order.
func (f *Finder) sorted() []int32 {
	hits := f.set.Len()
	if hits == f.snap.Len() && f.order != nil {
		return f.order
	}
	rows := make([]int32, 0, hits)
	if f.order == nil {
		for row := range f.set.Rows() {
			rows = append(rows, int32(row))
		}
		return rows
	}
	for _, row := range f.order {
		if len(rows) == hits {
			break
		}
		if f.set.Has(int(row)) {
			rows = append(rows, row)
		}
	}
	return rows
}
