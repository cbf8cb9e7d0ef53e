package status

import (
	"fmt"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/judge"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/sources"
)

// Status is what is known of one entity.
type Status struct {
	State     queue.State
	Reason    string    // explains the state in one safe line; may be empty
	AssetID   string    // the asset's id on the platform, or empty
	CheckedAt time.Time // when the evidence was read; zero for none
	SentAt    time.Time // when it was last sent from here; zero for never
	Note      string    // what else is to be known of it, in one safe line; only View.Status has it
}

// Statuses are the statuses of a snapshot's rows. They store states and compute reasons on demand:
// a hundred thousand reasons would take more memory than the catalog.
type Statuses struct {
	resolver *resolver
	states   []uint8 // indexes in allStates
	counts   map[queue.State]int
	fixed    []Status // the statuses of an Opening, which has no resolver
	sharing  Sharing
	covered  catalog.RowSet // rows whose repository is that of another entity, imported or on its way
}

func allStates() [10]queue.State {
	return [...]queue.State{queue.New, queue.Imported, queue.Queued, queue.Sending, queue.Retrying, queue.Accepted, queue.Failed, queue.Clash, queue.Unknown, queue.Gone}
}

func stateNumber(state queue.State) uint8 {
	all := allStates()
	return uint8(slices.Index(all[:], state))
}

// At returns a row's status; Unknown outside the snapshot.
func (s *Statuses) At(row int) Status {
	if s == nil || row < 0 || row >= len(s.states) {
		return Status{State: queue.Unknown}
	}
	if s.resolver == nil {
		return s.fixed[row]
	}
	return s.resolver.status(row)
}

// State is At(row).State, but cheaper.
func (s *Statuses) State(row int) queue.State {
	if s == nil || row < 0 || row >= len(s.states) {
		return queue.Unknown
	}
	return allStates()[s.states[row]]
}

// In returns a new set of the rows in one of the states.
func (s *Statuses) In(states ...queue.State) catalog.RowSet {
	set := catalog.NewRowSet(s.Len())
	var wanted uint16
	for _, state := range states {
		wanted |= 1 << stateNumber(state)
	}
	// A word at a time and without a branch: a key press waits for this.
	for i := range set {
		var word uint64
		for bit, number := range s.states[i*64 : min((i+1)*64, len(s.states))] {
			word |= uint64(wanted>>(number&15)&1) << (bit & 63)
		}
		set[i] = word
	}
	return set
}

// Shared returns the rows whose asset name another row has too. Do not modify it.
func (s *Statuses) Shared() catalog.RowSet {
	if s == nil || s.resolver == nil {
		return nil
	}
	return s.resolver.names.same.Rows
}

// Names returns the names by which the statuses were decided.
func (s *Statuses) Names() *Names { return s.resolver.names }

// Count returns the number of rows in a state.
func (s *Statuses) Count(state queue.State) int {
	if s == nil {
		return 0
	}
	return s.counts[state]
}

// Len returns the number of rows.
func (s *Statuses) Len() int {
	if s == nil {
		return 0
	}
	return len(s.states)
}

// Resolve is ResolveKnown without known assets.
func Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]queue.Item, namer Namer) *Statuses {
	return ResolveKnown(snap, assets, items, nil, namer)
}

// ResolveKnown decides every row's status from the catalog, the assets (nil if never read), the queue's items
// and the known assets, none of which may change afterwards. The platform's list has no entity refs, so an
// asset belongs to the entity that the queue read it back for, else by name; if no asset has the name, to the
// entity that it is known for. One asset never marks two entities imported, but by annotations that name it.
func ResolveKnown(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]queue.Item, known known.Assets, namer Namer) *Statuses {
	return Decide(namer.Names(snap), ShareFirst, assets, Evidence{Items: items, Known: known})
}

// Evidence is what decides statuses besides the two lists.
type Evidence struct {
	Items  map[catalog.Ref]queue.Item
	Past   *queue.History // but for what Items replaces
	Known  known.Assets
	Others *sources.Set
}

