package celldiff

import (
	"strconv"
	"strings"
)

// pen is how cells are written: colours, attributes and the link that they belong to.
type pen struct {
	// fg and bg are colours in the words of SGR without the leading digit that tells one from
	// the other; zero is the terminal's own.
	fg, bg colour
	attrs  uint16
	// link is what stands between the start of a link's sequence and its end.
	link string
}

// colour is one of the palette's 256 or of 24 bits, with a mark that tells them apart.
type colour uint32

const (
	colourBasic colour = 1 << (24 + iota) // the first sixteen, by their short names
	colourIndex
	colourTrue
)

// attrReverse is the attribute that shows on blanks which are erased rather than written, on
// some terminals.
const attrReverse = 1 << 7

// erases reports whether all terminals agree on what erasing with this pen leaves: blanks.
func (p *pen) erases() bool { return p.bg == 0 && p.link == "" && p.attrs&attrReverse == 0 }

// sgr applies the parameters of an SGR sequence. It returns false at one that it does not
// know; the pen is unknown then.
func (p *pen) sgr(parameters string) (reset, ok bool) {
	numbers, ok := integers(parameters)
	if !ok {
		return false, false
	}
	for i := 0; i < len(numbers); i++ {
		switch n := numbers[i]; {
		case n <= 0:
			*p, reset = pen{link: p.link}, true
		case n == 38 || n == 48:
			c, used := extended(numbers[i+1:])
			if used == 0 {
				return reset, false
			}
			if i += used; n == 38 {
				p.fg = c
			} else {
				p.bg = c
			}
		case !p.attribute(n) && !p.basic(n):
			return reset, false
		}
	}
	return reset, true
}

// follow applies what a sequence to the system holds where it begins or ends a link, and reports
// whether it does.
func (p *pen) follow(body string) bool {
	link, ok := strings.CutPrefix(body, "8;")
	if !ok || strings.ContainsFunc(link, func(r rune) bool { return r < 0x20 || r >= 0x7f }) {
		// Terminals disagree on where other bytes end the sequence.
		return false
	}
	if p.link = link; link == ";" {
		p.link = ""
	}
	return true
}

// attribute applies what switches an attribute.
func (p *pen) attribute(n int) bool {
	switch n {
	case 1, 2, 3, 4, 5, 7, 8, 9:
		p.attrs |= 1 << n
	case 22:
		p.attrs &^= 1<<1 | 1<<2
	case 23, 24, 25, 27, 28, 29:
		p.attrs &^= 1 << (n - 20)
	default:
		return false
	}
	return true
}

// basic applies one of the sixteen colours, or the terminal's own.
func (p *pen) basic(n int) bool {
	switch {
	case n >= 30 && n <= 37:
		p.fg = colourBasic | colour(n-30)
	case n >= 90 && n <= 97:
		p.fg = colourBasic | colour(n-90+8)
	case n == 39:
		p.fg = 0
	case n >= 40 && n <= 47:
		p.bg = colourBasic | colour(n-40)
	case n >= 100 && n <= 107:
		p.bg = colourBasic | colour(n-100+8)
	case n == 49:
		p.bg = 0
	default:
		return false
	}
	return true
}

// extended reads a colour of many and returns how many numbers it took; 0 where it is none.
func extended(numbers []int) (colour, int) {
	byteAt := func(i int) (colour, bool) {
		if i >= len(numbers) || numbers[i] < 0 || numbers[i] > 255 {
			return 0, false
		}
		return colour(numbers[i]), true
	}
	if len(numbers) == 0 {
		return 0, 0
	}
	switch numbers[0] {
	case 5:
		if n, ok := byteAt(1); ok {
			return colourIndex | n, 2
		}
	case 2:
		r, okR := byteAt(1)
		g, okG := byteAt(2)
		b, okB := byteAt(3)
		if okR && okG && okB {
			return colourTrue | r<<16 | g<<8 | b, 4
		}
	}
	return 0, 0
}

// maxNumber bounds the parameters of sequences; terminals differ about larger ones.
const maxNumber = 9999

// integers splits parameters; one that is missing is -1.
func integers(parameters string) ([]int, bool) {
	var numbers []int
	for field := range strings.SplitSeq(parameters, ";") {
		n := -1
		for _, c := range []byte(field) {
			if c < '0' || c > '9' {
				return nil, false
			}
			if n = max(n, 0)*10 + int(c-'0'); n > maxNumber {
				return nil, false
			}
		}
		numbers = append(numbers, n)
	}
	// Terminals keep sixteen at least; more could be cut off.
	return numbers, len(numbers) <= 16
}

// change appends what turns the pen from into to. Attributes are never switched off one by
// one: a reset is shorter, and every terminal knows it.
func change(out []byte, from, to pen, known bool) []byte {
	if known && from == to {
		return out
	}
	if from.link != to.link {
		out = append(append(append(out, "\x1b]8;"...), linkOr(to.link)...), "\x1b\\"...)
	}
	reset := !known || from.attrs&^to.attrs != 0 || from.fg != 0 && to.fg == 0 || from.bg != 0 && to.bg == 0
	if reset {
		from = pen{}
	}
	var codes []byte
	for n := 1; n <= 9; n++ {
		if to.attrs&^from.attrs&(1<<n) != 0 {
			codes = append(strconv.AppendInt(codes, int64(n), 10), ';')
		}
	}
	if to.fg != from.fg {
		codes = appendColour(codes, to.fg, 30)
	}
	if to.bg != from.bg {
		codes = appendColour(codes, to.bg, 40)
	}
	switch {
	case len(codes) > 0 && reset:
		out = append(append(append(out, "\x1b[0;"...), codes[:len(codes)-1]...), 'm')
	case len(codes) > 0:
		out = append(append(append(out, "\x1b["...), codes[:len(codes)-1]...), 'm')
	case reset:
		out = append(out, "\x1b[m"...)
	}
	return out
}

// linkOr is a link's text, or that of no link.
func linkOr(link string) string {
	if link == "" {
		return ";"
	}
	return link
}

// appendColour appends the words for a colour, with a semicolon behind.
func appendColour(codes []byte, c colour, base int) []byte {
	number := func(n int) { codes = append(strconv.AppendInt(codes, int64(n), 10), ';') }
	switch n := int(c & 0xffffff); {
	case c&colourBasic != 0 && n < 8:
		number(base + n)
	case c&colourBasic != 0:
		number(base + 60 + n - 8)
	case c&colourIndex != 0:
		number(base + 8)
		number(5)
		number(n)
	default:
		number(base + 8)
		number(2)
		number(n >> 16)
		number(n >> 8 & 255)
		number(n & 255)
	}
	return codes
}
