package importer

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Choice is what marking many rows at once comes to.
type Choice struct {
	// Take are the rows to mark.
	Take []int
	// Already are marked, Left share a name with another one, Unknown have no known status.
	Already, Left, Unknown int
}

// Choose picks those of the rows that can be imported in bulk: what is new or failed, and of
// entities that share a name at most one, since the platform tells assets by name alone. Chosen
// are the entities that are marked already.
func Choose[V any](snap *catalog.Snapshot, statuses *Statuses, chosen map[catalog.Ref]V, rows []int) Choice {
	var c Choice
	names := make(map[string]bool, len(chosen)+len(rows))
	for ref := range chosen {
		if row, ok := snap.Row(ref); ok {
			names[conviso.NameKey(snap.At(row).Name)] = true
		}
	}
	for _, row := range rows {
		e := snap.At(row)
		key := conviso.NameKey(e.Name)
		_, marked := chosen[e.Ref]
		switch state := statuses.At(row).State; {
		case marked:
			c.Already++
		case state == Unknown:
			c.Unknown++
		case state == Clash:
			c.Left++
		case state != New && state != Failed:
		case names[key]:
			c.Left++
		default:
			names[key] = true
			c.Take = append(c.Take, row)
		}
	}
	return c
}

// Markable says whether an entity in this state may be marked at all: what is imported or on
// its way has nothing left to import.
func (s State) Markable() bool { return s != Imported && !s.Pending() }
