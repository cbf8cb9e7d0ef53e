package ui

import "conviso-importer/catalog"

// movedRows has, for each row of one snapshot, which row of another is the same entity; -1 is none.
func movedRows(from, to *catalog.Snapshot) []int32 {
	table := make([]int32, from.Len())
	for row := range table {
		table[row] = -1
		if at, ok := to.Row(from.Ref(row)); ok {
			table[row] = int32(at)
		}
	}
	return table
}

// moved is the step from one snapshot to another; either may be nil.
type moved struct {
	from, to *catalog.Snapshot
	// table is what movedRows says, nil where only a few rows are worth a look.
	table []int32
}

// row is what becomes of a row, if it is still there.
func (v *moved) row(row int) (int, bool) {
	switch {
	case v.to == nil:
		return 0, false
	case v.table != nil:
		return int(v.table[row]), v.table[row] >= 0
	}
	return v.to.Row(v.from.Ref(row))
}

// longer says that every row stays the same row, of a list that has more of them.
func (v *moved) longer() bool { return v.from != nil && v.to != nil && v.to.Continues(v.from) }

func (v *moved) size() int {
	if v.to == nil {
		return 0
	}
	return v.to.Len()
}

// show puts a picture on screen, and takes the marks and their history over to its rows.
func (m *model) show(a arrangement) {
	if a.snap != m.marks.snap {
		v := moved{from: m.marks.snap, to: a.snap}
		if a.from == v.from {
			v.table = a.moved
		}
		m.marks.move(&v)
		m.history.move(&v)
	}
	a.from, a.moved = nil, nil
	m.shown = a
}

// move takes marks over to the rows of another snapshot.
func (s *marks) move(v *moved) {
	if v.longer() {
		s.snap, s.picked = v.to, s.picked.resized(v.to.Len())
		away := s.away
		s.away = nil
		s.n -= len(away)
		for ref, hand := range away {
			s.put(ref, markOf(hand))
		}
		return
	}
	old := *s
	*s = marks{snap: v.to, picked: newPicked(v.size())}
	for row := range old.on.Rows() {
		how := old.picked.of(row)
		if at, ok := v.row(row); ok {
			s.putRow(at, how)
		} else {
			s.put(v.from.Ref(row), how)
		}
	}
	for ref, hand := range old.away {
		s.put(ref, markOf(hand))
	}
}

// move takes all steps over to the rows of another snapshot.
func (h *history) move(v *moved) {
	for _, steps := range [][]markStep{h.past, h.future} {
		for i := range steps {
			h.size -= steps[i].size()
			steps[i].move(v)
			h.size += steps[i].size()
		}
	}
}

// move takes a step over to the rows of another snapshot; what has no row there is kept by ref.
func (s *markStep) move(v *moved) {
	if s.was.on == nil || v.longer() {
		// A step says nothing of rows that come after those it knew.
		return
	}
	was, is := newPicked(v.size()), newPicked(v.size())
	for row := range s.was.differs(s.is).Rows() {
		at, ok := v.row(row)
		if !ok {
			s.refs = append(s.refs, change{ref: v.from.Ref(row), was: s.was.of(row), is: s.is.of(row)})
			continue
		}
		was.put(at, s.was.of(row))
		is.put(at, s.is.of(row))
	}
	if s.was, s.is = was, is; v.to == nil {
		s.was, s.is = picked{}, picked{}
	}
}
