package importer

import (
	"slices"

	"conviso-importer/catalog"
)

// Choice is what marking many rows at once comes to.
type Choice struct {
	// Take are the rows to mark.
	Take catalog.RowSet
	// Marked is how many Take has. Already are marked, Left share a name with another one, Unknown
	// have no known status.
	Marked, Already, Left, Unknown int
}

// Choose picks those of the rows that can be imported in bulk: what is new or failed, and of
// entities that share an asset name at most one, the first by ref, since the platform tells assets by
// name alone. The order of the rows does not matter. Marked are the rows that are marked already. Rows
// are chosen as sets, since a key waits for all of a large list; those that share a name are looked at
// one by one.
func Choose[R int | int32](statuses *Statuses, marked catalog.RowSet, rows []R) Choice {
	rest := catalog.RowSetOf(statuses.Len(), rows)
	c := Choice{Already: rest.Common(marked)}
	rest.AndNot(marked)
	c.Unknown, c.Left = rest.Common(statuses.In(Unknown)), rest.Common(statuses.In(Clash))
	c.Take = statuses.In(New, Failed)
	c.Take.And(rest)
	c.Left += leaveTwins(statuses, c.Take, marked)
	c.Marked = c.Take.Len()
	return c
}

// leaveTwins takes out of a choice what shares its asset name with a marked row, or with a row of the
// choice whose ref comes before its own, and returns how many these were.
func leaveTwins(s *Statuses, take, marked catalog.RowSet) int {
	twins := slices.Clone(s.Shared())
	twins.And(take)
	left := twins.Len()
	if left == 0 {
		return 0
	}
	shared := &s.resolver.names.shared
	taken := slices.Clone(shared.rows)
	taken.And(marked)
	names := make([]bool, len(shared.counts))
	for row := range taken.Rows() {
		names[shared.numbers[row]] = true
	}
	rest := shared.byRef
	for number, count := range shared.counts {
		group := rest[:count]
		rest = rest[count:]
		if names[number] {
			continue
		}
		for _, row := range group {
			if twins.Has(int(row)) {
				twins.Remove(int(row))
				left--
				break
			}
		}
	}
	take.AndNot(twins)
	return left
}
