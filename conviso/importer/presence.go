package importer

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
)

// Presence is what a list of the catalog tells about an entity.
type Presence int

const (
	// Present means that the list has it.
	Present Presence = iota
	// NotRead means that the list is incomplete, so what it lacks may still be in the catalog.
	NotRead
	// OtherKind means that the list has no entities of its kind.
	OtherKind
	// Gone means that the list of its kind is complete and does not have it.
	Gone
)

// PresenceOf looks an entity up in a list of these kinds. No kinds stand for all of them, and a nil
// snapshot for a list of which nothing was read yet.
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
	return Gone
}

// Reason says why the list does not have the entity; it is empty where it does.
func (p Presence) Reason(ref catalog.Ref) string {
	switch p {
	case NotRead:
		return "not in the part of the catalog that was read"
	case OtherKind:
		return fmt.Sprintf("not on the list now (kind %s)", ref.Kind())
	case Gone:
		return "gone from the catalog"
	case Present:
	}
	return ""
}

// NotMarkable is why an entity cannot be marked now, or empty. The snapshot, its statuses and its
// kinds are those of the list. An entity that the list may still come to have can be marked.
func NotMarkable(ref catalog.Ref, snap *catalog.Snapshot, statuses *Statuses, kinds []string) string {
	switch presence := PresenceOf(ref, snap, kinds); {
	case snap == nil:
		return "nothing is read yet"
	case presence == Present:
		row, _ := snap.Row(ref)
		if state := statuses.State(row); !state.Markable() {
			return string(state) + " already"
		}
	case presence != NotRead:
		return presence.Reason(ref)
	}
	return ""
}
