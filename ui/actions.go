package ui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
)

// order sorts the list and returns to its top, where the answer to a new order stands.
func (m *model) order(s sorting) tea.Cmd {
	m.latest.sort = s
	m.list.anchor, m.list.cursor = "", 0
	return m.arrangeCmd()
}

// sortNext sorts by the next column, or the other way round.
func (m *model) sortNext(column bool) tea.Cmd {
	s := m.latest.sort
	if column {
		s.column = (s.column + 1) % len(sortColumns())
		if s.direction == catalogOrder {
			s.direction = ascending
		}
	} else {
		s.direction = (s.direction + 1) % directions
	}
	return m.order(s)
}

// unmarkAll clears the whole selection, what is out of sight as well, and says how much that
// was.
func (m *model) unmarkAll() {
	n := m.marks.Clear()
	m.marksChanged()
	m.say(fmt.Sprintf("%d unmarked. z brings %s back.", n, text.Plural(n, "it", "them")))
}
