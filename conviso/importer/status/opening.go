package status

import (
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safetext"
)

// Opening is how the table looked when its lists were last up to date: its first rows and all
// counters. It lets a table open in milliseconds whatever the catalog's size. It is no evidence:
// nothing may be marked, planned or sent by it.
type Opening struct {
	Entities                    []catalog.Entity
	Statuses                    []Status
	Counts                      map[queue.State]int // the rows of the whole list by state, Total its length
	Total                       int
	Kinds                       int // the number of kinds in the list; only more than one matters
	CatalogReadAt, AssetsReadAt time.Time
}

// maxOpeningRows bounds the rows, which are all read before the first page shows.
const maxOpeningRows = 1000

// NewOpening takes the first rows of a list in the given order.
func NewOpening(snap *catalog.Snapshot, statuses *Statuses, order []int32, assetsReadAt time.Time, rows int) *Opening {
	o := &Opening{Counts: map[queue.State]int{}, Total: snap.Len(),
		Kinds: len(snap.Values(catalog.ColumnKind, "", 2)), CatalogReadAt: snap.ReadAt, AssetsReadAt: assetsReadAt}
	for _, row := range order[:min(rows, maxOpeningRows, len(order))] {
		o.Entities = append(o.Entities, snap.At(int(row)))
		o.Statuses = append(o.Statuses, statuses.At(int(row)))
	}
	for _, state := range allStates() {
		if n := statuses.Count(state); n > 0 {
			o.Counts[state] = n
		}
	}
	return o
}

// Picture returns the opening as a list of its rows; the statuses count the whole list.
func (o *Opening) Picture() (*catalog.Snapshot, *Statuses) {
	snap := catalog.NewSnapshot(o.Entities, o.CatalogReadAt, o.Total, true)
	s := &Statuses{fixed: o.Statuses, states: make([]uint8, len(o.Statuses)), counts: o.Counts}
	for row := range s.states {
		s.states[row] = stateNumber(o.Statuses[row].State)
	}
	return snap, s
}

// Safe sanitizes what was read from disk and reports whether it is plausible.
func (o *Opening) Safe() bool {
	if len(o.Statuses) != len(o.Entities) || o.Total < len(o.Entities) {
		return false
	}
	refs, states := map[catalog.Ref]bool{}, allStates()
	for i := range o.Entities {
		o.Entities[i] = o.Entities[i].Safe()
		refs[o.Entities[i].Ref] = true
		s := &o.Statuses[i]
		s.Reason, s.AssetID = safetext.Line(s.Reason), safetext.Line(s.AssetID)
		if !slices.Contains(states[:], s.State) {
			return false
		}
	}
	all := 0
	for _, n := range o.Counts {
		if n < 0 {
			return false
		}
		all += n
	}
	return len(refs) == len(o.Entities) && all == o.Total
}
