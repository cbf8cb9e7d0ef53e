// Package draw lays out what is on the screen, line by line: texts in a number of columns, tables
// from columns as data, the division of the window, styles and colours. Nothing here reads a key,
// keeps a state or writes to the terminal. It must not know what the rows of a table are about
// or which screens there are.
package draw

// Glyphs are the few characters that the program draws by itself.
type Glyphs struct {
	// ASCII writes nothing outside ASCII, whatever is in a line.
	ASCII                 bool
	Ellipsis, Arrow, Back string
	Rule, Double, Bar     string
	Up, Down, Done, Rest  string
	// Warn stands before a name that is not shown as the catalog has it.
	Warn string
}

// NewGlyphs returns the characters of a terminal that shows Unicode, or of one with ASCII alone.
func NewGlyphs(ascii bool) Glyphs {
	if ascii {
		return Glyphs{ASCII: true, Ellipsis: "~", Arrow: "->", Back: "<-", Rule: "-", Double: "=", Bar: "|",
			Up: "^", Down: "v", Done: "#", Rest: ".", Warn: "!"}
	}
	return Glyphs{Ellipsis: "…", Arrow: "→", Back: "←", Rule: "─", Double: "═", Bar: "│",
		Up: "↑", Down: "↓", Done: "█", Rest: "░", Warn: "⚠"}
}
