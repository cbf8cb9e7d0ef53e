package ui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// order sorts the list and goes to its top.
func (m *browseScreen) order(s session.Order) tea.Cmd {
	m.sort = s
	m.list.anchor, m.list.cursor = "", 0
	m.arrange()
	return nil
}

func (m *browseScreen) sortNext(column bool) tea.Cmd {
	s := m.sort
	if column {
		s.Column = (s.Column + 1) % len(session.OrderTitles())
		if s.Direction == session.AsInCatalog {
			s.Direction = session.Ascending
		}
	} else {
		s.Direction = (s.Direction + 1) % session.Directions
	}
	return m.order(s)
}

func (m *browseScreen) unmarkAll() {
	n := m.work.Marks.Clear()
	m.marksChanged()
	m.say(fmt.Sprintf("%d unmarked. z brings %s back.", n, text.Plural(n, "it", "them")))
}

func (m *browseScreen) useKinds(text string) tea.Cmd {
	answer, err := m.work.UseKinds(text)
	switch {
	case err != nil:
		m.fail(session.AboutKey, err, "")
	case answer != "":
		m.say(answer)
	default:
		m.list.anchor = ""
		m.refill(0)
	}
	return nil
}

// dock moves the detail pane, or closes it if it is there already.
func (m *browseScreen) dock(where draw.Dock) {
	if m.pane == where {
		where = draw.DockNone
	}
	m.pane = where
	m.detail.top = 0
	m.resize()
}
