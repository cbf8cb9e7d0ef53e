package catalog_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
)

// TestRowSet compares a RowSet with a map.
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
		for _, op := range []struct {
			name string
			do   func(s, other catalog.RowSet)
			want func(in, inOther bool) bool
		}{
			{"and", catalog.RowSet.And, func(a, b bool) bool { return a && b }},
			{"and not", catalog.RowSet.AndNot, func(a, b bool) bool { return a && !b }},
			{"or", catalog.RowSet.Or, func(a, b bool) bool { return a || b }},
			{"xor", catalog.RowSet.Xor, func(a, b bool) bool { return a != b }},
		} {
			made := slices.Clone(set)
			op.do(made, other)
			for row := range n {
				if made.Has(row) != op.want(plain[row], row%3 == 0) {
					t.Errorf("%s: row %d is in the set %v", op.name, row, made.Has(row))
				}
			}
			if empty := slices.Clone(set); op.name == "and" {
				if empty.And(nil); empty.Len() != 0 {
					t.Errorf("%d rows are in a set and in none", empty.Len())
				}
			}
		}
		if set.Has(-1) || set.Has(n+64) {
			t.Error("a row outside of the snapshot is in the set")
		}
	})
}
