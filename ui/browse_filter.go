package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// typeFilter handles a key while the filter is being typed. The list follows each key.
func (m *browseScreen) typeFilter(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		m.typing = false
		m.settleFilter()
		return m.rememberFilter()
	case "esc":
		m.typing = false
		return m.setFilter("")
	}
	if m.moveWhileTyping(msg) {
		return nil
	}
	cmd, changed := m.filter.key(msg)
	if changed {
		return tea.Batch(cmd, m.filterChanged())
	}
	return cmd
}

// moveWhileTyping moves the cursor of the list by the keys that are no use to a line of
// input, and reports whether this was one.
func (m *browseScreen) moveWhileTyping(msg tea.KeyMsg) bool {
	by := map[string]int{"ctrl+p": -1, "ctrl+n": 1, "pgup": -m.list.perPage, "pgdown": m.list.perPage}[msg.String()]
	if by != 0 {
		m.list.move(&m.work.Shown, m.list.cursor+by)
	}
	return by != 0
}

// rememberFilter keeps the filter to be recalled, in later runs too.
func (m *browseScreen) rememberFilter() tea.Cmd {
	line := strings.TrimSpace(m.filter.Value())
	if line == "" {
		return nil
	}
	m.filter.remember(line)
	keep := m.opt.KeepFilter
	if keep == nil {
		return nil
	}
	return func() tea.Msg { keep(line); return nil }
}

// setFilter puts a text into the filter.
func (m *browseScreen) setFilter(text string) tea.Cmd {
	m.filter.SetValue(text)
	return m.filterChanged()
}

// filterChanged puts on the list what the filter means now.
func (m *browseScreen) filterChanged() tea.Cmd {
	m.readFilter()
	return m.seek()
}
