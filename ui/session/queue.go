package session

import (
	"maps"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Merge returns what is known of the queue with the items taken over that are not older, and these
// items. The map is copied, since work beside the loop may be reading the old one.
func Merge(known map[catalog.Ref]importer.Item, items []importer.Item) (merged map[catalog.Ref]importer.Item, fresh []importer.Item) {
	merged = maps.Clone(known)
	fresh = make([]importer.Item, 0, len(items))
	for i := range items {
		if old, ok := merged[items[i].Ref]; !ok || items[i].Seq >= old.Seq {
			merged[items[i].Ref] = items[i]
			fresh = append(fresh, items[i])
		}
	}
	return merged, fresh
}