// Decide is ResolveKnown of a list whose names are known, with all that there is.
func Decide(names *Names, sharing Sharing, assets *conviso.AssetSet, by Evidence) *Statuses {
	snap, items := names.snap, by.Items
	r := &resolver{snap: snap, names: names, assets: assets, items: items, past: joinPast(snap, by.Past, items), known: by.Known,
		others: by.Others, ties: by.Others.Tie(snap, assets), claimed: claims(assets, items)}
	queued := catalog.NewRowSet(snap.Len())
	for ref := range items {
		if row, ok := snap.Row(ref); ok {
			queued.Add(row)
		}
	}
	s := &Statuses{resolver: r, states: make([]uint8, snap.Len()), sharing: sharing}
	s.fill(queued)
	if r.claimRenamed() {
		s.fill(queued)
	}
	s.cover()
	return s
}

// fill decides the states; queued are the rows that the queue has.
func (s *Statuses) fill(queued catalog.RowSet) {
	r := s.resolver
	s.counts, r.missing, r.renamed = map[queue.State]int{}, nil, nil
	for row := range s.states {
		var found match
		if at, ok := r.past.at(row); ok && !r.past.gone(r.assets, at) {
			found.state = queue.Imported
		} else {
			found = r.byName(row)
		}
		state := found.state
		if queued.Has(row) {
			if status, settled := r.byItem(row); settled {
				state, found.lost = status.State, false
			}
		}
		if t, tied := r.ties[row]; tied {
			state = t.Over(state)
			if t.There {
				found = match{}
			}
		}
		switch {
		case found.lost:
			r.missing = append(r.missing, found.known)
		case found.state == queue.Imported && found.known.AssetID != "":
			r.renamed = append(r.renamed, found.known)
		}
		s.states[row] = stateNumber(state)
		s.counts[state]++
	}
}

// claims maps asset ids to the refs they were read back for, but for those of the history.
func claims(assets *conviso.AssetSet, items map[catalog.Ref]queue.Item) map[string]catalog.Ref {
	claimed := map[string]catalog.Ref{}
	for ref, item := range items {
		if item.State == queue.Imported && item.AssetID != "" && !goneSince(assets, item.AssetID, item.CheckedAt) {
			claimed[item.AssetID] = ref
		}
	}
	return claimed
}

// goneSince reports whether a complete read lacks an asset that an earlier one had.
func goneSince(assets *conviso.AssetSet, id string, checked time.Time) bool {
	if assets == nil || !assets.Complete || !assets.ReadAt.After(checked) {
		return false
	}
	_, there := assets.ByID(id)
	return !there
}

type resolver struct {
	snap    *catalog.Snapshot
	names   *Names
	assets  *conviso.AssetSet
	items   map[catalog.Ref]queue.Item
	past    past
	known   known.Assets
	others  *sources.Set
	claimed map[string]catalog.Ref
	ties    sources.Ties
	// missing and renamed are known assets of rows whose name no asset has: a complete list lacks them, or has
	// them under another name.
	missing, renamed []queue.Known
}

func (r *resolver) status(row int) Status {
	if t, tied := r.ties[row]; tied {
		return r.untied(row).tied(t)
	}
	return r.untied(row)
}

// untied is the status without the annotation that names an asset.
func (r *resolver) untied(row int) Status {
	if s, settled := r.byItem(row); settled {
		return s
	}
	return r.nameStatus(row)
}

func (r *resolver) byItem(row int) (Status, bool) {
	item, ok := r.item(row)
	if !ok {
		return Status{}, false
	}
	return r.itemStatus(&item)
}

