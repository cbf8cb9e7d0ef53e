package catalog

import (
	"bytes"

	"conviso-importer/internal/rowindex"
)

// Groups are the rows of a snapshot that share a key with another row. They number the keys, because
// comparing these is too slow for a key press in a large list. They are immutable.
type Groups struct {
	Rows    RowSet
	numbers []int32 // maps a row of Rows to its key's number
	counts  []int32 // maps a number to its rows
}

// Len returns the number of groups.
func (g *Groups) Len() int { return len(g.counts) }

// Number returns the group of a row that is in Rows.
func (g *Groups) Number(row int) int { return int(g.numbers[row]) }

// Sharing returns how many rows have the row's key, itself included.
func (g *Groups) Sharing(row int) int {
	if !g.Rows.Has(row) {
		return 1
	}
	return int(g.counts[g.numbers[row]])
}

// GroupTexts groups n rows by a text that appendKey appends. It is called for every row of every new snapshot, so
// that a string for each would be most of its cost.
func GroupTexts(n int, appendKey func(to []byte, row int) []byte) *Groups {
	index := rowindex.New(n)
	var own, others []byte
	return group(n, &index, func(row int) (uint64, bool) {
		own = appendKey(own[:0], row)
		return index.HashBytes(own), true
	}, func(_, other int) bool {
		others = appendKey(others[:0], other)
		return bytes.Equal(own, others)
	})
}

// groupRows groups n rows by a hash and what it stands for; rows without a hash share nothing.
func groupRows(n int, hash func(row int) (uint64, bool), same func(row, other int) bool) *Groups {
	index := rowindex.New(n)
	return group(n, &index, hash, same)
}

func group(n int, index *rowindex.Index, hash func(row int) (uint64, bool), same func(row, other int) bool) *Groups {
	g := &Groups{Rows: NewRowSet(n)}
next:
	for row := range n {
		h, ok := hash(row)
		if !ok {
			continue
		}
		for other := range index.Likely(h) {
			if same(row, other) {
				g.add(row, other)
				continue next
			}
		}
		index.Add(h, row)
	}
	return g
}

// add records that row has the key of first.
func (g *Groups) add(row, first int) {
	if !g.Rows.Has(first) {
		if g.numbers == nil {
			g.numbers = make([]int32, 64*len(g.Rows))
		}
		g.Rows.Add(first)
		g.numbers[first] = int32(len(g.counts))
		g.counts = append(g.counts, 1)
	}
	g.Rows.Add(row)
	g.numbers[row] = g.numbers[first]
	g.counts[g.numbers[row]]++
}
