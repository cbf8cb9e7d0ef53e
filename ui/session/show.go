package session

import "conviso-importer/catalog"

// RowTable maps the rows of one snapshot to those of another.
type RowTable struct {
	from, to *catalog.Snapshot
	rows     []int32 // -1 for an entity that is gone
}

// NewRowTable maps every row, which is slow for a large snapshot. It returns nil if all rows stay where they
// are.
func NewRowTable(from, to *catalog.Snapshot) *RowTable {
	if from == nil || to == nil || from == to || to.Continues(from) {
		return nil
	}
	t := &RowTable{from: from, to: to, rows: make([]int32, from.Len())}
	for row := range t.rows {
		t.rows[row] = -1
		if at, ok := to.Row(from.Ref(row)); ok {
			t.rows[row] = int32(at)
		}
	}
	return t
}

// Show moves the marks and their history to another snapshot, which may be nil. Without a fitting table it
// looks up only the rows that are needed.
func (s *Marks) Show(snap *catalog.Snapshot, table *RowTable) {
	if snap == s.snap {
		return
	}
	v := move{from: s.snap, to: snap}
	if table != nil && table.from == s.snap && table.to == snap {
		v.rows = table.rows
	}
	s.move(&v)
	s.history.move(&v)
}

// move is a change of snapshots; either may be nil.
type move struct {
	from, to *catalog.Snapshot
	rows     []int32 // of a RowTable, or nil
}

func (v *move) row(row int) (int, bool) {
	switch {
	case v.to == nil:
		return 0, false
	case v.rows != nil:
		return int(v.rows[row]), v.rows[row] >= 0
	}
	return v.to.Row(v.from.Ref(row))
}

// appends reports whether all rows stay where they are and new ones follow.
func (v *move) appends() bool { return v.from != nil && v.to != nil && v.to.Continues(v.from) }

func (v *move) size() int {
	if v.to == nil {
		return 0
	}
	return v.to.Len()
}

func (s *Marks) move(v *move) {
	rows, away := s.rowMarks, s.away
	s.snap, s.away = v.to, nil
	if v.appends() {
		s.rowMarks = rows.resized(v.size())
		s.n -= len(away)
	} else {
		s.rowMarks, s.n = newRowMarks(v.size()), 0
		for row := range rows.known().Rows() {
			if at, ok := v.row(row); ok {
				s.putRow(at, rows.of(row))
			} else {
				s.put(v.from.Ref(row), rows.of(row))
			}
		}
	}
	for ref, hand := range away {
		if hand {
			s.put(ref, ByHand)
		} else {
			s.put(ref, InBulk)
		}
	}
}

func (h *history) move(v *move) {
	for _, steps := range [][]markStep{h.past, h.future} {
		for i := range steps {
			h.size -= steps[i].size()
			steps[i].move(v)
			h.size += steps[i].size()
		}
	}
}

// move keeps what has no row in the new snapshot by ref.
func (s *markStep) move(v *move) {
	if s.was.on == nil || v.appends() {
		// A step says nothing about rows that were added after it.
		return
	}
	was, is := newRowMarks(v.size()), newRowMarks(v.size())
	for row := range s.was.diff(s.is).Rows() {
		at, ok := v.row(row)
		if !ok {
			s.refs = append(s.refs, markChange{ref: v.from.Ref(row), was: s.was.of(row), is: s.is.of(row)})
			continue
		}
		was.put(at, s.was.of(row))
		is.put(at, s.is.of(row))
	}
	if s.was, s.is = was, is; v.to == nil {
		s.was, s.is = rowMarks{}, rowMarks{}
	}
}
