package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/safetext"
)

// newInput is a line of input. Its cursor does not blink, since every blink is a repaint,
// and it does not read the clipboard of the machine that it runs on, which over SSH is the
// wrong one: terminals paste by themselves.
func newInput() textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.KeyMap.Paste.SetEnabled(false)
	in.CharLimit = 4096
	in.Cursor.SetMode(cursor.CursorStatic)
	in.Focus()
	return in
}

// drawInput draws a line of input in w columns with its cursor; of a long text the end
// before the cursor rather than the beginning.
func drawInput(in *textinput.Model, w int, look style) string {
	runes := []rune(in.Value())
	if in.EchoMode == textinput.EchoPassword {
		runes = []rune(strings.Repeat(string(in.EchoCharacter), len(runes)))
	}
	pos := min(in.Position(), len(runes))
	before, under, after := string(runes[:pos]), " ", ""
	if pos < len(runes) {
		under, after = string(runes[pos]), string(runes[pos+1:])
	}
	// What is pasted comes from anywhere; the value itself is left as it was typed.
	before, under, after = safetext.Line(before), safetext.Line(under), safetext.Line(after)
	if under == "" {
		under = " "
	}
	if look.on == "" && under == " " {
		under = "_"
	}
	for width(before)+width(under) > w && before != "" {
		_, size := utf8.DecodeRuneInString(before)
		before = before[size:]
	}
	line := before + look.of(under)
	room := w - width(before) - width(under)
	return line + glyphs{}.cut(after, room)
}

// typeFilter handles a key while the filter is being typed. The list follows each key.
func (m *model) typeFilter(msg tea.KeyMsg) tea.Cmd {
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
// input, and says whether this was one.
func (m *model) moveWhileTyping(msg tea.KeyMsg) bool {
	by := map[string]int{"ctrl+p": -1, "ctrl+n": 1, "pgup": -m.list.perPage, "pgdown": m.list.perPage}[msg.String()]
	if by != 0 {
		m.list.move(&m.shown, m.list.cursor+by)
	}
	return by != 0
}

// rememberFilter keeps the filter to be recalled, in later runs too.
func (m *model) rememberFilter() tea.Cmd {
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
func (m *model) setFilter(text string) tea.Cmd {
	m.filter.SetValue(text)
	return m.filterChanged()
}

// filterChanged puts on the list what the filter means now.
func (m *model) filterChanged() tea.Cmd {
	m.readFilter()
	return m.seek()
}
