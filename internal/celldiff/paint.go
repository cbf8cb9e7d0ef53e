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
	// moved says that the terminal's cursor is not where the last frame left it.
	moved bool
}

// paint writes the cells of the screen that this frame has changed. The first motion names the
// place itself: whoever moved the cursor meanwhile does no harm.
func (s *screen) paint(b *brush) {
	for y := range s.rows {
		if s.rows[y].touched {
			s.paintRow(b, y)
		}
	}
	b.use(s.pen)
	if !b.moved {
		b.place = s.before.at
	}
	if b.place != s.at {
		b.goTo(s.at)
	}
}

// paintRow writes the cells of a row that have changed.
func (s *screen) paintRow(b *brush, y int) {
	r := &s.rows[y]
	limit, end := r.certain(), r.end()
	for x := 0; x < limit; x++ {
		if r.cells[x] == r.before[x] {
			continue
		}
		if r.cells[x].width == half {
			x--
		}
		if x >= end && s.w-x > 3 {
			b.eraseFrom(y, x)
			return
		}
		r.bridge(b, y, x, s.w)
		b.put(&r.cells[x], s.w)
		x += int(r.cells[x].width) - 1
	}
	for x := limit; x < s.w; x++ {
		if r.cells[x] != r.before[x] || r.writtenBefore && !r.written {
			s.redraw(b, y, limit, end)
			return
		}
	}
}

// redraw writes a row anew from a certain column on, as Bubble Tea did: one character behind
// the other, wherever the terminal puts them.
func (s *screen) redraw(b *brush, y, from, end int) {
	r := &s.rows[y]
	if r.written {
		end = s.w
	}
	if from < end {
		b.goTo(place{y, from, true})
		for x := from; x < end; x += max(1, int(r.cells[x].width)) {
			b.put(&r.cells[x], s.w)
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
func (r *row) end() int {
	x := len(r.cells)
	for x > 0 && r.cells[x-1] == blank() {
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
			c := &r.cells[i]
			if c.pen != now {
				now = r.cells[x].pen
			}
			if bytes += len(c.text); c.width == unknown || c.pen != now {
				bytes = len(motion) + 1
			}
		}
		if bytes <= len(motion) {
			for i := b.col; i < x; i += max(1, int(r.cells[i].width)) {
				b.put(&r.cells[i], w)
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
	b.moved = true
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
	b.place, b.moved = to, true
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
