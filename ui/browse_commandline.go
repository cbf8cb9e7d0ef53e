package ui

import (
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
)

func (m *browseScreen) openCommand() {
	m.commanding = true
	m.command.SetValue("")
	m.command.Begin()
}

// typeCommand handles a key of the command line; nothing runs before enter.
func (m *browseScreen) typeCommand(msg tea.KeyMsg) tea.Cmd {
	switch msg.String() {
	case "enter":
		m.commanding = false
		line := m.command.Value()
		m.command.Remember(line)
		return m.runCommand(line)
	case "esc":
		m.commanding = false
		return nil
	case "backspace":
		if m.command.Value() == "" {
			m.commanding = false
			return nil
		}
	}
	if m.moveWhileTyping(msg) {
		return nil
	}
	cmd, _ := m.command.Key(msg)
	return tea.Batch(cmd, m.forArguments())
}

// forArguments reads what the arguments are completed from.
func (m *browseScreen) forArguments() tea.Cmd {
	name, _, behind := strings.Cut(m.command.Value(), " ")
	if found := findCommands(m.commands(), strings.ToLower(name)); behind && len(found) == 1 && found[0].name == "company" {
		return m.readCompanies()
	}
	return nil
}

func (m *browseScreen) commandLine(w int) string {
	return ":" + draw.Input(&m.command.Model, w-2, m.st.Input)
}

// proposedLine shows the proposals for the command, or instead.
func (m *browseScreen) proposedLine(instead string) string {
	if !m.commanding {
		return instead
	}
	if line := m.command.ProposalLine(m.width, m.gl, m.st.Input); line != "" {
		return line
	}
	return instead
}
