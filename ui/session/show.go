package session

import "conviso-importer/catalog"

// RowTable has, for each row of one snapshot, which row of another is the same entity.
type RowTable struct {
	from, to *catalog.Snapshot
	// rows are -1 where the entity is gone.
	rows []int32
}

// NewRowTable looks up every row of a snapshot in another one, which takes a while for a large one. It
// returns nil where no table is needed: without a snapshot to start from, or where all its rows stay
// where they are.
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

// Show takes the marks and their history over to the rows of another snapshot, which may be nil. A
// table from the old snapshot to the new one makes this fast; with another one, or nil, only the rows
// that are needed are looked up.
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

// move is the change from one snapshot to another; either may be nil.
type move struct {
	from, to *catalog.Snapshot
	// rows are those of a RowTable, nil where there is none.
	rows []int32
}

// row returns where a row of the old snapshot is in the new one, if it is still there.
func (v *move) row(row int) (int, bool) {
	switch {
	case v.to == nil:
		return 0, false
	case v.rows != nil:
		return int(v.rows[row]), v.rows[row] >= 0
	}
	return v.to.Row(v.from.Ref(row))
}

// appends reports whether every row stays where it is, in a list that has more of them.
func (v *move) appends() bool { return v.from != nil && v.to != nil && v.to.Continues(v.from) }

func (v *move) size() int {
	if v.to == nil {
		return 0
	}
	return v.to.Len()
}

// move takes the marks over to the rows of another snapshot.
func (s *Marks) move(v *move) {
	rows, away := s.rowMarks, s.away
	s.snap, s.away = v.to, nil
	if v.appends() {
		s.rowMarks = rows.resized(v.size())
		s.n -= len(away)
	} else {
		s.rowMarks, s.n = newRowMarks(v.size()), 0
		for row := range rows.on.Rows() {
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

// move takes all steps over to the rows of another snapshot.
func (h *history) move(v *move) {
	for _, steps := range [][]markStep{h.past, h.future} {
		for i := range steps {
			h.size -= steps[i].size()
			steps[i].move(v)
			h.size += steps[i].size()
		}
	}
}

// move takes a step over to the rows of another snapshot; what has no row there is kept by ref.
func (s *markStep) move(v *move) {
	if s.was.on == nil || v.appends() {
		// A step holds nothing about rows that come after those it knew.
		return
	}
	was, is := newRowMarks(v.size()), newRowMarks(v.size())
	for row := range s.was.differs(s.is).Rows() {
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
