package ui

import (
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
)

// prompt asks for a line of text in place of the messages; esc cancels.
type prompt struct {
	label                string
	input                textinput.Model
	enterWord, shortWord string // what enter does
	enter                func(text string) tea.Cmd
}

// ask opens a prompt with a default text.
func (m *app) ask(label, text, enterWord, shortWord string, enter func(text string) tea.Cmd) {
	p := &prompt{label: label, input: draw.NewInput(), enterWord: enterWord, shortWord: shortWord, enter: enter}
	p.input.SetValue(text)
	p.input.CursorEnd()
	m.prompt = p
}

func (m *app) typePrompt(msg tea.KeyMsg) tea.Cmd {
	p := m.prompt
	switch msg.Type {
	case tea.KeyEnter:
		m.prompt = nil
		return p.enter(p.input.Value())
	case tea.KeyEsc:
		m.prompt = nil
		return nil
	default:
	}
	var cmd tea.Cmd
	p.input, cmd = p.input.Update(msg)
	return cmd
}

func (p *prompt) line(w int, st *draw.Styles) string {
	label := p.label + ": "
	return st.Key.Of(label) + draw.Input(&p.input, w-draw.Width(label)-1, st.Input)
}
