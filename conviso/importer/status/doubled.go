package status

import (
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// Doubled finds names with more assets than imported entities, as when two people import at the
// same moment. It maps an imported entity's asset to all assets of its name. It includes queue
// items that the list lacks.
func (s *Statuses) Doubled() map[string][]string {
	r, found := s.resolver, map[string][]string{}
	imported := map[string]map[string]bool{}
	count := func(id string) {
		if asset, ok := r.assets.ByID(id); ok {
			key := conviso.NameKey(asset.Name)
			if imported[key] == nil {
				imported[key] = map[string]bool{}
			}
			imported[key][id] = true
		}
	}
	for row := range s.In(queue.Imported).Rows() {
		count(s.At(row).AssetID)
	}
	for ref, item := range r.items {
		if _, listed := r.snap.Row(ref); !listed && item.State == queue.Imported {
			count(item.AssetID)
		}
	}
	for at, row := range r.past.rowOf {
		if row == pastUnlisted {
			count(r.past.AssetID(at))
		}
	}
	for key, own := range imported {
		named := r.assets.Named(key)
		if len(named) <= len(own) {
			continue
		}
		ids := make([]string, 0, len(named))
		for _, asset := range named {
			ids = append(ids, asset.ID)
		}
		for id := range own {
			found[id] = ids
		}
	}
	return found
}
