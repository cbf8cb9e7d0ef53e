package ui

import (
	"fmt"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// show puts a picture on screen, and takes the marks over to its rows.
func (m *model) show(a arrangement) {
	m.marks.Show(a.snap, a.moved)
	a.moved = nil
	m.shown = a
}

// onShow is the picture on screen as marks are judged by it.
func (m *model) onShow() *importer.View {
	return &importer.View{Catalog: m.shown.snap, Kinds: m.kinds, Statuses: m.shown.statuses}
}

// toggle marks or unmarks the row under the cursor by hand.
func (m *model) toggle() {
	ref, ok := m.list.current(&m.shown)
	if !ok {
		return
	}
	m.marks.Toggle(m.onShow(), session.MarkOrUnmark, ref)
	m.marksChanged()
}

// toggleBulk marks the rows, or unmarks them where there is nothing left to mark.
func (m *model) toggleBulk(rows []int32, where string) {
	if len(rows) == 0 {
		return
	}
	choice, unmarked := m.marks.ToggleAll(m.onShow(), rows)
	m.marksChanged()
	if unmarked > 0 {
		m.say(fmt.Sprintf("%d unmarked", unmarked))
		return
	}
	m.say(m.choiceWords(&choice, where))
}

// choiceWords say what a bulk mark did and what it left alone.
func (m *model) choiceWords(done *importer.Choice, where string) string {
	switch {
	case done.Marked == 0 && done.Unknown > 0:
		return "Nothing was marked: the platform's assets are not read, so nothing is known to be new. Space marks a single row."
	case done.Marked == 0 && done.Already == 0 && done.Left == 0:
		return "Nothing " + where + " is new or failed."
	}
	words := fmt.Sprintf("%d marked", done.Marked)
	if m.catalog.running && !m.shown.snap.Complete {
		words = fmt.Sprintf("%d so far, still reading", done.Marked)
	}
	if done.Already > 0 {
		words += fmt.Sprintf(", %d %s marked before", done.Already, text.Plural(done.Already, "was", "were"))
	}
	if done.Left > 0 {
		words += fmt.Sprintf(", %d %s a name and %s left", done.Left,
			text.Plural(done.Left, "shares", "share"), text.Plural(done.Left, "was", "were"))
	}
	if done.Unknown > 0 {
		words += fmt.Sprintf(", %d of unknown status left", done.Unknown)
	}
	return words
}

// marksChanged brings what depends on the marks up to date.
func (m *model) marksChanged() {
	if m.facet == facetSelected || m.query.NeedsFacts() {
		m.refill(m.list.cursor)
		return
	}
	m.hidden = m.marks.Hidden(m.shown.snap, m.list.in)
}

// undo takes the latest change of the marks back.
func (m *model) undo() {
	done, found := m.marks.Undo(m.onShow())
	m.turned(session.UndoWords(done, found))
}

// redo makes the change again that was taken back last.
func (m *model) redo() {
	done, found := m.marks.Redo(m.onShow())
	m.turned(session.RedoWords(done, found))
}

// turned follows marks that were taken back or made again, and says so.
func (m *model) turned(words string) {
	m.marksChanged()
	m.say(words)
}

func (m *model) nothingToUndo() string {
	if !m.marks.CanUndo() {
		return session.NothingToUndo
	}
	return ""
}

func (m *model) nothingToRedo() string {
	if !m.marks.CanRedo() {
		return session.NothingToRedo
	}
	return ""
}
