package importer

import (
	"fmt"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Statuses are the statuses of a snapshot's rows at one moment.
type Statuses struct {
	rows   []Status
	counts map[State]int
	shared catalog.RowSet
}

// At returns a row's status; a row outside the snapshot is unknown.
func (s *Statuses) At(row int) Status {
	if s == nil || row < 0 || row >= len(s.rows) {
		return Status{State: Unknown}
	}
	return s.rows[row]
}

// State is At(row).State, for less work.
func (s *Statuses) State(row int) State { return s.At(row).State }

// In returns the rows that are in a state, as a set of its own.
func (s *Statuses) In(state State) catalog.RowSet {
	set := catalog.NewRowSet(s.Len())
	for row := range s.Len() {
		if s.State(row) == state {
			set.Add(row)
		}
	}
	return set
}

// Shared returns the rows whose asset name, as names are compared, is that of another row too.
// The set must not be changed.
func (s *Statuses) Shared() catalog.RowSet {
	if s == nil {
		return nil
	}
	return s.shared
}

// Count returns how many rows are in a state.
func (s *Statuses) Count(state State) int {
	if s == nil {
		return 0
	}
	return s.counts[state]
}

// Len is the number of rows.
func (s *Statuses) Len() int {
	if s == nil {
		return 0
	}
	return len(s.rows)
}

// Resolve decides every row's status from the three things that are known: the catalog's
// entities, the platform's assets (nil where they were never read) and the queue's items.
// The platform's list names no entity, so an asset counts for an entity by what the queue
// read back, else by name; and one asset never marks two entities imported.
func Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]Item, namer Namer) *Statuses {
	r := resolver{names: namer.Names(snap), assets: assets, items: items, claimed: claims(assets, items)}
	s := &Statuses{rows: make([]Status, snap.Len()), counts: map[State]int{}, shared: catalog.NewRowSet(snap.Len())}
	for row := range s.rows {
		if r.names.Sharing(r.names.Key(row)) > 1 {
			s.shared.Add(row)
		}
		s.rows[row] = r.status(row, snap.At(row).Ref)
		s.counts[s.rows[row].State]++
	}
	return s
}

// claims maps asset ids to the refs that the queue read them back for.
func claims(assets *conviso.AssetSet, items map[catalog.Ref]Item) map[string]catalog.Ref {
	claimed := map[string]catalog.Ref{}
	for ref, item := range items {
		if item.State == Imported && item.AssetID != "" && !goneSince(assets, &item) {
			claimed[item.AssetID] = ref
		}
	}
	return claimed
}

// goneSince says whether a complete read that began after the asset was last seen lacks it.
func goneSince(assets *conviso.AssetSet, item *Item) bool {
	if assets == nil || !assets.Complete || !assets.ReadAt.After(item.CheckedAt) {
		return false
	}
	_, there := assets.ByID(item.AssetID)
	return !there
}

type resolver struct {
	names   *Names
	assets  *conviso.AssetSet
	items   map[catalog.Ref]Item
	claimed map[string]catalog.Ref
}

func (r *resolver) status(row int, ref catalog.Ref) Status {
	if item, ok := r.items[ref]; ok {
		if s, settled := r.itemStatus(&item); settled {
			return s
		}
	}
	return r.nameStatus(row, ref)
}

// itemStatus is the status that the queue knows; an import whose asset is gone from the
// platform says nothing any more.
func (r *resolver) itemStatus(item *Item) (Status, bool) {
	switch {
	case item.State == Accepted && item.Error == "":
		return Status{State: Accepted, Reason: "taken on " + item.SentAt.Format(whenLayout) + " and not seen on the platform yet",
			CheckedAt: latest(item.CheckedAt, item.SentAt)}, true
	case item.State.Pending():
		return Status{State: item.State, Reason: item.Error, CheckedAt: latest(item.CheckedAt, item.SentAt), SentAt: item.SentAt}, true
	case item.State == Failed:
		return Status{State: Failed, Reason: item.Error, CheckedAt: latest(item.CheckedAt, item.SentAt), SentAt: item.SentAt}, true
	case item.State == Imported && !goneSince(r.assets, item):
		checked := item.CheckedAt
		if r.assets != nil {
			if _, seen := r.assets.ByID(item.AssetID); seen {
				checked = latest(checked, r.assets.ReadAt)
			}
		}
		return Status{State: Imported, Reason: r.imported(item), AssetID: item.AssetID, CheckedAt: checked, SentAt: item.SentAt}, true
	}
	return Status{}, false
}

// whenLayout is how a reason names a moment; its age is on screen beside it.
const whenLayout = "2 January at 15:04"

// imported says how an item came to be imported, and of a name that several people gave an
// asset at the same time that there are two.
func (r *resolver) imported(item *Item) string {
	if item.Attempts == 0 {
		return "imported meanwhile by somebody else, so not sent from here"
	}
	how := "sent from here and read back"
	if r.assets == nil || item.Strict {
		return how
	}
	for _, asset := range r.assets.Named(item.Key()) {
		if _, claimed := r.claimed[asset.ID]; !claimed && !slices.Contains(item.Baseline, asset.ID) {
			return how + fmt.Sprintf("; asset %s has the same name: somebody else may have imported it too", asset.ID)
		}
	}
	return how
}

// nameStatus is the status by the asset's name alone.
func (r *resolver) nameStatus(row int, ref catalog.Ref) Status {
	if r.assets == nil {
		return Status{State: Unknown, Reason: "the platform's assets have not been read"}
	}
	key := r.names.Key(row)
	named := r.assets.Named(key)
	if len(named) == 0 {
		if !r.assets.Complete {
			return Status{State: Unknown, Reason: "the platform's assets were read in part only", CheckedAt: r.assets.ReadAt}
		}
		return Status{State: New, Reason: fmt.Sprintf("no asset of this name among %d", r.assets.Len()), CheckedAt: r.assets.ReadAt}
	}
	sharing := r.names.Sharing(key)
	for _, asset := range named {
		if owner, ok := r.claimed[asset.ID]; ok && owner != ref {
			return Status{State: Clash, AssetID: asset.ID, CheckedAt: r.assets.ReadAt,
				Reason: fmt.Sprintf("asset %s of this name belongs to %s", asset.ID, owner)}
		}
	}
	if sharing > 1 {
		return Status{State: Clash, CheckedAt: r.assets.ReadAt,
			Reason: fmt.Sprintf("asset %s has this name, and %d entities share it", named[0].ID, sharing)}
	}
	return Status{State: Imported, AssetID: named[0].ID, CheckedAt: r.assets.ReadAt,
		Reason: "matched by name only"}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
