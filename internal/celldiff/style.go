package celldiff

import (
	"strconv"
	"strings"
)

// style is how a cell looks: colours, attributes and its link.
type style struct {
	// fg and bg are SGR colours without the leading digit; zero is the terminal's default.
	fg, bg colour
	attrs  uint16
	link   string // the content of the OSC 8 sequence
}

// colour is one of 256 or of 24 bits, with a flag for which.
type colour uint32

const (
	colourBasic colour = 1 << (24 + iota) // the first sixteen, by their short names
	colourIndex
	colourTrue
)

// attrReverse shows on erased blanks on some terminals.
const attrReverse = 1 << 7

// erases reports whether erasing with this style leaves blanks on all terminals.
func (s *style) erases() bool { return s.bg == 0 && s.link == "" && s.attrs&attrReverse == 0 }

// sgr applies the parameters of an SGR sequence. It returns not ok at an unknown one; the style
// is unknown then.
func (s *style) sgr(parameters string) (reset, ok bool) {
	numbers, ok := integers(parameters)
	if !ok {
		return false, false
	}
	for i := 0; i < len(numbers); i++ {
		switch n := numbers[i]; {
		case n <= 0:
			*s, reset = style{link: s.link}, true
		case n == 38 || n == 48:
			c, used := extended(numbers[i+1:])
			if used == 0 {
				return reset, false
			}
			if i += used; n == 38 {
				s.fg = c
			} else {
				s.bg = c
			}
		case !s.attribute(n) && !s.basic(n):
			return reset, false
		}
	}
	return reset, true
}

// osc applies the body of an OSC sequence if it begins or ends a link, and reports whether it does.
func (s *style) osc(body string) bool {
	link, ok := strings.CutPrefix(body, "8;")
	if !ok || strings.ContainsFunc(link, func(r rune) bool { return r < 0x20 || r >= 0x7f }) {
		// Terminals disagree on where other bytes end the sequence.
		return false
	}
	if s.link = link; link == ";" {
		s.link = ""
	}
	return true
}

// attribute applies a parameter that sets or resets an attribute.
func (s *style) attribute(n int) bool {
	switch n {
	case 1, 2, 3, 4, 5, 7, 8, 9:
		s.attrs |= 1 << n
	case 22:
		s.attrs &^= 1<<1 | 1<<2
	case 23, 24, 25, 27, 28, 29:
		s.attrs &^= 1 << (n - 20)
	default:
		return false
	}
	return true
}

func (s *style) basic(n int) bool {
	target := &s.fg
	if n >= 40 && n <= 49 || n >= 100 {
		target, n = &s.bg, n-10
	}
	switch {
	case n >= 30 && n <= 37:
		*target = colourBasic | colour(n-30)
	case n >= 90 && n <= 97:
		*target = colourBasic | colour(n-90+8)
	case n == 39:
		*target = 0
	default:
		return false
	}
	return true
}

// extended parses an extended colour and returns the number of parameters used; 0 if it is none.
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

// maxNumber limits parameters; terminals differ about larger ones.
const maxNumber = 9999

// integers splits parameters; a missing one is -1.
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
	// Terminals read at least sixteen; more could be cut off.
	return numbers, len(numbers) <= 16
}

// appendStyle appends the sequences that change the style. It resets instead of turning single
// attributes off: that is shorter and known to every terminal.
func appendStyle(out []byte, from, to style, known bool) []byte {
	if known && from == to {
		return out
	}
	if from.link != to.link {
		out = append(append(append(out, "\x1b]8;"...), linkBody(to.link)...), "\x1b\\"...)
	}
	reset := !known || from.attrs&^to.attrs != 0 || from.fg != 0 && to.fg == 0 || from.bg != 0 && to.bg == 0
	if reset {
		from = style{}
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

func linkBody(link string) string {
	if link == "" {
		return ";"
	}
	return link
}

// appendColour appends a colour's parameters and a semicolon.
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
