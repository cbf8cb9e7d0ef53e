package celldiff

import (
	"strconv"
	"strings"
)

// painter writes cells to the terminal in few bytes.
type painter struct {
	position

	out     []byte
	current tracked
}

// paint writes the changed cells of a frame and moves the cursor to at. Its first motion is
// absolute, in case something else moved the cursor.
func (s *screen) paint(p *painter, at position) {
	for y := range s.rows {
		if s.rows[y].changed {
			s.paintRow(p, y)
		}
	}
	p.setStyle(s.current.style)
	p.goTo(at)
}

func (s *screen) paintRow(p *painter, y int) {
	r := &s.rows[y]
	limit, end := r.firstUncertain(), r.now.end()
	for x := 0; x < limit; x++ {
		if r.now.cells[x] == r.before.cells[x] {
			continue
		}
		if x >= end && s.w-x > 3 {
			p.eraseFrom(y, x)
			return
		}
		r.moveTo(p, y, x, s.w)
		p.put(&r.now.cells[x], s.w)
		x += int(r.now.cells[x].width) - 1
	}
	for x := limit; x < s.w; x++ {
		if !r.before.known || r.now.cells[x] != r.before.cells[x] || r.before.full && !r.now.full {
			s.redraw(p, y, limit, end)
			return
		}
	}
}

// firstUncertain returns the first column whose place was or is uncertain; for the second half
// of a wide character, that character's column.
func (r *row) firstUncertain() int {
	if !r.before.known {
		return 0
	}
	x := min(r.now.uncertain, r.before.uncertain)
	for x > 0 && x < len(r.now.cells) && r.now.cells[x].width == half {
		x--
	}
	return x
}

// redraw rewrites a row from a column on, character by character as Bubble Tea does, wherever
// the terminal puts them.
func (s *screen) redraw(p *painter, y, from, end int) {
	r := &s.rows[y]
	if r.now.full {
		end = s.w
	}
	if from < end {
		p.goTo(position{y, from, true})
		for x := from; x < end; x += int(r.now.cells[x].width) {
			p.put(&r.now.cells[x], s.w)
		}
	}
	switch {
	case end == s.w:
	case from < end:
		p.setStyle(style{})
		p.out = append(p.out, "\x1b[K"...)
	default:
		p.eraseFrom(y, from)
	}
	p.known = false
}

// end returns the column after the last cell that is not blank.
func (l *line) end() int {
	x := len(l.cells)
	for x > 0 && l.cells[x-1] == blank() {
		x--
	}
	return x
}

// moveTo moves to a cell, by a motion or by rewriting the cells in between if that is shorter
// and needs no other style.
func (r *row) moveTo(p *painter, y, x, w int) {
	to := position{y, x, true}
	if p.position == to {
		return
	}
	motion := p.motion(to)
	if p.known && p.row == y && p.col < x {
		bytes, now := 0, p.current.style
		for i := p.col; i < x && bytes <= len(motion); i++ {
			c := &r.now.cells[i]
			if c.style != now {
				now = r.now.cells[x].style
			}
			if bytes += len(c.text); c.style != now {
				bytes = len(motion) + 1
			}
		}
		if bytes <= len(motion) {
			for i := p.col; i < x; i += int(r.now.cells[i].width) {
				p.put(&r.now.cells[i], w)
			}
			return
		}
	}
	p.goTo(to)
}

// put writes a cell. Terminals differ on the cursor after the last column.
func (p *painter) put(c *cell, w int) {
	p.setStyle(c.style)
	p.out = append(p.out, c.text...)
	if p.col += int(c.width); p.col >= w {
		p.known = false
	}
}

func (p *painter) eraseFrom(y, x int) {
	p.goTo(position{y, x, true})
	p.setStyle(style{})
	p.out = append(p.out, "\x1b[K"...)
}

func (p *painter) setStyle(to style) {
	p.out = appendStyle(p.out, p.current.style, to, p.current.known)
	p.current = tracked{to, true}
}

func (p *painter) goTo(to position) {
	p.out = append(p.out, p.motion(to)...)
	p.position = to
}

// motion returns the shortest sequence that moves to a position.
func (p *painter) motion(to position) string {
	if p.position == to {
		return ""
	}
	best := address(to)
	if !p.known {
		return best
	}
	shorter := func(way string) {
		if len(way) < len(best) {
			best = way
		}
	}
	down := to.row - p.row
	if down == 0 && to.col > p.col {
		shorter(forward(to.col - p.col))
	}
	if down >= 0 && down < len(best) {
		shorter("\r" + strings.Repeat("\n", down) + forward(to.col))
	}
	return best
}

func address(to position) string {
	switch {
	case to.row == 0 && to.col == 0:
		return "\x1b[H"
	case to.col == 0:
		return "\x1b[" + strconv.Itoa(to.row+1) + "H"
	}
	return "\x1b[" + strconv.Itoa(to.row+1) + ";" + strconv.Itoa(to.col+1) + "H"
}

func forward(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "\x1b[C"
	}
	return "\x1b[" + strconv.Itoa(n) + "C"
}
