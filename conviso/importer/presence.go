package importer

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
)

// Presence is what a list of the catalog knows about an entity.
type Presence int

// The answers of PresenceOf.
const (
	Present     Presence = iota
	NotRead              // the list is incomplete and does not have it
	OtherKind            // the list does not have its kind
	LeftCatalog          // the list of its kind is complete and does not have it
)

// PresenceOf looks an entity up in a list of these kinds, none meaning all. snap may be nil.
func PresenceOf(ref catalog.Ref, snap *catalog.Snapshot, kinds []string) Presence {
	if snap != nil {
		if _, ok := snap.Row(ref); ok {
			return Present
		}
	}
	switch {
	case len(kinds) > 0 && !slices.Contains(kinds, ref.Kind()):
		return OtherKind
	case snap == nil || !snap.Complete:
		return NotRead
	}
	return LeftCatalog
}

// Reason says why the list does not have the entity; empty for Present.
func (p Presence) Reason(ref catalog.Ref) string {
	switch p {
	case NotRead:
		return "not in the part of the catalog that was read"
	case OtherKind:
		return fmt.Sprintf("not on the list now (kind %s)", ref.Kind())
	case LeftCatalog:
		return "gone from the catalog"
	case Present:
	}
	return ""
}

// NotMarkable is why an entity cannot be marked now, or empty. Those not read yet can be.
func (v *View) NotMarkable(ref catalog.Ref) string {
	switch presence := v.Presence(ref); {
	case v.Catalog == nil:
		return "nothing is read yet"
	case presence == Present:
		row, _ := v.Catalog.Row(ref)
		if state := v.Statuses.State(row); !state.Markable() {
			return string(state) + " already"
		}
	case presence != NotRead:
		return presence.Reason(ref)
	}
	return ""
}
