package draw

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width is the number of columns that text takes on the terminal; escape sequences take none.
func Width(text string) int {
	if Simple(text) {
		return len(text)
	}
	return ansi.StringWidth(text)
}

// Simple reports whether text is printable ASCII, a column a byte, as most of it is.
func Simple(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

// Cut shortens text to w columns; what is cut off leaves an ellipsis.
func (g Glyphs) Cut(text string, w int) string {
	switch {
	case w <= 0:
		return ""
	case len(text) <= w:
		// A text is never wider than it has bytes.
		return text
	}
	return ansi.Truncate(text, w, g.Ellipsis)
}

// Cell is text in exactly w columns.
func (g Glyphs) Cell(text string, w int) string {
	text = g.Cut(text, w)
	return text + Blanks(w-Width(text))
}

// Blanks is n blanks; none for a negative n.
func Blanks(n int) string { return strings.Repeat(" ", max(0, n)) }

// Sides puts left and right at the two ends of a line of w columns. The right end keeps its
// text while there is any room: what stands there is more important.
func (g Glyphs) Sides(left, right string, w int) string {
	right = g.Cut(right, w)
	room := w - Width(right)
	if right == "" {
		return g.Cut(left, w)
	}
	left = g.Cut(left, room-1)
	return left + Blanks(room-Width(left)) + right
}

// Fit returns the first of the texts that fits into w columns, or else the last one, cut.
func (g Glyphs) Fit(w int, texts ...string) string {
	for _, text := range texts {
		if Width(text) <= w {
			return text
		}
	}
	return g.Cut(texts[len(texts)-1], w)
}

// Wrap breaks text into lines of at most w columns.
func Wrap(text string, w int) []string {
	if text == "" || w <= 0 {
		return nil
	}
	if Simple(text) && len(text) <= w {
		// A list may have a hundred thousand lines, and most need no wrapping.
		return []string{strings.TrimRight(text, " ")}
	}
	lines := strings.Split(ansi.Wrap(text, w, ""), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// WrapAtMost is Wrap to at most n lines; the last one is cut where there is more.
func (g Glyphs) WrapAtMost(text string, w, n int) []string {
	// A column holds a rune and two marks at most, so that this is more than n lines hold, and
	// a text of many pages costs no more than a long one.
	if most := (n + 1) * max(1, w) * 3 * utf8.UTFMax; len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	lines := Wrap(text, w)
	if len(lines) <= n {
		return lines
	}
	rest := strings.Join(lines[n-1:], " ")
	return append(lines[:n-1], g.Cut(rest, w))
}

// Fitted is a finished line as it is written to a window of w columns.
func (g Glyphs) Fitted(line string, w int) string {
	if g.ASCII {
		line = Plain(line)
	}
	return strings.TrimRight(g.Cut(line, w), " ")
}

// Plain replaces everything outside ASCII in a finished line by question marks that take as
// many columns; an accent on a plain letter is left out.
func Plain(line string) string {
	var b strings.Builder
	for line != "" {
		n := strings.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf })
		if n < 0 {
			n = len(line)
		}
		b.WriteString(line[:n])
		line = line[n:]
		n = strings.IndexFunc(line, func(r rune) bool { return r < utf8.RuneSelf })
		if n < 0 {
			n = len(line)
		}
		b.WriteString(strings.Repeat("?", Width(line[:n])))
		line = line[n:]
	}
	return b.String()
}
