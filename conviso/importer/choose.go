package importer

import (
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
// entities that share an asset name at most one, since the platform tells assets by name alone. Chosen
// are the entities that are marked already.
func Choose[V any](snap *catalog.Snapshot, statuses *Statuses, chosen map[catalog.Ref]V, rows []int) Choice {
	var c Choice
	// Only names that are shared can be taken already.
	shared, names := statuses.Shared(), map[string]bool{}
	for row := range shared.Rows() {
		if _, marked := chosen[snap.Ref(row)]; marked {
			names[statuses.resolver.names.Key(row)] = true
		}
	}
	for _, row := range rows {
		_, marked := chosen[snap.Ref(row)]
		switch state := statuses.State(row); {
		case marked:
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
