package session

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// markChange is how one entity was marked before a step and is after it.
type markChange struct {
	ref     catalog.Ref
	was, is Mark
}

// markStep is one change of the marks: of a few entities by ref, of many as what was and is marked
// of the rows of the snapshot on show.
type markStep struct {
	refs    []markChange
	was, is rowMarks
}

// size is the memory that a step takes, in changes.
func (s *markStep) size() int {
	const sets, wordsOfChange = 4, 3
	return len(s.refs) + sets*len(s.was.on)/wordsOfChange
}

const (
	// maxSteps is how many changes of the marks can be undone.
	maxSteps = 100
	// maxChanges bounds the memory of all of them: about 25 MB. The latest step is kept
	// whatever its size.
	maxChanges = 1_000_000
)

// history has the steps that can be undone, the latest last, and those that were undone.
type history struct {
	past, future []markStep
	// size is the size of all steps.
	size int
}

// add remembers a step. What was undone before it cannot be redone any more.
func (h *history) add(s markStep) {
	if s.size() == 0 {
		return
	}
	for i := range h.future {
		h.size -= h.future[i].size()
	}
	h.past, h.future = append(h.past, s), nil
	h.size += s.size()
	for len(h.past) > 1 && (len(h.past) > maxSteps || h.size > maxChanges) {
		h.size -= h.past[0].size()
		h.past[0] = markStep{}
		h.past = h.past[1:]
	}
}

// Change is what has become of the marks.
type Change struct {
	// Marked and Unmarked are how many entities are marked and unmarked by it, Left how many were not
	// marked as they cannot be now.
	Marked, Unmarked, Left int
}

// Words say what has changed and what was left out; they are empty for nothing.
func (c Change) Words() string {
	text := ""
	add := func(n int, words string) {
		switch {
		case n == 0:
		case text == "":
			text = fmt.Sprintf("%d %s", n, words)
		default:
			text += fmt.Sprintf(", %d %s", n, words)
		}
	}
	add(c.Marked, "marked")
	add(c.Unmarked, "unmarked")
	add(c.Left, "cannot be marked now")
	if text != "" {
		text += "."
	}
	return text
}

// Why there is nothing to undo or to redo.
const (
	NothingToUndo = "no change of the selection is left to take back."
	NothingToRedo = "no change of the selection was taken back."
)

// UndoWords say what Undo has done.
func UndoWords(done Change, found bool) string {
	if !found {
		return NothingToUndo
	}
	return "Taken back: " + done.Words()
}

// RedoWords say what Redo has done.
func RedoWords(done Change, found bool) string {
	if !found {
		return NothingToRedo
	}
	return "Made again: " + done.Words()
}

// CanUndo reports whether there is a step to undo, although it may change nothing any more.
func (s *Marks) CanUndo() bool { return len(s.history.past) > 0 }

// CanRedo reports whether there is a step to redo, although it may change nothing any more.
func (s *Marks) CanRedo() bool { return len(s.history.future) > 0 }

// Undo takes back the latest step that still changes something. It reports whether there was one. The
// view is what the list shows: what cannot be marked by it is left as it is.
func (s *Marks) Undo(v *importer.View) (Change, bool) {
	return s.turn(v, &s.history.past, &s.history.future, true)
}

// Redo makes the step again that was undone last, as far as it still changes something. It reports
// whether there was one. The view is as for Undo.
func (s *Marks) Redo(v *importer.View) (Change, bool) {
	return s.turn(v, &s.history.future, &s.history.past, false)
}

// turn moves the latest step of from that still changes something to the other list and applies it.
func (s *Marks) turn(v *importer.View, from, to *[]markStep, back bool) (Change, bool) {
	for len(*from) > 0 {
		last := len(*from) - 1
		latest := (*from)[last]
		*from, *to = (*from)[:last], append(*to, latest)
		if done := latest.apply(s, back, v); done != (Change{}) {
			return done, true
		}
	}
	return Change{}, false
}

// apply makes a step's changes, or takes them back.
func (s *markStep) apply(on *Marks, back bool, v *importer.View) (done Change) {
	if s.was.on != nil {
		done = s.applyRows(on, back, v)
	}
	for _, c := range s.refs {
		how := c.is
		if back {
			how = c.was
		}
		switch was := on.Of(c.ref); {
		case was == how:
		case how != NotMarked && v.NotMarkable(c.ref) != "":
			done.Left++
		default:
			on.put(c.ref, how)
			if how == NotMarked {
				done.Unmarked++
			} else {
				done.Marked++
			}
		}
	}
	return done
}

// applyRows is apply for the rows of the step.
func (s *markStep) applyRows(on *Marks, back bool, v *importer.View) (done Change) {
	target := s.is
	if back {
		target = s.was
	}
	change := s.was.differs(s.is)
	change.And(on.differs(target))
	for row := range change.Rows() {
		if target.on.Has(row) && !v.Statuses.State(row).Markable() {
			change.Remove(row)
			done.Left++
		}
	}
	done.Marked = change.Common(target.on)
	done.Unmarked = change.Len() - done.Marked
	on.n -= on.on.Common(change)
	on.n += done.Marked
	merge(on.on, target.on, change)
	merge(on.hand, target.hand, change)
	return done
}

// merge makes set equal to other in the rows of which.
func merge(set, other, which catalog.RowSet) {
	taken := slices.Clone(other)
	taken.And(which)
	set.AndNot(which)
	set.Or(taken)
}
