package status

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
