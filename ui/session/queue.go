package session

import (
	"fmt"
	"maps"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
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

// Failures are the entities on record as failed, in the order of their refs.
func Failures(items map[catalog.Ref]importer.Item) []catalog.Ref {
	var refs []catalog.Ref
	for ref, item := range items {
		if item.State == importer.Failed {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs
}

// Retryable are the entities that failed and are of the list's kinds, in the order of their refs;
// left says what of the Failures is of other kinds, or is empty. What the list cannot show is not
// sent from it.
func Retryable(items map[catalog.Ref]importer.Item, kinds []string) (refs []catalog.Ref, left string) {
	all := Failures(items)
	other := map[string]bool{}
	refs = slices.DeleteFunc(slices.Clone(all), func(ref catalog.Ref) bool {
		if slices.Contains(kinds, ref.Kind()) {
			return false
		}
		other[ref.Kind()] = true
		return true
	})
	if n := len(all) - len(refs); n > 0 {
		left = fmt.Sprintf("%s that failed %s %s.", text.Entities(n), text.Plural(n, "is", "are"), NotListed(slices.Sorted(maps.Keys(other))))
	}
	return refs, left
}
