package ui

import (
	"fmt"

	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

func (m *browseScreen) toggle() {
	if ref, ok := m.list.current(&m.work.Shown); ok {
		m.work.Marks.Toggle(&m.work.Shown.View, session.MarkOrUnmark, ref)
		m.marksChanged()
		if note := session.GoneNote(&m.work.Shown.View, m.work.Marks.Has, ref); note != "" {
			m.say(note)
		}
	}
}

// toggleBulk marks the rows, or unmarks them if all are marked.
func (m *browseScreen) toggleBulk(rows []int32, where string) {
	if len(rows) == 0 {
		return
	}
	choice, unmarked := m.work.Marks.ToggleAll(&m.work.Shown.View, rows)
	m.marksChanged()
	if unmarked > 0 {
		m.say(fmt.Sprintf("%d unmarked", unmarked))
		return
	}
	m.say(m.choiceWords(&choice, where))
}

func (m *browseScreen) choiceWords(done *importer.Choice, where string) string {
	reading := m.work.Known.Catalog.Running && !m.work.Shown.Catalog.Complete
	return session.ChoiceWords(done, where, "Space marks a single row.", reading)
}

func (m *browseScreen) marksChanged() {
	if m.facet == session.FacetSelected || m.query.NeedsFacts() {
		m.refill(m.list.cursor)
		return
	}
	m.hidden = m.work.Marks.Hidden(m.work.Shown.Catalog, m.list.in)
}

func (m *browseScreen) undo() {
	done, found := m.work.Marks.Undo(&m.work.Shown.View)
	m.marksChanged()
	m.say(session.UndoWords(done, found))
}

func (m *browseScreen) redo() {
	done, found := m.work.Marks.Redo(&m.work.Shown.View)
	m.marksChanged()
	m.say(session.RedoWords(done, found))
}

func (m *browseScreen) nothingToUndo() string {
	return reasonIf(!m.work.Marks.CanUndo(), session.NothingToUndo)
}

func (m *browseScreen) nothingToRedo() string {
	return reasonIf(!m.work.Marks.CanRedo(), session.NothingToRedo)
}
