package ui

import (
	"iter"
	"maps"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// mark is how an entity is marked: by hand it is sent even where it clashes, in bulk, with many
// others, it is not.
type mark uint8

const (
	unmarked mark = iota
	inBulk
	byHand
)

// markOf is the mark of what was picked by hand or not.
func markOf(hand bool) mark {
	if hand {
		return byHand
	}
	return inBulk
}

// picked are marks of a snapshot's rows: those that are marked, and which of them by hand.
type picked struct{ on, hand catalog.RowSet }

func newPicked(n int) picked { return picked{on: catalog.NewRowSet(n), hand: catalog.NewRowSet(n)} }

func (p picked) clone() picked { return picked{on: slices.Clone(p.on), hand: slices.Clone(p.hand)} }

// resized are the same marks in a list of n rows, which is no shorter.
func (p picked) resized(n int) picked {
	more := newPicked(n)
	copy(more.on, p.on)
	copy(more.hand, p.hand)
	return more
}

// of is how a row is marked.
func (p picked) of(row int) mark {
	switch {
	case p.hand.Has(row):
		return byHand
	case p.on.Has(row):
		return inBulk
	}
	return unmarked
}

// put marks a row in some way.
func (p picked) put(row int, how mark) {
	p.on.Remove(row)
	p.hand.Remove(row)
	if how != unmarked {
		p.on.Add(row)
	}
	if how == byHand {
		p.hand.Add(row)
	}
}

// differs are the rows that are marked in another way in other, as a set of its own.
func (p picked) differs(other picked) catalog.RowSet {
	set, hand := slices.Clone(p.on), slices.Clone(p.hand)
	set.Xor(other.on)
	hand.Xor(other.hand)
	set.Or(hand)
	return set
}

// marks are the entities that the user picked: rows of the snapshot on show, and by ref those
// that have no row in it, so that no filter, sort or refresh loses them.
type marks struct {
	snap *catalog.Snapshot
	picked
	// away says of what has no row whether it was picked by hand.
	away map[catalog.Ref]bool
	// n is how many there are in all.
	n int
}

// row is an entity's row in the snapshot on show.
func (s *marks) row(ref catalog.Ref) (int, bool) {
	if s.snap == nil {
		return 0, false
	}
	return s.snap.Row(ref)
}

// hasRow says whether a row of the snapshot on show is marked.
func (s *marks) hasRow(row int) bool { return s.on.Has(row) }

func (s *marks) has(ref catalog.Ref) bool { return s.of(ref) != unmarked }

// of is how an entity is marked now.
func (s *marks) of(ref catalog.Ref) mark {
	if row, ok := s.row(ref); ok {
		return s.picked.of(row)
	}
	if hand, ok := s.away[ref]; ok {
		return markOf(hand)
	}
	return unmarked
}

// put marks an entity in some way.
func (s *marks) put(ref catalog.Ref, how mark) {
	if row, ok := s.row(ref); ok {
		s.putRow(row, how)
		return
	}
	before := len(s.away)
	if how == unmarked {
		delete(s.away, ref)
	} else {
		if s.away == nil {
			s.away = map[catalog.Ref]bool{}
		}
		s.away[ref] = how == byHand
	}
	s.n += len(s.away) - before
}

// putRow marks a row of the snapshot on show in some way.
func (s *marks) putRow(row int, how mark) {
	if s.on.Has(row) {
		s.n--
	}
	s.picked.put(row, how)
	if how != unmarked {
		s.n++
	}
}

// markRows marks rows of the snapshot on show in bulk.
func (s *marks) markRows(rows catalog.RowSet) {
	s.unmarkRows(rows)
	s.on.Or(rows)
	s.n += rows.Len()
}

// unmarkRows takes the marks off rows of the snapshot on show.
func (s *marks) unmarkRows(rows catalog.RowSet) {
	s.n -= s.on.Common(rows)
	s.on.AndNot(rows)
	s.hand.AndNot(rows)
}

// all yields every marked entity, in no order, and whether it was picked by hand.
func (s *marks) all() iter.Seq2[catalog.Ref, bool] {
	return func(yield func(catalog.Ref, bool) bool) {
		for ref, hand := range s.away {
			if !yield(ref, hand) {
				return
			}
		}
		for row := range s.on.Rows() {
			if !yield(s.snap.Ref(row), s.hand.Has(row)) {
				return
			}
		}
	}
}

// copied are the same marks, which no key changes.
func (s *marks) copied() *marks {
	return &marks{snap: s.snap, picked: s.clone(), away: maps.Clone(s.away), n: s.n}
}

// request is what an import of the marked entities asks for, in the order of their refs.
func (s *marks) request() importer.Request { return importer.NewRequest(s.all()) }

// drop takes the marks off the rows and the refs without a row that are said to go, and says how
// many these were.
func (s *marks) drop(row func(int) bool, ref func(catalog.Ref) bool) int {
	before := s.n
	for at := range s.on.Rows() {
		if row(at) {
			s.putRow(at, unmarked)
		}
	}
	for r := range s.away {
		if ref(r) {
			s.put(r, unmarked)
		}
	}
	return before - s.n
}

// prune drops the marks that have lost their meaning in a picture of entities of these kinds.
func (s *marks) prune(a *arrangement, kinds []string) (u Unmarked) {
	if a.snap == nil {
		return u
	}
	u.Done = s.drop(func(row int) bool { return !markable(a.statuses.State(row)) }, func(catalog.Ref) bool { return false })
	s.drop(func(int) bool { return false }, func(ref catalog.Ref) bool { return u.Drops(ref, a.snap, a.statuses, kinds) })
	return u
}

// hidden counts the marked entities that are not on the list, which has the rows in on. What has no
// row at all is not counted: an incomplete catalog may still bring it, and a complete one has its
// mark dropped.
func (s *marks) hidden(on catalog.RowSet) int { return s.on.Len() - s.on.Common(on) }
