package session

import (
	"iter"
	"maps"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Marks are the entities that the user has marked, with the changes of them that can be undone. They
// are rows of the snapshot on show, and refs where that has no row, so that no filter, sort or refresh
// loses them. The zero value has no marks and no snapshot.
//
// What the user marks and unmarks is a step for Undo. What a submit, the end of an import, a refresh
// or a change of kinds does is none: to undo that would mark what is imported.
type Marks struct {
	snap *catalog.Snapshot
	rowMarks
	// away has the marked entities without a row, true where marked by hand.
	away map[catalog.Ref]bool
	// n is how many there are in all.
	n       int
	history history
}

// row is an entity's row in the snapshot on show.
func (s *Marks) row(ref catalog.Ref) (int, bool) {
	if s.snap == nil {
		return 0, false
	}
	return s.snap.Row(ref)
}

// Len returns how many entities are marked.
func (s *Marks) Len() int { return s.n }

// Has reports whether an entity is marked.
func (s *Marks) Has(ref catalog.Ref) bool { return s.Of(ref) != NotMarked }

// HasRow reports whether a row of the snapshot on show is marked.
func (s *Marks) HasRow(row int) bool { return s.on.Has(row) }

// Rows returns the marked rows of the snapshot on show, as a set that later marks do not change.
func (s *Marks) Rows() catalog.RowSet { return slices.Clone(s.on) }

// Of returns how an entity is marked now.
func (s *Marks) Of(ref catalog.Ref) Mark {
	if row, ok := s.row(ref); ok {
		return s.of(row)
	}
	hand, ok := s.away[ref]
	switch {
	case hand:
		return ByHand
	case ok:
		return InBulk
	}
	return NotMarked
}

// All yields every marked entity, in no order, and whether it was marked by hand.
func (s *Marks) All() iter.Seq2[catalog.Ref, bool] {
	return func(yield func(catalog.Ref, bool) bool) {
		for ref, hand := range s.away {
			if !yield(ref, hand) {
				return
			}
		}
		for row := range s.on.Rows() {
			if !yield(s.snap.Ref(row), s.hand.Has(row)) {
				return
			}
		}
	}
}

// Hidden returns how many marked entities a list does not show. The list is that of some rows of a
// snapshot. An incomplete catalog hides nothing that it does not have, since that may still come.
func (s *Marks) Hidden(snap *catalog.Snapshot, listed catalog.RowSet) int {
	if snap == s.snap {
		// A complete catalog has no marks without a row: Prune drops them.
		return s.on.Len() - s.on.Common(listed)
	}
	n := 0
	for ref := range s.All() {
		if IsHidden(ref, snap, listed) {
			n++
		}
	}
	return n
}

// IsHidden reports whether a list, which has some rows of a snapshot, does not show an entity. An
// incomplete catalog hides nothing that it does not have, since that may still come.
func IsHidden(ref catalog.Ref, snap *catalog.Snapshot, listed catalog.RowSet) bool {
	if snap == nil {
		return false
	}
	row, ok := snap.Row(ref)
	return ok && !listed.Has(row) || !ok && snap.Complete
}

// Copy returns the same marks without their history. Later changes do not change it, so that work
// beside the loop may use it.
func (s *Marks) Copy() *Marks {
	return &Marks{snap: s.snap, rowMarks: s.clone(), away: maps.Clone(s.away), n: s.n}
}

// Request is what an import of the marked entities asks for, in the order of their refs.
func (s *Marks) Request() importer.Request { return importer.NewRequest(s.All()) }

// Sent unmarks an entity that was submitted. It is no step for Undo.
func (s *Marks) Sent(ref catalog.Ref) { s.put(ref, NotMarked) }

// Failed marks an entity by hand that an import could not send, unless it is of a kind that the list
// does not have. It is no step for Undo.
func (s *Marks) Failed(v *importer.View, ref catalog.Ref) {
	if v.Presence(ref) != importer.OtherKind {
		s.put(ref, ByHand)
	}
}

// put sets how an entity is marked.
func (s *Marks) put(ref catalog.Ref, how Mark) {
	if row, ok := s.row(ref); ok {
		s.putRow(row, how)
		return
	}
	before := len(s.away)
	if how == NotMarked {
		delete(s.away, ref)
	} else {
		if s.away == nil {
			s.away = map[catalog.Ref]bool{}
		}
		s.away[ref] = how == ByHand
	}
	s.n += len(s.away) - before
}

// putRow sets how a row of the snapshot on show is marked.
func (s *Marks) putRow(row int, how Mark) {
	if s.on.Has(row) {
		s.n--
	}
	s.rowMarks.put(row, how)
	if how != NotMarked {
		s.n++
	}
}

// markRows marks rows of the snapshot on show in bulk.
func (s *Marks) markRows(rows catalog.RowSet) {
	s.unmarkRows(rows)
	s.on.Or(rows)
	s.n += rows.Len()
}

// unmarkRows unmarks rows of the snapshot on show and returns how many were marked.
func (s *Marks) unmarkRows(rows catalog.RowSet) int {
	n := s.on.Common(rows)
	s.n -= n
	s.on.AndNot(rows)
	s.hand.AndNot(rows)
	return n
}
