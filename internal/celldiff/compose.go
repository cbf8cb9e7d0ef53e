package celldiff

import (
	"strings"
	"unicode/utf8"
)

// composer puts text into the cells of a line, one character behind the other.
type composer struct {
	line *line
	w    int
	pen  pen
	// col is the column that is next, most the last that any terminal could have reached.
	col, most int
}

// printable is ASCII, from which a cell's text is cut without copying.
const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// compose puts text from the first column on and reports whether it could: it fits and has
// nothing but text, styles and links.
func (c *composer) compose(text string) bool {
	c.line.safe = c.w
	for text != "" {
		n := 1
		switch b := text[0]; {
		case b >= 0x20 && b < 0x7f && (len(text) == 1 || text[1] < 0x80):
			if !c.put(printable[b-0x20:b-0x1f], 1) {
				return false
			}
			c.most++
		case b == 0x1b:
			if n = c.style(text); n == 0 {
				return false
			}
		case b < 0x20 || b == 0x7f:
			return false
		default:
			if n = c.character(text); n == 0 {
				return false
			}
		}
		text = text[n:]
	}
	return true
}

// put puts a character of one or two columns.
func (c *composer) put(text string, width int) bool {
	if c.col+width > c.w {
		return false
	}
	c.line.cells[c.col] = cell{text: text, width: uint8(width), pen: c.pen}
	if width == 2 {
		c.line.cells[c.col+1] = cell{width: half, pen: c.pen}
	}
	c.col += width
	return true
}

// character puts the first character of a text, with its marks, and returns its length, 0 where
// it cannot.
func (c *composer) character(text string) int {
	first, width, most, t := cluster(text)
	if t != agreed {
		if foreign(first) {
			return 0
		}
		c.line.safe = min(c.line.safe, c.col)
	}
	c.most += most
	// A copy keeps no frame in memory.
	switch {
	case width > 2, width == 0 && !c.mark(first), width > 0 && !c.put(strings.Clone(first), width):
		return 0
	}
	return len(first)
}

// mark puts a mark on the character before. Terminals that show it apart show it in its own
// style.
func (c *composer) mark(text string) bool {
	x := c.col - 1
	if x > 0 && c.line.cells[x].width == half {
		x--
	}
	if x < 0 || c.line.cells[x].pen != c.pen {
		return false
	}
	c.line.cells[x].text += text
	c.line.safe = min(c.line.safe, x)
	return true
}

// style applies a sequence that changes the pen and returns its length, 0 for any other.
func (c *composer) style(text string) int {
	kind, body, n := sequence(text)
	switch {
	case n == 0:
	case kind == '[' && body[len(body)-1] == 'm':
		if _, ok := c.pen.sgr(body[:len(body)-1]); ok {
			return n
		}
	case kind == ']' && c.pen.follow(body):
		return n
	}
	return 0
}

// foreign reports whether a text is none: no UTF-8, or control characters of eight bits.
func foreign(text string) bool {
	if !utf8.ValidString(text) {
		return true
	}
	for _, r := range text {
		if r >= 0x80 && r < 0xa0 {
			return true
		}
	}
	return false
}
