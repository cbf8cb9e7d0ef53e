package draw

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/textinput"

	"conviso-importer/internal/safetext"
)

// NewInput returns a text input. Its cursor does not blink, since every blink is a repaint. It does not read
// the clipboard, which over SSH is the wrong machine's: terminals paste by themselves.
func NewInput() textinput.Model {
	in := textinput.New()
	in.Prompt = ""
	in.KeyMap.Paste.SetEnabled(false)
	in.CharLimit = 4096
	in.Cursor.SetMode(cursor.CursorStatic)
	in.Focus()
	return in
}

// Input draws a text input in w columns; of a long text it shows the end before the cursor.
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
	// Pasted text is unsafe; the value stays as typed.
	before, under, after = safetext.Line(before), safetext.Line(under), safetext.Line(after)
	under = cmp.Or(under, " ")
	if look.on == "" && under == " " {
		under = "_"
	}
	for Width(before)+Width(under) > w && before != "" {
		_, size := utf8.DecodeRuneInString(before)
		before = before[size:]
	}
	line := before + look.Of(under)
	return line + Glyphs{}.Cut(after, w-Width(before)-Width(under))
}
