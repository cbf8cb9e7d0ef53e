package session

import (
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Verb is what Toggle does with an entity.
type Verb int

// What Toggle does.
const (
	MarkOrUnmark Verb = iota
	OnlyMark
	OnlyUnmark
)

// Refusal is why an entity cannot be marked now.
type Refusal struct {
	At  int // index in the arguments
	Why string
}

// Toggle marks or unmarks entities by hand, as one step. v is what the list shows.
func (s *Marks) Toggle(v *importer.View, verb Verb, refs ...catalog.Ref) (done Change, refused []Refusal) {
	step := s.begin()
	for i, ref := range refs {
		switch marked := s.Has(ref); {
		case marked && verb == OnlyMark, !marked && verb == OnlyUnmark:
		case marked:
			step.put(ref, NotMarked)
			done.Unmarked++
		default:
			if why := v.NotMarkable(ref); why != "" {
				refused = append(refused, Refusal{At: i, Why: why})
				continue
			}
			step.put(ref, ByHand)
			done.Marked++
		}
	}
	step.end()
	return done, refused
}

// ToggleAll bulk-marks what it can of the rows, as one step; if nothing is left to mark it unmarks them.
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

// Invert inverts the marks of the rows, as one step; listed is the same rows as a set.
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

// marking is a change in progress: the marks of rows before it, and changes of entities without a row.
type marking struct {
	marks *Marks
	was   rowMarks
	refs  []markChange
}

// begin starts a step for Undo. Rows may be changed in the marks directly, refs only with put.
func (s *Marks) begin() marking { return marking{marks: s, was: s.clone()} }

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

// maxRefChanges is the number of changes up to which refs cost less than row sets.
const maxRefChanges = 100

func (c *marking) end() {
	rows := c.was.diff(c.marks.rowMarks)
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
