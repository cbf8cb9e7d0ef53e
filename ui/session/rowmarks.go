package session

import (
	"slices"

	"conviso-importer/catalog"
)

// Mark is how an entity is marked. A clash, what opted out and an orphan are sent only if marked by hand.
type Mark uint8

// The marks.
const (
	NotMarked Mark = iota
	InBulk
	ByHand
	// LeftOut is not marked: bulk marking has left it because of its annotations or its repository, which a review
	// has to say.
	LeftOut
)

// rowMarks are the marks of a snapshot's rows; hand is a subset of on, left has none of them.
type rowMarks struct{ on, hand, left catalog.RowSet }

func newRowMarks(n int) rowMarks {
	return rowMarks{on: catalog.NewRowSet(n), hand: catalog.NewRowSet(n), left: catalog.NewRowSet(n)}
}

func (p rowMarks) clone() rowMarks {
	return rowMarks{on: slices.Clone(p.on), hand: slices.Clone(p.hand), left: slices.Clone(p.left)}
}

// resized returns the marks for a list of n rows, which is no shorter.
func (p rowMarks) resized(n int) rowMarks {
	more := newRowMarks(n)
	copy(more.on, p.on)
	copy(more.hand, p.hand)
	copy(more.left, p.left)
	return more
}

func (p rowMarks) of(row int) Mark {
	switch {
	case p.hand.Has(row):
		return ByHand
	case p.on.Has(row):
		return InBulk
	case p.left.Has(row):
		return LeftOut
	}
	return NotMarked
}

func (p rowMarks) put(row int, how Mark) {
	p.on.Remove(row)
	p.hand.Remove(row)
	p.left.Remove(row)
	switch how {
	case InBulk:
		p.on.Add(row)
	case ByHand:
		p.on.Add(row)
		p.hand.Add(row)
	case LeftOut:
		p.left.Add(row)
	case NotMarked:
	}
}

// known returns the rows with any mark, LeftOut included.
func (p rowMarks) known() catalog.RowSet {
	set := slices.Clone(p.on)
	set.Or(p.left)
	return set
}

// diff returns the rows that other marks in another way.
func (p rowMarks) diff(other rowMarks) catalog.RowSet {
	set := catalog.NewRowSet(64 * len(p.on))
	for _, pair := range [...][2]catalog.RowSet{{p.on, other.on}, {p.hand, other.hand}, {p.left, other.left}} {
		one := slices.Clone(pair[0])
		one.Xor(pair[1])
		set.Or(one)
	}
	return set
}
