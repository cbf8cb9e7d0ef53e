package catalog

import (
	"context"
	"math/bits"
	"time"
)

const (
	// scanFirst rows are read before First uses the index: most queries fill a page by then.
	scanFirst = 1000
	fewRows   = 300 // cheaper to read than to look up another word for, in one shard
	firstTime = 3 * time.Millisecond
)

// Finder answers one query on one snapshot, in the order of the list: First for the screen, All
// for the rest. It is not safe for concurrent use.
type Finder struct {
	snap   *Snapshot
	query  matcher
	facts  Facts
	within RowSet
	order  []int32
	// empty: the query matches every row. never: it matches none, because it needs facts and has none.
	empty, never bool
	set          RowSet // holds the hits of the first done shards
	done         int
	unresolved   []*word // words that the index cannot decide for a shard
	rows         []int32
}

// Find prepares a query. facts and within must not change while the Finder is in use; facts may
// be nil if the query needs none. within limits the hits; nil means all rows. order holds every
// row, as Order returns it; nil means the catalog's own order.
func (s *Snapshot) Find(q Query, f Facts, within RowSet, order []int32) *Finder {
	return &Finder{snap: s, query: newMatcher(q), facts: f, within: within, order: order,
		empty: q.Empty(), never: f == nil && q.NeedsFacts()}
}

// First returns at most n hits in order, within milliseconds at any size. whole reports whether
// these are all hits; if false, there may be more. The caller must not change the slice.
func (f *Finder) First(n int) (rows []int32, whole bool) {
	if f.rows != nil {
		return f.rows[:min(n, len(f.rows))], len(f.rows) <= n
	}
	if f.never {
		return nil, true
	}
	until := time.Now().Add(firstTime)
	// One extra hit shows whether there are more.
	w := scan{among: f.within, most: n + 1}
	if f.scan(&w, min(scanFirst, f.snap.Len()), until); len(w.hits) < w.most && w.place < f.snap.Len() {
		if among := f.candidates(until); among != nil {
			again := scan{among: among, most: n + 1}
			if f.scan(&again, f.snap.Len(), until); again.place >= w.place {
				w = again
			}
		}
	}
	return w.hits[:min(n, len(w.hits))], len(w.hits) <= n && w.place == f.snap.Len()
}

// All returns every hit, in order and as a set, or nil and nil if ctx ends first. The caller
// must not change them; rows may be the order itself.
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

// scan is the progress of First through the list.
type scan struct {
	among       RowSet  // the candidate rows, or nil for all
	hits        []int32 // the hits before place, at most most
	most, place int
}

// scan continues to the place end, until there are enough hits or the time is up. It skips to
// the end once all candidates were seen.
func (f *Finder) scan(w *scan, end int, until time.Time) {
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

// candidates returns the rows that match by the index, or nil if the time is up first.
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

type segment struct {
	set        RowSet
	first, end int
}

// begin adds the rows of a shard that may be hits to a set, and returns its segment.
func (f *Finder) begin(set RowSet, shard int) segment {
	p := segment{first: shard * shardSize, end: min((shard+1)*shardSize, f.snap.Len())}
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

// narrow reduces a segment to its hits: by the index first, then by reading the rows.
func (f *Finder) narrow(p segment) {
	unresolved := f.lookUpAll(p)
	if len(unresolved)+len(f.query.absent)+len(f.query.columns)+len(f.query.entities)+len(f.query.facts) == 0 {
		return
	}
	for i, left := range p.set {
		for ; left != 0; left &= left - 1 {
			bit := bits.TrailingZeros64(left)
			if !f.query.matchRow(&f.snap.rows, p.first+i*64+bit, unresolved, f.facts) {
				p.set[i] &^= 1 << bit
			}
		}
	}
}

// lookUpAll reduces a segment by the index while that is cheaper than reading rows. It returns
// the words that need reading.
func (f *Finder) lookUpAll(p segment) []*word {
	f.unresolved = f.unresolved[:0]
	for _, w := range f.query.words {
		if p.set.Len() <= fewRows || !f.lookUp(w, p) {
			f.unresolved = append(f.unresolved, w)
		}
	}
	return f.unresolved
}

// lookUp reduces a segment to rows that may contain a word; exact reports that all of them do.
func (f *Finder) lookUp(w *word, p segment) (exact bool) {
	var buf [shardSize / 64]uint64
	having := buf[:len(p.set)]
	shard := f.snap.shard(p.first / shardSize)
	if shard == nil || len(w.needles) == 0 {
		if 4*p.set.Len() < p.end-p.first {
			// Scanning the text of all rows is slower than reading the rows of the set.
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
