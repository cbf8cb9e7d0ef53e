package importer

import (
	"slices"

	"conviso-importer/catalog"
)

// Choice is the result of marking many rows at once.
type Choice struct {
	Take catalog.RowSet // the rows to mark
	// Marked is the size of Take. Already are marked, Left share a name, Unknown have no known status.
	Marked, Already, Left, Unknown int
}

// Choose picks the rows that can be imported in bulk: new or failed, and of entities that share an
// asset name only the first by ref, since the platform identifies assets by name. marked are the
// rows marked already. It works on bit sets because a key press waits for it.
func Choose[R int | int32](statuses *Statuses, marked catalog.RowSet, rows []R) Choice {
	rest := catalog.RowSetOf(statuses.Len(), rows)
	c := Choice{Already: rest.Common(marked)}
	rest.AndNot(marked)
	c.Unknown, c.Left = rest.Common(statuses.In(Unknown)), rest.Common(statuses.In(Clash))
	c.Take = statuses.In(New, Failed)
	c.Take.And(rest)
	c.Left += removeSharedNames(statuses, c.Take, marked)
	c.Marked = c.Take.Len()
	return c
}

// removeSharedNames removes from take the rows that share their asset name with a marked row or with a row
// of an earlier ref. It returns how many it removed.
func removeSharedNames(s *Statuses, take, marked catalog.RowSet) int {
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
