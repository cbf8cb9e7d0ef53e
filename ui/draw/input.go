package draw

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"

	"conviso-importer/internal/safetext"
)

// NewInput is a line of input. Its cursor does not blink, since every blink is a repaint,
// and it does not read the clipboard of the machine that it runs on, which over SSH is the
// wrong one: terminals paste by themselves.
func NewInput() textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.KeyMap.Paste.SetEnabled(false)
	in.CharLimit = 4096
	in.Cursor.SetMode(cursor.CursorStatic)
	in.Focus()
	return in
}

// Input draws a line of input in w columns with its cursor; of a long text the end
// before the cursor rather than the beginning.
func Input(in *textinput.Model, w int, look Style) string {
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
	for Width(before)+Width(under) > w && before != "" {
		_, size := utf8.DecodeRuneInString(before)
		before = before[size:]
	}
	line := before + look.Of(under)
	room := w - Width(before) - Width(under)
	return line + Glyphs{}.Cut(after, room)
}
