package ui

import (
	"fmt"

	"conviso-importer/catalog"
)

// mark is how an entity is marked.
type mark uint8

const (
	unmarked mark = iota
	inBulk
	byHand
)

// of is how an entity is marked now.
func (s marks) of(ref catalog.Ref) mark {
	hand, ok := s[ref]
	switch {
	case !ok:
		return unmarked
	case hand:
		return byHand
	}
	return inBulk
}

// put marks an entity in some way.
func (s marks) put(ref catalog.Ref, how mark) {
	if how == unmarked {
		delete(s, ref)
		return
	}
	s[ref] = how == byHand
}

// change is what became of one entity's mark.
type change struct {
	ref     catalog.Ref
	was, is mark
}

// marking is a change of the marks while it is being made; it keeps what it changes.
type marking struct {
	marks marks
	done  []change
}

// put marks an entity in some way.
func (c *marking) put(ref catalog.Ref, how mark) {
	was := c.marks.of(ref)
	if was == how {
		return
	}
	c.marks.put(ref, how)
	c.done = append(c.done, change{ref: ref, was: was, is: how})
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
	past, future [][]change
	// size is how many changes there are in all steps.
	size int
}

// add remembers a step. What was taken back before it is gone.
func (h *history) add(step []change) {
	if len(step) == 0 {
		return
	}
	for _, gone := range h.future {
		h.size -= len(gone)
	}
	h.past, h.future = append(h.past, step), nil
	h.size += len(step)
	for len(h.past) > 1 && (len(h.past) > keptSteps || h.size > keptChanges) {
		h.size -= len(h.past[0])
		h.past[0] = nil
		h.past = h.past[1:]
	}
}

// undone is what taking steps back, or making them again, has changed: how many entities are
// marked and unmarked by it, and how many were not marked as they cannot be now.
type undone struct{ marked, unmarked, left int }

// turn moves the latest step that still changes something from one list to the other and makes
// it, backwards where it is taken back. It says whether there was one.
func (h *history) turn(s marks, back bool, can func(catalog.Ref) bool) (undone, bool) {
	from, to := &h.future, &h.past
	if back {
		from, to = to, from
	}
	for len(*from) > 0 {
		last := len(*from) - 1
		step := (*from)[last]
		*from, *to = (*from)[:last], append(*to, step)
		if done := apply(s, step, back, can); done != (undone{}) {
			return done, true
		}
	}
	return undone{}, false
}

// apply makes a step's changes, or takes them back.
func apply(s marks, step []change, back bool, can func(catalog.Ref) bool) (done undone) {
	for _, c := range step {
		how := c.is
		if back {
			how = c.was
		}
		switch was := s.of(c.ref); {
		case was == how:
		case how != unmarked && !can(c.ref):
			done.left++
		default:
			s.put(c.ref, how)
			if how == unmarked {
				done.unmarked++
			} else {
				done.marked++
			}
		}
	}
	return done
}

// changeMarks makes one change of the marks that the user can take back.
func (m *model) changeMarks(edit func(c *marking)) {
	c := marking{marks: m.marks}
	edit(&c)
	m.history.add(c.done)
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
	done, found := m.history.turn(m.marks, back, m.canMark)
	m.marksChanged()
	if !found {
		m.say(none)
		return
	}
	m.say(word + ": " + done.words())
}

// canMark says whether a mark of the entity would stay: it is of a kind that the list has, the
// catalog has it, or may have it, and it is neither imported nor on its way.
func (m *model) canMark(ref catalog.Ref) bool {
	if m.shown.snap == nil || !m.hasKind(ref) {
		return false
	}
	row, ok := m.shown.snap.Row(ref)
	if !ok {
		return !m.shown.snap.Complete
	}
	return markable(m.shown.statuses.State(row))
}

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
