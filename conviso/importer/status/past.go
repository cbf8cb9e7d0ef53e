package status

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// past joins the history with a list's rows and with the items that replace a part of it.
type past struct {
	*queue.History

	ofRow []int32 // the place in the history + 1, by row; 0 for none
	rowOf []int32 // the row by place, or one of those below
}

const (
	pastUnlisted int32 = -1 // the list does not have it
	pastReplaced int32 = -2 // the queue has a newer item of it
)

func joinPast(snap *catalog.Snapshot, h *queue.History, items map[catalog.Ref]queue.Item) past {
	p := past{History: h}
	if h.Len() == 0 {
		return p
	}
	p.ofRow, p.rowOf = make([]int32, snap.Len()), make([]int32, h.Len())
	for ref, item := range items {
		// One that was taken back leaves what was before.
		if at, ok := h.Find(ref); ok && item.State != queue.Skipped {
			p.rowOf[at] = pastReplaced
		}
	}
	for at := range p.rowOf {
		if p.rowOf[at] == pastReplaced {
			continue
		}
		row, listed := snap.Row(h.Ref(at))
		if !listed {
			p.rowOf[at] = pastUnlisted
			continue
		}
		p.rowOf[at], p.ofRow[row] = int32(row), int32(at+1)
	}
	return p
}

// at returns the place of a row's finished item, if nothing has replaced it.
func (p *past) at(row int) (int, bool) {
	if p.ofRow == nil || p.ofRow[row] == 0 {
		return 0, false
	}
	return int(p.ofRow[row]) - 1, true
}

// gone reports whether a complete, later read lacks the asset of a finished item.
func (p *past) gone(assets *conviso.AssetSet, at int) bool {
	return goneSince(assets, p.AssetID(at), p.CheckedAt(at))
}

// owner returns whom an asset was read back for.
func (r *resolver) owner(id string) (catalog.Ref, bool) {
	if ref, ok := r.claimed[id]; ok {
		return ref, true
	}
	if at, ok := r.past.OfAsset(id); ok && r.past.rowOf[at] != pastReplaced && !r.past.gone(r.assets, at) {
		return r.past.Ref(at), true
	}
	return "", false
}

// ownedByOther returns whom an asset was read back for, if that is another entity than a row's.
func (r *resolver) ownedByOther(id string, row int) (catalog.Ref, bool) {
	ref, ok := r.owner(id)
	return ref, ok && ref != r.snap.Ref(row)
}

// item returns what the queue has of a row.
func (r *resolver) item(row int) (queue.Item, bool) {
	if at, ok := r.past.at(row); ok {
		return r.past.Item(at), true
	}
	if len(r.items) == 0 {
		return queue.Item{}, false
	}
	item, ok := r.items[r.snap.Ref(row)]
	return item, ok
}

// Finished returns what the queue's history has of an entity, listed or not.
func (s *Statuses) Finished(ref catalog.Ref) (queue.Item, bool) {
	if s == nil || s.resolver == nil {
		return queue.Item{}, false
	}
	past := &s.resolver.past
	if at, ok := past.Find(ref); ok {
		return past.Item(at), true
	}
	return queue.Item{}, false
}
