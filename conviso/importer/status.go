package importer

import (
	"fmt"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// Status is what is known of one entity, and why.
type Status struct {
	State State
	// Reason says in one safe line why the state is what it is: the platform's error, the
	// clashing entity, "matched by name". It may be empty where the word says everything.
	Reason string
	// AssetID is the platform's id of the asset, where one is known.
	AssetID string
	// CheckedAt is when the evidence was read; zero where there is none.
	CheckedAt time.Time
	// SentAt is when the last request went that carried it; zero where none did from here.
	SentAt time.Time
}

// Statuses are the statuses of a snapshot's rows at one moment. They keep each row's state and
// work out the rest, such as the reason, for the few rows that somebody asks about: a hundred
// thousand reasons would take more memory than the catalog.
type Statuses struct {
	resolver *resolver
	// states are the rows' states as numbers of allStates.
	states []uint8
	counts map[State]int
	// told are the statuses of an Opening, which has no resolver.
	told []Status
}

// allStates are the states of rows.
func allStates() [9]State {
	return [...]State{New, Imported, Queued, Sending, Retrying, Accepted, Failed, Clash, Unknown}
}

func stateNumber(state State) uint8 {
	all := allStates()
	return uint8(slices.Index(all[:], state))
}

// At returns a row's status; a row outside the snapshot is unknown.
func (s *Statuses) At(row int) Status {
	if s == nil || row < 0 || row >= len(s.states) {
		return Status{State: Unknown}
	}
	if s.resolver == nil {
		return s.told[row]
	}
	return s.resolver.status(row)
}

// State is At(row).State, for less work.
func (s *Statuses) State(row int) State {
	if s == nil || row < 0 || row >= len(s.states) {
		return Unknown
	}
	return allStates()[s.states[row]]
}

// In returns the rows that are in one of the states, as a set of its own.
func (s *Statuses) In(states ...State) catalog.RowSet {
	set := catalog.NewRowSet(s.Len())
	var wanted uint16
	for _, state := range states {
		wanted |= 1 << stateNumber(state)
	}
	// A word of the set at a time and without a branch: a key waits for this in large lists.
	for i := range set {
		var word uint64
		for bit, number := range s.states[i*64 : min((i+1)*64, len(s.states))] {
			word |= uint64(wanted>>(number&15)&1) << (bit & 63)
		}
		set[i] = word
	}
	return set
}

// Shared returns the rows whose asset name, as names are compared, is that of another row too.
// The set must not be changed.
func (s *Statuses) Shared() catalog.RowSet {
	if s == nil || s.resolver == nil {
		return nil
	}
	return s.resolver.names.shared.rows
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
	return len(s.states)
}

// Resolve decides every row's status from the three things that are known: the catalog's
// entities, the platform's assets (nil where they were never read) and the queue's items, none
// of which may change afterwards. The platform's list names no entity, so an asset counts for an
// entity by what the queue read back, else by name; and one asset never marks two entities
// imported.
func Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]Item, namer Namer) *Statuses {
	r := &resolver{snap: snap, names: namer.Names(snap), assets: assets, items: items, claimed: claims(assets, items)}
	queued := catalog.NewRowSet(snap.Len())
	for ref := range items {
		if row, ok := snap.Row(ref); ok {
			queued.Add(row)
		}
	}
	s := &Statuses{resolver: r, states: make([]uint8, snap.Len()), counts: map[State]int{}}
	for row := range s.states {
		state := r.byName(row).state
		if queued.Has(row) {
			state = r.status(row).State
		}
		s.states[row] = stateNumber(state)
		s.counts[state]++
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

// goneSince reports whether a complete read that began after the asset was last seen lacks it.
func goneSince(assets *conviso.AssetSet, item *Item) bool {
	if assets == nil || !assets.Complete || !assets.ReadAt.After(item.CheckedAt) {
		return false
	}
	_, there := assets.ByID(item.AssetID)
	return !there
}

type resolver struct {
	snap    *catalog.Snapshot
	names   *Names
	assets  *conviso.AssetSet
	items   map[catalog.Ref]Item
	claimed map[string]catalog.Ref
}

func (r *resolver) status(row int) Status {
	if item, ok := r.items[r.snap.Ref(row)]; ok {
		if s, settled := r.itemStatus(&item); settled {
			return s
		}
	}
	return r.nameStatus(row)
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

// match is what the assets' names say of a row.
type match struct {
	state State
	// id is the asset of the row's name, where there is one; owner is whose it is, where that is
	// another entity.
	id    string
	owner catalog.Ref
}

// byName looks for the assets of a row's name.
func (r *resolver) byName(row int) match {
	if r.assets == nil {
		return match{state: Unknown}
	}
	named := r.assets.Named(r.names.Key(row))
	switch {
	case len(named) == 0 && r.assets.Complete:
		return match{state: New}
	case len(named) == 0:
		return match{state: Unknown}
	}
	for _, asset := range named {
		if owner, ok := r.claimed[asset.ID]; ok && owner != r.snap.Ref(row) {
			return match{state: Clash, id: asset.ID, owner: owner}
		}
	}
	if r.names.shared.rows.Has(row) {
		return match{state: Clash, id: named[0].ID}
	}
	return match{state: Imported, id: named[0].ID}
}

// nameStatus is the status by the asset's name alone.
func (r *resolver) nameStatus(row int) Status {
	found := r.byName(row)
	if r.assets == nil {
		return Status{State: found.state, Reason: "the platform's assets have not been read"}
	}
	s := Status{State: found.state, AssetID: found.id, CheckedAt: r.assets.ReadAt}
	switch {
	case found.state == Unknown:
		s.Reason = "the platform's assets were read in part only"
	case found.state == New:
		s.Reason = fmt.Sprintf("no asset of this name among %d", r.assets.Len())
	case found.state == Imported:
		s.Reason = "matched by name only"
	case found.owner != "":
		s.Reason = fmt.Sprintf("asset %s of this name belongs to %s", found.id, found.owner)
	default:
		s.AssetID, s.Reason = "", fmt.Sprintf("asset %s has this name, and %d entities share it", found.id, r.names.Sharing(row))
	}
	return s
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
