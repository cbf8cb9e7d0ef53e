package celldiff

import (
	"strconv"
	"strings"
)

// brush writes cells to the terminal with few bytes.
type brush struct {
	place

	out []byte
	ink ink
}

// paint writes the cells that this frame has changed and leaves the cursor at a place. The first
// motion names the place itself: whoever moved the cursor meanwhile does no harm.
func (s *screen) paint(b *brush, at place) {
	for y := range s.rows {
		if s.rows[y].touched {
			s.paintRow(b, y)
		}
	}
	b.use(s.ink.pen)
	b.goTo(at)
}

// paintRow writes the cells of a row that have changed.
func (s *screen) paintRow(b *brush, y int) {
	r := &s.rows[y]
	limit, end := r.certain(), r.now.end()
	for x := 0; x < limit; x++ {
		if r.now.cells[x] == r.before.cells[x] {
			continue
		}
		if x >= end && s.w-x > 3 {
			b.eraseFrom(y, x)
			return
		}
		r.bridge(b, y, x, s.w)
		b.put(&r.now.cells[x], s.w)
		x += int(r.now.cells[x].width) - 1
	}
	for x := limit; x < s.w; x++ {
		if !r.before.known || r.now.cells[x] != r.before.cells[x] || r.before.full && !r.now.full {
			s.redraw(b, y, limit, end)
			return
		}
	}
}

// certain is the first column whose place was not certain before this frame or is not now; in
// the middle of a wide character it is that character's.
func (r *row) certain() int {
	if !r.before.known {
		return 0
	}
	x := min(r.now.safe, r.before.safe)
	for x > 0 && x < len(r.now.cells) && r.now.cells[x].width == half {
		x--
	}
	return x
}

// redraw writes a row anew from a certain column on, as Bubble Tea did: one character behind
// the other, wherever the terminal puts them.
func (s *screen) redraw(b *brush, y, from, end int) {
	r := &s.rows[y]
	if r.now.full {
		end = s.w
	}
	if from < end {
		b.goTo(place{y, from, true})
		for x := from; x < end; x += int(r.now.cells[x].width) {
			b.put(&r.now.cells[x], s.w)
		}
	}
	switch {
	case end == s.w:
	case from < end:
		b.use(pen{})
		b.out = append(b.out, "\x1b[K"...)
	default:
		b.eraseFrom(y, from)
	}
	b.known = false
}

// end is the column behind the last cell that is not blank.
func (l *line) end() int {
	x := len(l.cells)
	for x > 0 && l.cells[x-1] == blank() {
		x--
	}
	return x
}

// bridge takes the brush to a cell: by a motion, or by writing what stands between again where
// that is shorter and takes no other pen than the two at its ends.
func (r *row) bridge(b *brush, y, x, w int) {
	to := place{y, x, true}
	if b.place == to {
		return
	}
	motion := b.motion(to)
	if b.known && b.row == y && b.col < x {
		bytes, now := 0, b.ink.pen
		for i := b.col; i < x && bytes <= len(motion); i++ {
			c := &r.now.cells[i]
			if c.pen != now {
				now = r.now.cells[x].pen
			}
			if bytes += len(c.text); c.pen != now {
				bytes = len(motion) + 1
			}
		}
		if bytes <= len(motion) {
			for i := b.col; i < x; i += int(r.now.cells[i].width) {
				b.put(&r.now.cells[i], w)
			}
			return
		}
	}
	b.goTo(to)
}

// put writes a cell. Behind the last column the cursor's place differs between terminals.
func (b *brush) put(c *cell, w int) {
	b.use(c.pen)
	b.out = append(b.out, c.text...)
	if b.col += int(c.width); b.col >= w {
		b.known = false
	}
}

// eraseFrom erases a row from a column on.
func (b *brush) eraseFrom(y, x int) {
	b.goTo(place{y, x, true})
	b.use(pen{})
	b.out = append(b.out, "\x1b[K"...)
}

// use takes another pen.
func (b *brush) use(p pen) {
	b.out = change(b.out, b.ink.pen, p, b.ink.known)
	b.ink = ink{p, true}
}

// goTo moves the cursor.
func (b *brush) goTo(to place) {
	b.out = append(b.out, b.motion(to)...)
	b.place = to
}

// motion is the shortest way to a place.
func (b *brush) motion(to place) string {
	if b.place == to {
		return ""
	}
	best := address(to)
	if !b.known {
		return best
	}
	shorter := func(way string) {
		if len(way) < len(best) {
			best = way
		}
	}
	down := to.row - b.row
	if down == 0 && to.col > b.col {
		shorter(forward(to.col - b.col))
	}
	if down >= 0 && down < len(best) {
		shorter("\r" + strings.Repeat("\n", down) + forward(to.col))
	}
	return best
}

// address is the sequence that names a place.
func address(to place) string {
	switch {
	case to.row == 0 && to.col == 0:
		return "\x1b[H"
	case to.col == 0:
		return "\x1b[" + strconv.Itoa(to.row+1) + "H"
	}
	return "\x1b[" + strconv.Itoa(to.row+1) + ";" + strconv.Itoa(to.col+1) + "H"
}

// forward is the sequence that moves n columns to the right.
func forward(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "\x1b[C"
	}
	return "\x1b[" + strconv.Itoa(n) + "C"
}
