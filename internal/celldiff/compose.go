package celldiff

import (
	"strings"
	"unicode/utf8"
)

// composer writes text into the cells of a line.
type composer struct {
	line  *line
	w     int
	style style
	// col is the next column, most the last that any terminal could have reached.
	col, most int
}

// printable is ASCII, from which cells take their text without copying.
const printable = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

// compose writes text from the first column. It fails unless text fits and consists of
// characters, styles and links.
func (c *composer) compose(text string) bool {
	c.line.uncertain = c.w
	for text != "" {
		n := 1
		switch b := text[0]; {
		case b >= 0x20 && b < 0x7f && (len(text) == 1 || text[1] < 0x80):
			if !c.put(printable[b-0x20:b-0x1f], 1) {
				return false
			}
			c.most++
		case b == 0x1b:
			if n = c.applyStyle(text); n == 0 {
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

func (c *composer) put(text string, width int) bool {
	if c.col+width > c.w {
		return false
	}
	c.line.cells[c.col] = cell{text: text, width: uint8(width), style: c.style}
	if width == 2 {
		c.line.cells[c.col+1] = cell{width: half, style: c.style}
	}
	c.col += width
	return true
}

// character writes the first grapheme cluster and returns its length, 0 on failure.
func (c *composer) character(text string) int {
	first, width, most, t := cluster(text)
	if t != agreed {
		if hasControls(first) {
			return 0
		}
		c.line.uncertain = min(c.line.uncertain, c.col)
	}
	c.most += most
	// Clone, so as not to keep the frame in memory.
	switch {
	case width > 2, width == 0 && !c.mark(first), width > 0 && !c.put(strings.Clone(first), width):
		return 0
	}
	return len(first)
}

// mark adds a combining mark to the previous character, whose style it must have, as some
// terminals show it apart.
func (c *composer) mark(text string) bool {
	x := c.col - 1
	if x > 0 && c.line.cells[x].width == half {
		x--
	}
	if x < 0 || c.line.cells[x].style != c.style {
		return false
	}
	c.line.cells[x].text += text
	c.line.uncertain = min(c.line.uncertain, x)
	return true
}

// applyStyle applies an SGR or link sequence and returns its length, 0 for any other.
func (c *composer) applyStyle(text string) int {
	kind, body, n := sequence(text)
	switch {
	case n == 0:
	case kind == '[' && body[len(body)-1] == 'm':
		if _, ok := c.style.sgr(body[:len(body)-1]); ok {
			return n
		}
	case kind == ']' && c.style.osc(body):
		return n
	}
	return 0
}

// hasControls reports whether text has invalid UTF-8 or C1 control characters.
func hasControls(text string) bool {
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
