// Package draw lays out the screen line by line: texts of a width, tables, the division of the window, styles
// and colours. It reads no key, keeps no state and does not write to the terminal. It must not know what the
// rows of a table are about or which screens there are.
package draw

// Glyphs are the characters that the program draws by itself.
type Glyphs struct {
	ASCII                 bool // nothing outside ASCII is written
	Ellipsis, Arrow, Back string
	Rule, Double, Bar     string
	Up, Down, Done, Rest  string
	Warn                  string // before a name that is not shown as the catalog has it
}

// NewGlyphs returns the Unicode or the ASCII glyphs.
func NewGlyphs(ascii bool) Glyphs {
	if ascii {
		return Glyphs{ASCII: true, Ellipsis: "~", Arrow: "->", Back: "<-", Rule: "-", Double: "=", Bar: "|",
			Up: "^", Down: "v", Done: "#", Rest: ".", Warn: "!"}
	}
	return Glyphs{Ellipsis: "…", Arrow: "→", Back: "←", Rule: "─", Double: "═", Bar: "│",
		Up: "↑", Down: "↓", Done: "█", Rest: "░", Warn: "⚠"}
}
