package session

import (
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Verb is what Toggle does with an entity.
type Verb int

// What Toggle does: mark what is not marked and unmark what is, or only one of these.
const (
	MarkOrUnmark Verb = iota
	OnlyMark
	OnlyUnmark
)

// Refusal is why an entity cannot be marked now.
type Refusal struct {
	// At is its place among those that were to be marked, from 0.
	At  int
	Why string
}

// Toggle marks entities by hand, or unmarks them, as one step. The view is what the list shows. refused
// are those of them that cannot be marked.
func (s *Marks) Toggle(v *importer.View, verb Verb, refs ...catalog.Ref) (done Change, refused []Refusal) {
	step := s.begin()
	for i, ref := range refs {
		if s.Has(ref) {
			if verb != OnlyMark {
				step.put(ref, NotMarked)
				done.Unmarked++
			}
			continue
		}
		if verb == OnlyUnmark {
			continue
		}
		if why := v.NotMarkable(ref); why != "" {
			refused = append(refused, Refusal{At: i, Why: why})
			continue
		}
		step.put(ref, ByHand)
		done.Marked++
	}
	step.end()
	return done, refused
}

// ToggleAll marks those of the rows that a bulk import may take, as one step. Where nothing is left to
// mark it unmarks the rows instead, and returns how many these were. The view is what the list shows.
func (s *Marks) ToggleAll(v *importer.View, rows []int32) (choice importer.Choice, unmarked int) {
	step := s.begin()
	choice = importer.Choose(v.Statuses, s.on, rows)
	if choice.Marked == 0 && choice.Already > 0 {
		unmarked = s.unmarkRows(catalog.RowSetOf(s.snap.Len(), rows))
	} else {
		s.markRows(choice.Take)
	}
	step.end()
	return choice, unmarked
}

// Invert unmarks the marked ones of the rows, and marks those of the others that a bulk import may
// take, as one step. The view is what the list shows, and listed are the rows as a set.
func (s *Marks) Invert(v *importer.View, rows []int32, listed catalog.RowSet) (choice importer.Choice, unmarked int) {
	step := s.begin()
	others := slices.DeleteFunc(slices.Clone(rows), func(row int32) bool { return s.on.Has(int(row)) })
	unmarked = s.unmarkRows(listed)
	choice = importer.Choose(v.Statuses, s.on, others)
	s.markRows(choice.Take)
	step.end()
	return choice, unmarked
}

// Clear unmarks everything, as one step, and returns how many entities were marked.
func (s *Marks) Clear() int {
	n := s.n
	step := s.begin()
	for ref := range s.away {
		step.put(ref, NotMarked)
	}
	s.unmarkRows(s.Rows())
	step.end()
	return n
}

// marking is a change of the marks while it is being made: the rows as they were marked before, and
// what has changed of entities without a row.
type marking struct {
	marks *Marks
	was   rowMarks
	refs  []markChange
}

// begin starts a change that Undo takes back as one step. Rows may be changed in the marks directly,
// entities by ref only with put.
func (s *Marks) begin() marking { return marking{marks: s, was: s.clone()} }

// put sets how an entity is marked.
func (c *marking) put(ref catalog.Ref, how Mark) {
	if row, ok := c.marks.row(ref); ok {
		c.marks.putRow(row, how)
		return
	}
	if was := c.marks.Of(ref); was != how {
		c.marks.put(ref, how)
		c.refs = append(c.refs, markChange{ref: ref, was: was, is: how})
	}
}

// maxRefChanges is how many changes of rows a step keeps by ref: to look up so few costs less than sets
// of rows do.
const maxRefChanges = 100

// end adds the change to the history.
func (c *marking) end() {
	rows := c.was.differs(c.marks.rowMarks)
	s := markStep{refs: c.refs}
	if rows.Len() > maxRefChanges {
		s.was, s.is = c.was, c.marks.clone()
	} else {
		for row := range rows.Rows() {
			s.refs = append(s.refs, markChange{ref: c.marks.snap.Ref(row), was: c.was.of(row), is: c.marks.of(row)})
		}
	}
	c.marks.history.add(s)
}
