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

// Unmarked counts the marks that were dropped, by cause.
type Unmarked struct {
	// Gone are no longer in the complete catalog, Done are imported or on their way.
	Gone, Done int
	Other      map[string]int // of kinds that are not listed, by kind
}

// obsolete reports whether a mark is obsolete, and counts it.
func (u *Unmarked) obsolete(ref catalog.Ref, v *importer.View) bool {
	switch v.Presence(ref) {
	case importer.Present:
		row, _ := v.Catalog.Row(ref)
		return u.obsoleteRow(row, v)
	case importer.NotRead:
		return false
	case importer.LeftCatalog:
		u.Gone++
	case importer.OtherKind:
		if u.Other == nil {
			u.Other = map[string]int{}
		}
		u.Other[ref.Kind()]++
	}
	return true
}

func (u *Unmarked) obsoleteRow(row int, v *importer.View) bool {
	if v.Statuses.State(row).Markable() {
		return false
	}
	u.Done++
	return true
}

// Words describe what was unmarked and why; empty for nothing.
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
	return fmt.Sprintf("%d marked entities were unmarked: %s.", total, text.Join(", ",
		countOf(u.Gone, "gone from the catalog"), countOf(u.Done, "imported or on the way"), countOf(other, elsewhere)))
}

// NotListed reports that these kinds are not on the list.
func NotListed(kinds []string) string {
	return "not on the list now (kind " + strings.Join(kinds, ", ") + ")"
}

// Prune drops obsolete marks. v has the snapshot of the last Show. It is no step for Undo.
func (s *Marks) Prune(v *importer.View) (u Unmarked) {
	if v.Catalog != nil {
		for row := range s.left.Rows() {
			// Nobody has marked these, so nobody is told.
			if !v.Statuses.State(row).Markable() {
				s.left.Remove(row)
			}
		}
		s.drop(func(row int) bool { return u.obsoleteRow(row, v) }, func(ref catalog.Ref) bool { return u.obsolete(ref, v) })
	}
	return u
}

// KeepKinds unmarks other kinds and describes how many; empty for none. It is no step for Undo.
func (s *Marks) KeepKinds(kinds []string) string {
	other := func(ref catalog.Ref) bool { return !slices.Contains(kinds, ref.Kind()) }
	n := s.drop(func(row int) bool { return other(s.snap.Ref(row)) }, other)
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s of other kinds %s unmarked.", text.Entities(n), text.Plural(n, "was", "were"))
}

// drop unmarks the rows and refs that the functions select, and returns how many.
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
