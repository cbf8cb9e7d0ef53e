package catalog_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
)

// TestRowSet holds a set of rows against the obvious one.
func TestRowSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 300).Draw(t, "size")
		set, other, plain := catalog.NewRowSet(n), catalog.NewRowSet(n), map[int]bool{}
		for _, row := range rapid.SliceOf(rapid.IntRange(0, n-1)).Draw(t, "rows") {
			if plain[row] {
				set.Remove(row)
				delete(plain, row)
				continue
			}
			set.Add(row)
			plain[row] = true
		}
		var rows []int
		common := 0
		for row := range n {
			if row%3 == 0 {
				other.Add(row)
			}
			if set.Has(row) != plain[row] {
				t.Fatalf("row %d: in the set %v, want %v", row, set.Has(row), plain[row])
			}
			if plain[row] {
				rows = append(rows, row)
				if row%3 == 0 {
					common++
				}
			}
		}
		if got := slices.Collect(set.Rows()); !slices.Equal(got, rows) {
			t.Errorf("rows %v, want %v", got, rows)
		}
		if set.Len() != len(rows) || set.Common(other) != common {
			t.Errorf("%d rows, %d in common; want %d and %d", set.Len(), set.Common(other), len(rows), common)
		}
		both, either := slices.Clone(set), slices.Clone(set)
		both.And(other)
		either.Or(other)
		for row := range n {
			if both.Has(row) != (set.Has(row) && other.Has(row)) || either.Has(row) != (set.Has(row) || other.Has(row)) {
				t.Fatalf("row %d: in both %v, in either %v", row, both.Has(row), either.Has(row))
			}
		}
		if set.Has(-1) || set.Has(n+64) {
			t.Error("a row outside of the snapshot is in the set")
		}
	})
}
