package ui

import tea "github.com/charmbracelet/bubbletea"

// askAdopt asks whether a copied queue has moved here and then goes on. It reports whether it had to ask.
func (m *app) askAdopt(then func() tea.Cmd) bool {
	if m.work.NotCopied() != "" {
		return false
	}
	m.question = &question{
		text:    m.work.AdoptQuestion(),
		yesWord: "takes it over", noWord: "sends nothing",
		yes: func() tea.Cmd {
			m.work.Adopt(func(err error) {
				if err == nil {
					m.pendingCmds = append(m.pendingCmds, then())
				}
			})
			return nil
		},
	}
	return true
}
