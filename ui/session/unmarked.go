package session

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

// drops reports whether the mark of an entity has lost its meaning, and counts it if so.
func (u *Unmarked) drops(ref catalog.Ref, v *importer.View) bool {
	switch v.Presence(ref) {
	case importer.Present:
		row, _ := v.Catalog.Row(ref)
		return u.dropsRow(row, v)
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

// dropsRow is drops for a row of the view.
func (u *Unmarked) dropsRow(row int, v *importer.View) bool {
	if v.Statuses.State(row).Markable() {
		return false
	}
	u.Done++
	return true
}

// Words say what was unmarked and why; they are empty for nothing.
func (u *Unmarked) Words() string {
	other := 0
	for _, n := range u.Other {
		other += n
	}
	total := u.Gone + u.Done + other
	elsewhere := NotListed(slices.Sorted(maps.Keys(u.Other)))
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

// NotListed reports that the list does not have entities of these kinds.
func NotListed(kinds []string) string {
	return "not on the list now (kind " + strings.Join(kinds, ", ") + ")"
}

// Prune drops the marks that have lost their meaning. The view is what the list shows, and its snapshot
// the one that was shown to the marks last. It is no step for Undo.
func (s *Marks) Prune(v *importer.View) (u Unmarked) {
	if v.Catalog != nil {
		s.drop(func(row int) bool { return u.dropsRow(row, v) }, func(ref catalog.Ref) bool { return u.drops(ref, v) })
	}
	return u
}

// KeepKinds drops the marks of entities of other kinds, and says how many these were; it returns
// nothing for none. It is no step for Undo.
func (s *Marks) KeepKinds(kinds []string) string {
	other := func(ref catalog.Ref) bool { return !slices.Contains(kinds, ref.Kind()) }
	n := s.drop(func(row int) bool { return other(s.snap.Ref(row)) }, other)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s of other kinds %s unmarked.", text.Entities(n), text.Plural(n, "was", "were"))
}

// drop unmarks the rows and the refs without a row of which the functions report true, and returns
// how many these were.
func (s *Marks) drop(row func(int) bool, ref func(catalog.Ref) bool) int {
	before := s.n
	for at := range s.on.Rows() {
		if row(at) {
			s.putRow(at, NotMarked)
		}
	}
	for r := range s.away {
		if ref(r) {
			s.put(r, NotMarked)
		}
	}
	return before - s.n
}
