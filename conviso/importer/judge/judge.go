// Package judge decides whether an entity may be sent: by its status and by what its sender has agreed to. A plan
// asks it, and so does the sender before the first send of what has waited since. It must not know where a list
// comes from, or what becomes of what is not sent.
package judge

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// Goes reports whether an entity of a status may be sent by somebody who has agreed to this much.
func Goes(state queue.State, agreed queue.Agreed) bool {
	switch state {
	case queue.New, queue.Failed:
		return true
	case queue.Clash:
		return agreed.Clash
	case queue.Gone:
		return agreed.Gone
	case queue.Accepted:
		return agreed.Late
	case queue.Imported, queue.Queued, queue.Sending, queue.Retrying, queue.Unknown, queue.Skipped:
	}
	return false
}

// Match is an entity's status by the assets of its name.
type Match struct {
	State queue.State // New, Imported or Clash
	ID    string      // the asset
	Owner catalog.Ref // the other entity that the asset belongs to, if it is known
}

// ByName matches an entity with the assets of its name, oldest first. owner returns another entity that an asset
// belongs to; shared reports that other entities have the name.
func ByName(named []conviso.Asset, owner func(id string) (catalog.Ref, bool), shared bool) Match {
	if len(named) == 0 {
		return Match{State: queue.New}
	}
	for _, asset := range named {
		if by, taken := owner(asset.ID); taken {
			return Match{State: queue.Clash, ID: asset.ID, Owner: by}
		}
	}
	if shared {
		return Match{State: queue.Clash, ID: named[0].ID}
	}
	return Match{State: queue.Imported, ID: named[0].ID}
}

// Appeared returns the assets that an item's sender did not know of and for which other reports nothing, oldest first.
func Appeared(item *queue.Item, named []conviso.Asset, other func(id string) bool) []conviso.Asset {
	var appeared []conviso.Asset
	for _, asset := range named {
		if !slices.Contains(item.Baseline, asset.ID) && !other(asset.ID) {
			appeared = append(appeared, asset)
		}
	}
	slices.SortFunc(appeared, func(a, b conviso.Asset) int { return CompareIDs(a.ID, b.ID) })
	return appeared
}

// CompareIDs orders ids by age: the platform's are increasing numbers.
func CompareIDs(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b)) }

// Lists are what is known of the platform's assets: a whole list, and what was read since.
type Lists []*conviso.AssetSet

// Named returns the assets whose name has the NameKey key.
func (l Lists) Named(key string) []conviso.Asset {
	var named []conviso.Asset
	seen := map[string]bool{}
	for _, set := range l {
		for _, asset := range set.Named(key) {
			if !seen[asset.ID] {
				seen[asset.ID] = true
				named = append(named, asset)
			}
		}
	}
	return named
}

// Waiting judges an item that waits for its first send by the assets of its name that have appeared since it was
// queued, and by those of its repository: it returns why it does not go, Skipped, or Imported with the asset, or
// the item's own state. owner is as for ByName.
func Waiting(item *queue.Item, appeared []conviso.Asset, lists Lists, owner func(id string) (catalog.Ref, bool)) (state queue.State, id, reason string) {
	m := ByName(appeared, owner, item.Strict)
	switch {
	case m.State == queue.Imported:
		return queue.Imported, m.ID, ""
	case Goes(m.State, item.Agreed):
	case m.Owner != "":
		return queue.Skipped, "", fmt.Sprintf("not sent: asset %s has its name by now and belongs to %s", m.ID, m.Owner)
	default:
		return queue.Skipped, "", fmt.Sprintf("not sent: asset %s has its name by now, and other entities share the name", m.ID)
	}
	if !item.Agreed.Shared {
		for _, key := range item.Agreed.Sharers {
			if there := lists.Named(key); len(there) > 0 {
				return queue.Skipped, "", fmt.Sprintf("not sent: covered by the same repository, since %s is imported by now", there[0].Name)
			}
		}
	}
	return item.State, "", ""
}
