package celldiff

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// manners are what terminals disagree on.
type manners struct {
	name string
	// joins: a grapheme cluster takes the table's columns; otherwise each character takes its
	// own.
	joins bool
	// marks are the columns of a combining mark, doubt those of a possibly wide character.
	marks, doubt int
	// narrow: only letters take two columns, as on terminals older than most emoji.
	narrow bool
	// fills: erasing keeps the background. keeps: overwriting half of a wide character keeps
	// the other. late: erasing after the last column erases nothing.
	fills, keeps, late bool
}

var allManners = []manners{
	{name: "clusters", joins: true, doubt: 1, fills: true},
	{name: "characters", doubt: 1, late: true},
	{name: "old", doubt: 1, narrow: true},
	{name: "marks apart", marks: 1, doubt: 1, keeps: true, fills: true},
}

// glyph is the content of one column.
type glyph struct {
	text, link string
	pen        look
	half       bool
}

// terminal is a simple terminal that shares no code with the package.
type terminal struct {
	manners
	w, h     int
	grid     [][]glyph
	main     [][]glyph
	x, y     int
	sx, sy   int
	top, end int
	wrapNext bool
	hidden   bool
	look     look
	saved    look
	link     string
	// lastX and lastY are the position of the last character, which may grow; lastX is -1 after
	// a motion.
	lastX, lastY int
	modes        string
	state        []byte
}

// look is a terminal's style.
type look struct {
	fg, bg string
	on     [10]bool
}

func newTerminal(m manners, w, h int) *terminal {
	t := &terminal{manners: m}
	t.resize(w, h)
	return t
}

func emptyGrid(w, h int) [][]glyph {
	g := make([][]glyph, h)
	for y := range g {
		g[y] = make([]glyph, w)
		for x := range g[y] {
			g[y][x] = glyph{text: " "}
		}
	}
	return g
}

// resize clears everything, the worst case.
func (t *terminal) resize(w, h int) {
	t.w, t.h, t.top, t.end = w, h, 0, h-1
	t.grid, t.main = emptyGrid(w, h), emptyGrid(w, h)
	t.x, t.y, t.wrapNext, t.lastX = min(t.x, w-1), min(t.y, h-1), false, -1
}

// Write takes what a program writes.
func (t *terminal) Write(p []byte) (int, error) {
	t.state = append(t.state, p...)
	for len(t.state) > 0 {
		n := t.step(t.state)
		if n == 0 {
			break
		}
		t.state = t.state[n:]
	}
	return len(p), nil
}

func (t *terminal) step(b []byte) int {
	switch {
	case b[0] == 0x1b:
		return t.sequence(b)
	case b[0] < 0x20 || b[0] == 0x7f:
		t.controlled(b[0])
		return 1
	case !utf8.FullRune(b):
		return 0
	}
	r, n := utf8.DecodeRune(b)
	t.print(r)
	return n
}

func (t *terminal) controlled(c byte) {
	switch c {
	case '\r':
		t.x, t.wrapNext, t.lastX = 0, false, -1
	case '\n':
		t.lastX = -1
		t.down()
	case '\b':
		t.x, t.wrapNext, t.lastX = max(0, t.x-1), false, -1
	case '\t':
		t.x, t.wrapNext, t.lastX = min(t.w-1, (t.x/8+1)*8), false, -1
	}
}

func (t *terminal) down() {
	switch {
	case t.y == t.end:
		t.scroll(t.top, 1)
	case t.y < t.h-1:
		t.y++
	}
}

// scroll moves lines up to the region's end, or down.
func (t *terminal) scroll(from, n int) {
	for ; n > 0; n-- {
		copy(t.grid[from:t.end+1], t.grid[from+1:t.end+1])
		t.grid[t.end] = emptyGrid(t.w, 1)[0]
	}
	for ; n < 0; n++ {
		copy(t.grid[from+1:t.end+1], t.grid[from:t.end])
		t.grid[from] = emptyGrid(t.w, 1)[0]
	}
}

func (t *terminal) columns(r rune) int {
	switch {
	case unicode.In(r, unicode.Cf, unicode.Variation_Selector):
		return 0
	case unicode.In(r, unicode.Mn, unicode.Me):
		return t.marks
	case r > 0x7f && r < 0xa0:
		return 0
	}
	w := ansi.StringWidthWc(string(r))
	if _, _, _, sure := cluster(string(r)); w == 2 && t.narrow && sure == uncertain {
		return 1
	}
	if w != 1 || r < 0xa0 {
		return w
	}
	if _, _, _, sure := cluster(string(r)); sure == ambiguous {
		return t.doubt
	}
	return 1
}

func (t *terminal) print(r rune) {
	if t.joins && t.lastX >= 0 {
		last := &t.grid[t.lastY][t.lastX]
		all := last.text + string(r)
		if first, w := ansi.FirstGraphemeCluster(all, ansi.GraphemeWidth); first == all {
			last.text = all
			if w == 2 && !t.wide(t.lastX, t.lastY) && t.lastX+1 < t.w {
				t.put(t.lastX+1, t.lastY, glyph{half: true, pen: last.pen, link: last.link})
				t.advance(1)
			}
			return
		}
	}
	n := t.columns(r)
	if n == 0 {
		x := t.x - 1
		if t.wrapNext {
			x = t.x
		}
		if x > 0 && t.grid[t.y][x].half {
			x--
		}
		if x >= 0 {
			t.grid[t.y][x].text += string(r)
		}
		return
	}
	if t.wrapNext || t.x+n > t.w {
		t.x, t.wrapNext = 0, false
		t.down()
	}
	t.put(t.x, t.y, glyph{text: string(r), pen: t.look, link: t.link})
	if n == 2 {
		t.put(t.x+1, t.y, glyph{half: true, pen: t.look, link: t.link})
	}
	t.lastX, t.lastY = t.x, t.y
	t.advance(n)
}

func (t *terminal) advance(n int) {
	if t.x += n; t.x >= t.w {
		t.x, t.wrapNext = t.w-1, true
	}
}

func (t *terminal) wide(x, y int) bool { return x+1 < t.w && t.grid[y][x+1].half }

func (t *terminal) put(x, y int, g glyph) {
	row := t.grid[y]
	if !t.keeps {
		if row[x].half && x > 0 && !g.half {
			row[x-1] = glyph{text: " "}
		}
		if x+1 < t.w && row[x+1].half {
			row[x+1] = glyph{text: " "}
		}
	}
	row[x] = g
}

func (t *terminal) wipe(y, from, to int) {
	g := glyph{text: " "}
	if t.fills {
		g.pen = look{bg: t.look.bg}
	}
	for x := from; x < to; x++ {
		t.put(x, y, g)
	}
}

// differs describes the first difference to another terminal, or returns nothing.
func (t *terminal) differs(o *terminal) string {
	for y := range t.grid {
		if !slices.Equal(t.grid[y], o.grid[y]) {
			for x := range t.grid[y] {
				if t.grid[y][x] != o.grid[y][x] {
					return fmt.Sprintf("row %d column %d: %+v is drawn as %+v", y, x, t.grid[y][x], o.grid[y][x])
				}
			}
		}
	}
	switch {
	case t.look != o.look || t.link != o.link:
		return fmt.Sprintf("the pen %v %q is %v %q", t.look, t.link, o.look, o.link)
	case t.hidden != o.hidden || t.modes != o.modes:
		return "the modes differ"
	case (t.x != o.x || t.y != o.y || t.wrapNext != o.wrapNext):
		return fmt.Sprintf("the cursor is at %d,%d in place of %d,%d", o.y, o.x, t.y, t.x)
	}
	return ""
}
