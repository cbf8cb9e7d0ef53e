package status

import (
	"fmt"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// knownBy returns the asset by which a row was shown as imported, if any.
func (r *resolver) knownBy(row int) (queue.Known, bool) {
	if len(r.known)+len(r.items)+r.past.Len() == 0 {
		return queue.Known{}, false
	}
	ref := r.snap.Ref(row)
	known, ok := r.known.Get(ref)
	if item, _ := r.item(row); item.State == queue.Imported && item.AssetID != "" && item.AssetID != known.AssetID {
		return queue.Known{Ref: ref, AssetID: item.AssetID}, true
	}
	if !ok {
		// What is queued again was known by what it became before.
		if at, past := r.past.Find(ref); past && r.past.AssetID(at) != "" {
			return queue.Known{Ref: ref, AssetID: r.past.AssetID(at)}, true
		}
	}
	return known, ok
}

// unnamed is the match of a row whose name no asset has: new, unless it is known by an asset that may be called
// otherwise now, be inside another one, or be deleted.
func (r *resolver) unnamed(row int) match {
	known, ok := r.knownBy(row)
	if !ok {
		if r.assets.Lacks(r.names.Key(row)) {
			return match{state: queue.New}
		}
		return match{state: queue.Unknown}
	}
	m := match{state: queue.Unknown, id: known.AssetID, known: known}
	if _, listed := r.assets.ByID(known.AssetID); listed {
		m.state = queue.Imported
		if owner, other := r.ownedByOther(known.AssetID, row); other {
			m.state, m.owner = queue.Clash, owner
		}
		return m
	}
	if !r.assets.Complete {
		return m
	}
	m.lost = true
	switch known.Fate {
	case queue.FateThere:
		m.state, m.id = queue.Imported, known.NowID
	case queue.FateDeleted:
		m.state = queue.Gone
	}
	return m
}

// claimRenamed claims the assets that are listed under other names than their entities', so that they mark nobody
// else imported. It reports whether there are any.
func (r *resolver) claimRenamed() bool {
	before := len(r.claimed)
	for _, known := range r.renamed {
		if _, claimed := r.owner(known.AssetID); !claimed {
			r.claimed[known.AssetID] = known.Ref
		}
	}
	return len(r.claimed) > before
}

// knownReason explains a match by a known asset.
func (r *resolver) knownReason(row int, m *match) string {
	id := m.known.AssetID
	asset, listed := r.assets.ByID(id)
	switch {
	case m.state == queue.Clash:
		return fmt.Sprintf("its asset %s belongs to %s", id, m.owner)
	case listed:
		return fmt.Sprintf("its asset is called %s now", asset.Name)
	case m.state == queue.Gone:
		return fmt.Sprintf("its asset %s was deleted at Conviso (asked on %s); imported by hand it is made again", id, m.known.AskedAt.Format(WhenLayout))
	case m.state == queue.Unknown && !r.assets.Complete:
		return r.inPart()
	case m.state == queue.Unknown:
		return fmt.Sprintf("its asset %s is not listed any more, and what became of it is not known yet", id)
	case m.known.NowID != id:
		return fmt.Sprintf("its asset %s is inside asset %s (%s) now", id, m.known.NowID, m.known.NowName)
	case conviso.NameKey(m.known.NowName) != r.names.Key(row):
		return fmt.Sprintf("its asset is called %s now and is not listed any more, as one inside another", m.known.NowName)
	}
	return "its asset is still at Conviso and not listed any more, as an archived one"
}
