package session

import (
	"fmt"
	"maps"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// Failures returns the failed entities of the queue, by ref.
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

// Retryable returns the failures of the list's kinds, by ref; left describes the others, which the list cannot
// show and so does not send.
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
