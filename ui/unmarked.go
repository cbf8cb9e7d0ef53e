package ui

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// Unmarked counts the marks that were dropped because they had lost their meaning, by the cause.
type Unmarked struct {
	// Gone are of entities that a complete catalog does not have any more, Done of entities that
	// are imported or on their way by now.
	Gone, Done int
	// Other are of entities of kinds that are not on the list, by kind.
	Other map[string]int
}

// Drops reports whether the mark of an entity has lost its meaning, and counts it if so. The
// snapshot, its statuses and its kinds are those of the list.
func (u *Unmarked) Drops(ref catalog.Ref, snap *catalog.Snapshot, statuses *importer.Statuses, kinds []string) bool {
	switch importer.PresenceOf(ref, snap, kinds) {
	case importer.Present:
		if row, _ := snap.Row(ref); statuses.State(row).Markable() {
			return false
		}
		u.Done++
	case importer.NotRead:
		return false
	case importer.Gone:
		u.Gone++
	case importer.OtherKind:
		if u.Other == nil {
			u.Other = map[string]int{}
		}
		u.Other[ref.Kind()]++
	}
	return true
}

// Words say what was unmarked and why; they are empty for nothing.
func (u *Unmarked) Words() string {
	other := 0
	for _, n := range u.Other {
		other += n
	}
	total := u.Gone + u.Done + other
	elsewhere := notListed(slices.Sorted(maps.Keys(u.Other)))
	is := func(words string) string {
		return fmt.Sprintf("%d marked %s %s and unmarked.", total, text.Plural(total, "entity is", "entities are"), words)
	}
	switch total {
	case 0:
		return ""
	case u.Gone:
		return is("gone from the catalog")
	case u.Done:
		return is("imported or on the way by now")
	case other:
		return is(elsewhere)
	}
	var parts []string
	for _, p := range []struct {
		n     int
		words string
	}{{u.Gone, "gone from the catalog"}, {u.Done, "imported or on the way"}, {other, elsewhere}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.words))
		}
	}
	return fmt.Sprintf("%d marked entities were unmarked: %s.", total, strings.Join(parts, ", "))
}

// notListed says that the list does not have entities of these kinds.
func notListed(kinds []string) string {
	return "not on the list now (kind " + strings.Join(kinds, ", ") + ")"
}