// itemStatus is the status by the queue, unless the asset is gone from the platform.
func (r *resolver) itemStatus(item *queue.Item) (Status, bool) {
	switch {
	case item.State == queue.Accepted && item.Error == "":
		return Status{State: queue.Accepted, Reason: "taken on " + item.SentAt.Format(WhenLayout) + " and not seen on the platform yet",
			CheckedAt: latest(item.CheckedAt, item.SentAt)}, true
	case item.State.Pending():
		return Status{State: item.State, Reason: item.Error, CheckedAt: latest(item.CheckedAt, item.SentAt), SentAt: item.SentAt}, true
	case item.State == queue.Failed:
		return Status{State: queue.Failed, Reason: item.Error, CheckedAt: latest(item.CheckedAt, item.SentAt), SentAt: item.SentAt}, true
	case item.State == queue.Imported && !goneSince(r.assets, item.AssetID, item.CheckedAt):
		checked := item.CheckedAt
		if r.assets != nil {
			if _, seen := r.assets.ByID(item.AssetID); seen {
				checked = latest(checked, r.assets.ReadAt)
			}
		}
		return Status{State: queue.Imported, Reason: r.imported(item), AssetID: item.AssetID, CheckedAt: checked, SentAt: item.SentAt}, true
	}
	return Status{}, false
}

// ImportedMeanwhile is the reason of an item that was imported without a send from here.
const ImportedMeanwhile = "imported meanwhile by somebody else, so not sent from here"

// WhenLayout is how reasons name a day and its time.
const WhenLayout = "2 January at 15:04"

// imported explains an imported item, and notes a second asset of its name.
func (r *resolver) imported(item *queue.Item) string {
	if item.Attempts == 0 {
		return ImportedMeanwhile
	}
	how := "sent from here and read back"
	if r.assets == nil || item.Strict {
		return how
	}
	for _, asset := range r.assets.Named(item.Key()) {
		if _, claimed := r.owner(asset.ID); !claimed && !slices.Contains(item.Baseline, asset.ID) {
			return how + fmt.Sprintf("; asset %s has the same name: somebody else may have imported it too", asset.ID)
		}
	}
	return how
}

type match struct {
	state queue.State
	// id is the asset of the row's name, owner the other entity it belongs to, if any.
	id    string
	owner catalog.Ref
	// known is the asset that the row was known by, where none has its name; lost: a complete list lacks it.
	known queue.Known
	lost  bool
}

func (r *resolver) byName(row int) match {
	if r.assets == nil {
		return match{state: queue.Unknown}
	}
	named := r.assets.Named(r.names.Key(row))
	if len(named) == 0 {
		return r.unnamed(row)
	}
	m := judge.ByName(named, func(id string) (catalog.Ref, bool) { return r.ownedByOther(id, row) }, r.names.same.Rows.Has(row))
	return match{state: m.State, id: m.ID, owner: m.Owner}
}

func (r *resolver) nameStatus(row int) Status {
	found := r.byName(row)
	if r.assets == nil {
		return Status{State: found.state, Reason: "the platform's assets have not been read"}
	}
	s := Status{State: found.state, AssetID: found.id, CheckedAt: r.assets.ReadAt}
	switch {
	case found.known.AssetID != "":
		if found.state != queue.Imported {
			s.AssetID = ""
		}
		s.Reason = r.knownReason(row, &found)
	case found.state == queue.Unknown:
		s.Reason = r.inPart()
	case found.state == queue.New && !r.assets.Complete:
		s.Reason = "the platform was asked for this name and has no asset of it"
	case found.state == queue.New:
		s.Reason = fmt.Sprintf("no asset of this name among %d", r.assets.Len())
	case found.state == queue.Imported:
		s.Reason = "matched by name only"
	case found.owner != "":
		s.Reason = fmt.Sprintf("asset %s of this name belongs to %s", found.id, found.owner)
	default:
		s.AssetID, s.Reason = "", fmt.Sprintf("asset %s has this name, and %d entities share it", found.id, r.names.Sharing(row))
	}
	return s
}

// inPart says why the assets prove no absence.
func (r *resolver) inPart() string {
	if r.assets.Moved {
		return "the platform's list changed while it was read"
	}
	return "the platform's assets were read in part only"
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
