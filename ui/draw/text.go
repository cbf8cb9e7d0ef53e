package draw

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Width returns the columns that text takes; escape sequences take none.
func Width(text string) int {
	if Simple(text) {
		return len(text)
	}
	return ansi.StringWidth(text)
}

// Simple reports whether text is printable ASCII: one column per byte.
func Simple(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

// Cut shortens text to w columns with an ellipsis.
func (g Glyphs) Cut(text string, w int) string {
	switch {
	case w <= 0:
		return ""
	case len(text) <= w:
		return text // text is never wider than it has bytes
	}
	return ansi.Truncate(text, w, g.Ellipsis)
}

// Cell returns text in exactly w columns.
func (g Glyphs) Cell(text string, w int) string {
	text = g.Cut(text, w)
	return text + Blanks(w-Width(text))
}

// Blanks returns n blanks; none for a negative n.
func Blanks(n int) string { return strings.Repeat(" ", max(0, n)) }

// Sides puts left and right at the ends of a line of w columns. The left is cut first: it matters less.
func (g Glyphs) Sides(left, right string, w int) string {
	right = g.Cut(right, w)
	room := w - Width(right)
	if right == "" {
		return g.Cut(left, w)
	}
	left = g.Cut(left, room-1)
	return left + Blanks(room-Width(left)) + right
}

// Fit returns the first text that fits into w columns, or else the last one, cut.
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
		// Most lines need no wrapping, and a list may have 100,000.
		return []string{strings.TrimRight(text, " ")}
	}
	lines := strings.Split(ansi.Wrap(text, w, ""), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// WrapAtMost is Wrap to at most n lines; the last one is cut.
func (g Glyphs) WrapAtMost(text string, w, n int) []string {
	// Limit the cost of a text of many pages. A column holds a rune and two marks at most.
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

// Fitted returns a finished line for a window of w columns.
func (g Glyphs) Fitted(line string, w int) string {
	if g.ASCII {
		line = Plain(line)
	}
	return strings.TrimRight(g.Cut(line, w), " ")
}

// Plain replaces what is not ASCII by question marks of the same width and drops combining accents.
func Plain(line string) string {
	var b strings.Builder
	for line != "" {
		other := strings.TrimLeftFunc(line, func(r rune) bool { return r < utf8.RuneSelf })
		b.WriteString(strings.TrimSuffix(line, other))
		line = strings.TrimLeftFunc(other, func(r rune) bool { return r >= utf8.RuneSelf })
		b.WriteString(strings.Repeat("?", Width(strings.TrimSuffix(other, line))))
	}
	return b.String()
}
