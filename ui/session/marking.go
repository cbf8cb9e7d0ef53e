package session

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/text"
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
	done, refused, _ = s.Change(v, verb, refs, nil)
	return done, refused
}

// Change is Toggle for some entities and for rows in bulk, as one step: choice is what marking these did, nil if
// they were unmarked, which done counts.
func (s *Marks) Change(v *importer.View, verb Verb, refs []catalog.Ref, rows []int32) (done Change, refused []Refusal, choice *importer.Choice) {
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
	if len(rows) > 0 {
		var unmarked int
		choice, unmarked = s.changeBulk(v, verb, rows)
		done.Unmarked += unmarked
	}
	step.end()
	return done, refused, choice
}

// changeBulk marks what it can of the rows, or unmarks them: if told so, or if nothing is left to mark.
func (s *Marks) changeBulk(v *importer.View, verb Verb, rows []int32) (choice *importer.Choice, unmarked int) {
	if verb != OnlyUnmark {
		chosen := status.Choose(v.Statuses, s.on, rows)
		if verb == OnlyMark || chosen.Marked > 0 || chosen.Already == 0 {
			s.markBulk(&chosen)
			return &chosen, 0
		}
	}
	return nil, s.unmarkRows(catalog.RowSetOf(s.snap.Len(), rows))
}

// ToggleAll bulk-marks what it can of the rows, as one step; if nothing is left to mark it unmarks them.
func (s *Marks) ToggleAll(v *importer.View, rows []int32) (choice importer.Choice, unmarked int) {
	done, _, chosen := s.Change(v, MarkOrUnmark, nil, rows)
	if chosen != nil {
		choice = *chosen
	}
	return choice, done.Unmarked
}

// ChoiceWords report what a bulk mark did and what it left. where is what it was asked for, single how a
// single row is marked; reading: the catalog is still being read.
func ChoiceWords(c *importer.Choice, where, single string, reading bool) string {
	left := text.Join(", ", countOf(c.Already, "marked before"), countOf(c.Left, "skipped: same name"), countOf(c.OptedOut, "opted out"),
		countOf(c.Orphans, text.Plural(c.Orphans, "orphan", "orphans")), countOf(c.SameRepo, "covered by the same repository"),
		countOf(c.Unknown, "of unknown status left"))
	switch {
	case c.Marked == 0 && c.Unknown > 0:
		return "Nothing was marked: Conviso's assets are not read, so nothing is known to be new. " + single
	case c.Marked == 0 && left == "":
		return "Nothing " + where + " is new or failed."
	}
	words := fmt.Sprintf("%d marked", c.Marked)
	if reading {
		words = fmt.Sprintf("%d so far, still reading", c.Marked)
	}
	return text.Join(", ", words, left)
}

// Invert inverts the marks of the rows, as one step; listed is the same rows as a set.
func (s *Marks) Invert(v *importer.View, rows []int32, listed catalog.RowSet) (choice importer.Choice, unmarked int) {
	step := s.begin()
	others := slices.DeleteFunc(slices.Clone(rows), func(row int32) bool { return s.on.Has(int(row)) })
	unmarked = s.unmarkRows(listed)
	choice = status.Choose(v.Statuses, s.on, others)
	s.markBulk(&choice)
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
	s.unmarkRows(s.known())
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
