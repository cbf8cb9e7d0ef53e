package session

import (
	"fmt"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

type markChange struct {
	ref     catalog.Ref
	was, is Mark
}

// markStep is one change of the marks: by ref for a few entities, as row sets for many.
type markStep struct {
	refs    []markChange
	was, is rowMarks
}

// size approximates the memory of a step, in changes.
func (s *markStep) size() int {
	const sets, wordsOfChange = 6, 3
	return len(s.refs) + sets*len(s.was.on)/wordsOfChange
}

const (
	maxSteps   = 100       // undoable changes
	maxChanges = 1_000_000 // about 25 MB; the latest step is kept whatever its size
)

// history has the steps to undo and to redo, the latest last.
type history struct {
	past, future []markStep
	size         int // sum of the sizes of all steps
}

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

// Change counts what a step changed; Left are entities that cannot be marked now.
type Change struct{ Marked, Unmarked, Left int }

// Words describe the change; empty for none.
func (c Change) Words() string {
	words := text.Join(", ", countOf(c.Marked, "marked"), countOf(c.Unmarked, "unmarked"), countOf(c.Left, "cannot be marked now"))
	if words == "" {
		return ""
	}
	return words + "."
}

func countOf(n int, words string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", n, words)
}

// Reasons why Undo or Redo does nothing.
const (
	NothingToUndo = "nothing is left to undo."
	NothingToRedo = "nothing was undone."
)

// UndoWords describe what Undo did.
func UndoWords(done Change, found bool) string {
	if !found {
		return NothingToUndo
	}
	return "Undone: " + done.Words()
}

// RedoWords describe what Redo did.
func RedoWords(done Change, found bool) string {
	if !found {
		return NothingToRedo
	}
	return "Redone: " + done.Words()
}

// CanUndo reports whether there is a step to undo; it may have no effect.
func (s *Marks) CanUndo() bool { return len(s.history.past) > 0 }

// CanRedo reports whether there is a step to redo; it may have no effect.
func (s *Marks) CanRedo() bool { return len(s.history.future) > 0 }

// Undo reverts the latest step that still has an effect and reports whether there was one. What cannot be
// marked in v stays as it is.
func (s *Marks) Undo(v *importer.View) (Change, bool) {
	return s.moveStep(v, &s.history.past, &s.history.future, true)
}

// Redo is Undo for the step that was undone last.
func (s *Marks) Redo(v *importer.View) (Change, bool) {
	return s.moveStep(v, &s.history.future, &s.history.past, false)
}

// moveStep moves steps from one list to the other until one has an effect.
func (s *Marks) moveStep(v *importer.View, from, to *[]markStep, back bool) (Change, bool) {
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

func (s *markStep) apply(on *Marks, back bool, v *importer.View) (done Change) {
	if s.was.on != nil {
		done = s.applyRows(on, back, v)
	}
	for _, c := range s.refs {
		how := c.is
		if back {
			how = c.was
		}
		marks := how == InBulk || how == ByHand
		switch was := on.Of(c.ref); {
		case was == how:
		case marks && v.NotMarkable(c.ref) != "":
			done.Left++
		default:
			if marks {
				done.Marked++
			} else if on.Has(c.ref) {
				done.Unmarked++
			}
			on.put(c.ref, how)
		}
	}
	return done
}

func (s *markStep) applyRows(on *Marks, back bool, v *importer.View) (done Change) {
	target := s.is
	if back {
		target = s.was
	}
	change := s.was.diff(s.is)
	change.And(on.diff(target))
	for row := range change.Rows() {
		if target.on.Has(row) && !v.Statuses.State(row).Markable() {
			change.Remove(row)
			done.Left++
		}
	}
	done.Marked = change.Common(target.on)
	left := slices.Clone(change)
	left.AndNot(target.on)
	done.Unmarked = on.on.Common(left)
	on.n += done.Marked - on.on.Common(change)
	merge(on.on, target.on, change)
	merge(on.hand, target.hand, change)
	merge(on.left, target.left, change)
	return done
}

// merge copies other into set for the rows in which.
func merge(set, other, which catalog.RowSet) {
	taken := slices.Clone(other)
	taken.And(which)
	set.AndNot(which)
	set.Or(taken)
}
