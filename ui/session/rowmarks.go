package session

import (
	"slices"

	"conviso-importer/catalog"
)

// Mark is how an entity is marked. A clash is sent only if marked by hand.
type Mark uint8

// The marks.
const (
	NotMarked Mark = iota
	InBulk
	ByHand
)

// rowMarks are the marks of a snapshot's rows; hand is a subset of on.
type rowMarks struct{ on, hand catalog.RowSet }

func newRowMarks(n int) rowMarks {
	return rowMarks{on: catalog.NewRowSet(n), hand: catalog.NewRowSet(n)}
}

func (p rowMarks) clone() rowMarks {
	return rowMarks{on: slices.Clone(p.on), hand: slices.Clone(p.hand)}
}

// resized returns the marks for a list of n rows, which is no shorter.
func (p rowMarks) resized(n int) rowMarks {
	more := newRowMarks(n)
	copy(more.on, p.on)
	copy(more.hand, p.hand)
	return more
}

func (p rowMarks) of(row int) Mark {
	switch {
	case p.hand.Has(row):
		return ByHand
	case p.on.Has(row):
		return InBulk
	}
	return NotMarked
}

func (p rowMarks) put(row int, how Mark) {
	p.on.Remove(row)
	p.hand.Remove(row)
	if how != NotMarked {
		p.on.Add(row)
	}
	if how == ByHand {
		p.hand.Add(row)
	}
}

// diff returns the rows that other marks in another way.
func (p rowMarks) diff(other rowMarks) catalog.RowSet {
	set, hand := slices.Clone(p.on), slices.Clone(p.hand)
	set.Xor(other.on)
	hand.Xor(other.hand)
	set.Or(hand)
	return set
}
