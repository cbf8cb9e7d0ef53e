package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

func (m *browseScreen) typeFilter(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		m.typing = false
		m.finishFilter()
		return m.rememberFilter()
	case "esc":
		m.typing = false
		return m.setFilter("")
	}
	if m.moveWhileTyping(msg) {
		return nil
	}
	cmd, changed := m.filter.Key(msg)
	if changed {
		return tea.Batch(cmd, m.filterChanged())
	}
	return cmd
}

// moveWhileTyping moves the list's cursor by keys that a line of input does not use.
func (m *browseScreen) moveWhileTyping(msg tea.KeyMsg) bool {
	by := map[string]int{"ctrl+p": -1, "ctrl+n": 1, "pgup": -m.list.perPage, "pgdown": m.list.perPage}[msg.String()]
	if by != 0 {
		m.list.move(&m.work.Shown, m.list.cursor+by)
	}
	return by != 0
}

// rememberFilter saves the filter for recall, in later runs too.
func (m *browseScreen) rememberFilter() tea.Cmd {
	line := strings.TrimSpace(m.filter.Value())
	if line == "" {
		return nil
	}
	m.filter.Remember(line)
	keep := m.opt.KeepFilter
	if keep == nil {
		return nil
	}
	return func() tea.Msg { keep(line); return nil }
}

func (m *browseScreen) setFilter(text string) tea.Cmd {
	m.filter.SetValue(text)
	return m.filterChanged()
}

func (m *browseScreen) filterChanged() tea.Cmd {
	m.parseFilter()
	return m.searchList()
}
