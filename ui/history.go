package ui

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// change is what became of one entity's mark.
type change struct {
	ref     catalog.Ref
	was, is mark
}

// markStep is one change of the marks: of a few entities by ref, of many as what was and is marked
// of the rows of the snapshot on show.
type markStep struct {
	refs    []change
	was, is picked
}

// size is the memory that a step takes, in changes.
func (s *markStep) size() int {
	const sets, wordsOfChange = 4, 3
	return len(s.refs) + sets*len(s.was.on)/wordsOfChange
}

// marking is a change of the marks while it is being made; it keeps what it changes.
type marking struct {
	marks *marks
	was   picked
	refs  []change
}

// newMarking begins a change of the marks.
func newMarking(s *marks) marking { return marking{marks: s, was: s.clone()} }

// put marks an entity in some way.
func (c *marking) put(ref catalog.Ref, how mark) {
	if row, ok := c.marks.row(ref); ok {
		c.putRow(row, how)
		return
	}
	if was := c.marks.of(ref); was != how {
		c.marks.put(ref, how)
		c.refs = append(c.refs, change{ref: ref, was: was, is: how})
	}
}

// putRow marks a row of the snapshot on show in some way.
func (c *marking) putRow(row int, how mark) { c.marks.putRow(row, how) }

// fewChanges are those that a step keeps by ref: to look each up costs less than sets do.
const fewChanges = 100

// done is the change as a step.
func (c *marking) done() markStep {
	rows := c.was.differs(c.marks.picked)
	if rows.Len() > fewChanges {
		return markStep{refs: c.refs, was: c.was, is: c.marks.clone()}
	}
	s := markStep{refs: c.refs}
	for row := range rows.Rows() {
		s.refs = append(s.refs, change{ref: c.marks.snap.Ref(row), was: c.was.of(row), is: c.marks.picked.of(row)})
	}
	return s
}

const (
	// keptSteps is how many changes of the marks can be taken back.
	keptSteps = 100
	// keptChanges bounds the memory of all of them: about 25 MB. The latest step is kept
	// whatever its size.
	keptChanges = 1_000_000
)

// history are the changes of the marks that the user made and can take back, the latest last,
// and those that were taken back. What a submit or a refresh unmarks is no part of it: to take
// that back would mark what is imported.
type history struct {
	past, future []markStep
	// size is the size of all steps.
	size int
}

// add remembers a step. What was taken back before it is gone.
func (h *history) add(s markStep) {
	if s.size() == 0 {
		return
	}
	for i := range h.future {
		h.size -= h.future[i].size()
	}
	h.past, h.future = append(h.past, s), nil
	h.size += s.size()
	for len(h.past) > 1 && (len(h.past) > keptSteps || h.size > keptChanges) {
		h.size -= h.past[0].size()
		h.past[0] = markStep{}
		h.past = h.past[1:]
	}
}

// judge says what can be marked now: an entity, or a row of the snapshot on show.
type judge struct {
	ref func(catalog.Ref) bool
	row func(row int) bool
}

// undone is what taking steps back, or making them again, has changed: how many entities are
// marked and unmarked by it, and how many were not marked as they cannot be now.
type undone struct{ marked, unmarked, left int }

// turn moves the latest step that still changes something from one list to the other and makes
// it, backwards where it is taken back. It says whether there was one.
func (h *history) turn(s *marks, back bool, can judge) (undone, bool) {
	from, to := &h.future, &h.past
	if back {
		from, to = to, from
	}
	for len(*from) > 0 {
		last := len(*from) - 1
		latest := (*from)[last]
		*from, *to = (*from)[:last], append(*to, latest)
		if done := latest.apply(s, back, can); done != (undone{}) {
			return done, true
		}
	}
	return undone{}, false
}

// apply makes a step's changes, or takes them back.
func (s *markStep) apply(on *marks, back bool, can judge) (done undone) {
	if s.was.on != nil {
		done = s.applyRows(on, back, can)
	}
	for _, c := range s.refs {
		how := c.is
		if back {
			how = c.was
		}
		switch was := on.of(c.ref); {
		case was == how:
		case how != unmarked && !can.ref(c.ref):
			done.left++
		default:
			on.put(c.ref, how)
			if how == unmarked {
				done.unmarked++
			} else {
				done.marked++
			}
		}
	}
	return done
}

// applyRows is apply for the rows of the step.
func (s *markStep) applyRows(on *marks, back bool, can judge) (done undone) {
	target := s.is
	if back {
		target = s.was
	}
	change := s.was.differs(s.is)
	change.And(on.differs(target))
	for row := range change.Rows() {
		if target.on.Has(row) && !can.row(row) {
			change.Remove(row)
			done.left++
		}
	}
	done.marked = change.Common(target.on)
	done.unmarked = change.Len() - done.marked
	on.n -= on.on.Common(change)
	on.n += done.marked
	merge(on.on, target.on, change)
	merge(on.hand, target.hand, change)
	return done
}

// merge makes set what other is, for the rows in which.
func merge(set, other, which catalog.RowSet) {
	taken := slices.Clone(other)
	taken.And(which)
	set.AndNot(which)
	set.Or(taken)
}

// changeMarks makes one change of the marks that the user can take back.
func (m *model) changeMarks(edit func(c *marking)) {
	c := newMarking(&m.marks)
	edit(&c)
	m.history.add(c.done())
}

// undo takes the latest change of the marks back.
func (m *model) undo() { m.turn(true) }

// redo makes the change again that was taken back last.
func (m *model) redo() { m.turn(false) }

// turnWords are what is said of a step that was taken back, or made again, and of none.
func turnWords(back bool) (word, none string) {
	if back {
		return "Taken back", "no change of the selection is left to take back."
	}
	return "Made again", "no change of the selection was taken back."
}

func (m *model) turn(back bool) {
	word, none := turnWords(back)
	done, found := m.history.turn(&m.marks, back, judge{ref: m.canMark, row: m.canMarkRow})
	m.marksChanged()
	if !found {
		m.say(none)
		return
	}
	m.say(word + ": " + done.words())
}

// canMark reports whether a mark of the entity would stay.
func (m *model) canMark(ref catalog.Ref) bool { return m.refusal(ref) == "" }

// refusal is why an entity cannot be marked now, or empty.
func (m *model) refusal(ref catalog.Ref) string {
	return importer.NotMarkable(ref, m.shown.snap, m.shown.statuses, m.kinds)
}

// canMarkRow is canMark for a row of the picture on show, which has nothing but what the list has.
func (m *model) canMarkRow(row int) bool { return markable(m.shown.statuses.State(row)) }

// words say what has changed and what was left out.
func (u undone) words() string {
	text := ""
	add := func(n int, words string) {
		if n > 0 {
			text += fmt.Sprintf(", %d %s", n, words)
		}
	}
	add(u.marked, "marked")
	add(u.unmarked, "unmarked")
	add(u.left, "cannot be marked now")
	return text[2:] + "."
}

func (m *model) nothingToUndo() string {
	if len(m.history.past) == 0 {
		_, none := turnWords(true)
		return none
	}
	return ""
}

func (m *model) nothingToRedo() string {
	if len(m.history.future) == 0 {
		_, none := turnWords(false)
		return none
	}
	return ""
}
