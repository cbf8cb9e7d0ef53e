package session

import (
	"iter"
	"maps"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Marks are the marked entities and the changes that can be undone: rows of the current snapshot, and refs of
// entities without a row, so that no filter, sort or refresh loses a mark. The zero value is empty.
//
// Only what the user marks and unmarks is a step for Undo: undoing a submit would mark what is imported.
type Marks struct {
	snap *catalog.Snapshot
	rowMarks
	away    map[catalog.Ref]bool // entities without a row; true if marked by hand
	n       int                  // number of marks, including away
	history history
}

func (s *Marks) row(ref catalog.Ref) (int, bool) {
	if s.snap == nil {
		return 0, false
	}
	return s.snap.Row(ref)
}

// Len returns how many entities are marked.
func (s *Marks) Len() int { return s.n }

// Has reports whether an entity is marked.
func (s *Marks) Has(ref catalog.Ref) bool {
	how := s.Of(ref)
	return how == InBulk || how == ByHand
}

// HasRow reports whether a row is marked.
func (s *Marks) HasRow(row int) bool { return s.on.Has(row) }

// Rows returns a copy of the marked rows.
func (s *Marks) Rows() catalog.RowSet { return slices.Clone(s.on) }

// Of returns how an entity is marked.
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

// All yields every marked entity in no order, and whether it was marked by hand.
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

// Hidden returns how many marked entities are not in listed, rows of snap; see IsHidden.
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

// IsHidden reports whether an entity is not in listed. While the catalog is incomplete, entities without a row
// may still come and are not hidden.
func IsHidden(ref catalog.Ref, snap *catalog.Snapshot, listed catalog.RowSet) bool {
	if snap == nil {
		return false
	}
	row, ok := snap.Row(ref)
	return ok && !listed.Has(row) || !ok && snap.Complete
}

// Copy returns a copy without history for work outside the loop.
func (s *Marks) Copy() *Marks {
	return &Marks{snap: s.snap, rowMarks: s.clone(), away: maps.Clone(s.away), n: s.n}
}

// Request returns an import of the marked entities, by ref.
func (s *Marks) Request() importer.Request {
	r := importer.NewRequest(s.All())
	for row := range s.left.Rows() {
		r.LeftOut = append(r.LeftOut, s.snap.Ref(row))
	}
	slices.Sort(r.LeftOut)
	return r
}

// Sent unmarks a submitted entity. It is no step for Undo.
func (s *Marks) Sent(ref catalog.Ref) { s.put(ref, NotMarked) }

// ForgetLeftOut forgets what bulk marking has left: an import was decided. It is no step for Undo.
func (s *Marks) ForgetLeftOut() { clear(s.left) }

// Failed marks an entity by hand unless the list lacks its kind. It is no step for Undo.
func (s *Marks) Failed(v *importer.View, ref catalog.Ref) {
	if v.Presence(ref) != importer.OtherKind {
		s.put(ref, ByHand)
	}
}

func (s *Marks) put(ref catalog.Ref, how Mark) {
	if row, ok := s.row(ref); ok {
		s.putRow(row, how)
		return
	}
	before := len(s.away)
	if how == NotMarked || how == LeftOut {
		delete(s.away, ref)
	} else {
		if s.away == nil {
			s.away = map[catalog.Ref]bool{}
		}
		s.away[ref] = how == ByHand
	}
	s.n += len(s.away) - before
}

func (s *Marks) putRow(row int, how Mark) {
	if s.on.Has(row) {
		s.n--
	}
	s.rowMarks.put(row, how)
	if s.on.Has(row) {
		s.n++
	}
}

// markBulk marks what was chosen in bulk.
func (s *Marks) markBulk(c *importer.Choice) {
	s.unmarkRows(c.Take)
	s.on.Or(c.Take)
	s.n += c.Marked
	s.left.Or(c.LeftOut)
}

// unmarkRows returns how many rows were marked.
func (s *Marks) unmarkRows(rows catalog.RowSet) int {
	n := s.on.Common(rows)
	s.n -= n
	s.on.AndNot(rows)
	s.hand.AndNot(rows)
	s.left.AndNot(rows)
	return n
}
