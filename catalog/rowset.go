package catalog

import (
	"iter"
	"math/bits"
)

// RowSet is a bit set of the rows of one snapshot. Its size is fixed: rows beyond it are not
// members and cannot be added.
type RowSet []uint64

// NewRowSet returns an empty set for a snapshot of n rows.
func NewRowSet(n int) RowSet { return make(RowSet, (n+63)/64) }

// RowSetOf returns the set of the given rows for a snapshot of n rows.
func RowSetOf[R int | int32](n int, rows []R) RowSet {
	set := NewRowSet(n)
	for _, row := range rows {
		set.Add(int(row))
	}
	return set
}

// Add adds a row.
func (s RowSet) Add(row int) { s[row/64] |= 1 << (row % 64) }

// Remove removes a row.
func (s RowSet) Remove(row int) { s[row/64] &^= 1 << (row % 64) }

// Has reports whether a row is in the set; false for one outside the snapshot.
func (s RowSet) Has(row int) bool {
	return row >= 0 && row/64 < len(s) && s[row/64]&(1<<(row%64)) != 0
}

// Len counts the rows in time proportional to the snapshot.
func (s RowSet) Len() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// Common counts the rows in both sets, which must be of one snapshot.
func (s RowSet) Common(other RowSet) int {
	n := 0
	for i := range min(len(s), len(other)) {
		n += bits.OnesCount64(s[i] & other[i])
	}
	return n
}

// And keeps the rows that are in other too. Here and below both sets must be of one snapshot.
func (s RowSet) And(other RowSet) {
	for i := range s {
		if i < len(other) {
			s[i] &= other[i]
		} else {
			s[i] = 0
		}
	}
}

// AndNot removes the rows of other.
func (s RowSet) AndNot(other RowSet) {
	for i := range min(len(s), len(other)) {
		s[i] &^= other[i]
	}
}

// Or adds the rows of other.
func (s RowSet) Or(other RowSet) {
	for i := range min(len(s), len(other)) {
		s[i] |= other[i]
	}
}

// Xor keeps the rows that are in exactly one of the sets.
func (s RowSet) Xor(other RowSet) {
	for i := range min(len(s), len(other)) {
		s[i] ^= other[i]
	}
}

// Rows yields the rows in ascending order.
func (s RowSet) Rows() iter.Seq[int] {
	return func(yield func(int) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(i*64 + bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}
