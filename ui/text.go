package ui

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// width is the number of columns that text takes on the terminal.
func width(text string) int {
	if simple(text) {
		return len(text)
	}
	return ansi.StringWidth(text)
}

// simple says whether text is printable ASCII, a column a byte, as most of it is.
func simple(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

// cut shortens text to w columns; what is cut off leaves an ellipsis.
func (g glyphs) cut(text string, w int) string {
	switch {
	case w <= 0:
		return ""
	case len(text) <= w:
		// A text is never wider than it has bytes.
		return text
	}
	return ansi.Truncate(text, w, g.ellipsis)
}

// cell is text in exactly w columns.
func (g glyphs) cell(text string, w int) string {
	text = g.cut(text, w)
	return text + blanks(w-width(text))
}

// blanks is n blanks; none for a negative n.
func blanks(n int) string { return strings.Repeat(" ", max(0, n)) }

// sides puts left and right to the two ends of a line of w columns. The right end keeps its
// text while there is any room: what stands there is the more important.
func (g glyphs) sides(left, right string, w int) string {
	right = g.cut(right, w)
	room := w - width(right)
	if right == "" {
		return g.cut(left, w)
	}
	left = g.cut(left, room-1)
	return left + blanks(room-width(left)) + right
}

// fit returns the first of the texts that w columns hold, or else the last one, cut.
func (g glyphs) fit(w int, texts ...string) string {
	for _, text := range texts {
		if width(text) <= w {
			return text
		}
	}
	return g.cut(texts[len(texts)-1], w)
}

// wrap breaks text into lines of at most w columns.
func wrap(text string, w int) []string {
	if text == "" || w <= 0 {
		return nil
	}
	if simple(text) && len(text) <= w {
		// A list may have a hundred thousand lines, and most need no wrapping.
		return []string{strings.TrimRight(text, " ")}
	}
	lines := strings.Split(ansi.Wrap(text, w, ""), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// wrapAtMost is wrap to at most n lines; the last one is cut where there is more.
func (g glyphs) wrapAtMost(text string, w, n int) []string {
	// A column holds a rune and two marks at most, so that this is more than n lines hold, and
	// a text of many pages costs no more than a long one.
	if most := (n + 1) * max(1, w) * 3 * utf8.UTFMax; len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	lines := wrap(text, w)
	if len(lines) <= n {
		return lines
	}
	rest := strings.Join(lines[n-1:], " ")
	return append(lines[:n-1], g.cut(rest, w))
}

// fitted is a finished line as it goes to a window of w columns.
func (g glyphs) fitted(line string, w int) string {
	if g.ascii {
		line = plain(line)
	}
	return strings.TrimRight(g.cut(line, w), " ")
}

// plain replaces everything outside ASCII in a finished line by question marks that take as
// many columns; an accent that stands on a plain letter is left out.
func plain(line string) string {
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
		b.WriteString(strings.Repeat("?", width(line[:n])))
		line = line[n:]
	}
	return b.String()
}
