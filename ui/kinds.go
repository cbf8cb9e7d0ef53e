package ui

import (
	"conviso-importer/ui/session"

	tea "github.com/charmbracelet/bubbletea"
)

// useKinds makes the table one of other kinds.
func (m *model) useKinds(text string) tea.Cmd {
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
