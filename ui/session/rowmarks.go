package session

import (
	"slices"

	"conviso-importer/catalog"
)

// Mark is how an entity is marked: by hand it is sent even where it clashes, in bulk, with many
// others, it is not.
type Mark uint8

// How an entity is marked.
const (
	NotMarked Mark = iota
	InBulk
	ByHand
)

// rowMarks are marks of a snapshot's rows: those that are marked, and which of them by hand.
type rowMarks struct{ on, hand catalog.RowSet }

func newRowMarks(n int) rowMarks {
	return rowMarks{on: catalog.NewRowSet(n), hand: catalog.NewRowSet(n)}
}

func (p rowMarks) clone() rowMarks {
	return rowMarks{on: slices.Clone(p.on), hand: slices.Clone(p.hand)}
}

// resized are the same marks in a list of n rows, which is no shorter.
func (p rowMarks) resized(n int) rowMarks {
	more := newRowMarks(n)
	copy(more.on, p.on)
	copy(more.hand, p.hand)
	return more
}

// of is how a row is marked.
func (p rowMarks) of(row int) Mark {
	switch {
	case p.hand.Has(row):
		return ByHand
	case p.on.Has(row):
		return InBulk
	}
	return NotMarked
}

// put sets how a row is marked.
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

// differs returns the rows that are marked in another way in other, as a set of its own.
func (p rowMarks) differs(other rowMarks) catalog.RowSet {
	set, hand := slices.Clone(p.on), slices.Clone(p.hand)
	set.Xor(other.on)
	hand.Xor(other.hand)
	set.Or(hand)
	return set
}
