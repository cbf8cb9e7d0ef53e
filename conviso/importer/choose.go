package importer

import (
	"slices"

	"conviso-importer/catalog"
)

// Choice is what marking many rows at once comes to.
type Choice struct {
	// Take are the rows to mark.
	Take []int
	// Already are marked, Left share a name with another one, Unknown have no known status.
	Already, Left, Unknown int
}

// Choose picks those of the rows that can be imported in bulk: what is new or failed, and of
// entities that share an asset name at most one, since the platform tells assets by name alone. Marked
// are the rows that are marked already. Names are looked at where one is shared, and there alone.
func Choose[R int | int32](statuses *Statuses, marked catalog.RowSet, rows []R) Choice {
	var c Choice
	shared, names := statuses.Shared(), map[string]bool{}
	taken := slices.Clone(shared)
	taken.And(marked)
	for row := range taken.Rows() {
		names[statuses.resolver.names.Key(row)] = true
	}
	for _, r := range rows {
		row := int(r)
		switch state := statuses.State(row); {
		case marked.Has(row):
			c.Already++
		case state == Unknown:
			c.Unknown++
		case state == Clash:
			c.Left++
		case state != New && state != Failed:
		case !shared.Has(row):
			c.Take = append(c.Take, row)
		case names[statuses.resolver.names.Key(row)]:
			c.Left++
		default:
			names[statuses.resolver.names.Key(row)] = true
			c.Take = append(c.Take, row)
		}
	}
	return c
}

// Markable says whether an entity in this state may be marked at all: what is imported or on
// its way has nothing left to import.
func (s State) Markable() bool { return s != Imported && !s.Pending() }
