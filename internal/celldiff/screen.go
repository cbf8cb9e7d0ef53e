package celldiff

// cell is what stands in one column of one row.
type cell struct {
	// text is a character with the marks on it; empty in the second column of a wide one.
	text string
	// width is how many columns the character takes, or half.
	width uint8
	pen   pen
}

// half is the width of the second column of a wide character.
const half = 255

// blank is a cell that was erased, or never written.
func blank() cell { return cell{text: " ", width: 1} }

// place is where a cursor is.
type place struct {
	row, col int
	known    bool
}

// row is a line of the window, as it is in the frame being drawn and as it was before.
type row struct {
	now, before line
	// touched reports whether the frame being drawn has another line here.
	touched bool
}

// line is what a row shows.
type line struct {
	cells []cell
	// known reports whether cells is what the terminal shows.
	known bool
	// safe is the first column whose place on the terminal is not certain, since a character
	// on which terminals disagree stands there; the window's width where all are certain.
	safe int
	// full reports whether the line was written up to the window's end, where it may leave an
	// older end in place; otherwise its end was erased.
	full bool
}

// ink is a pen, and whether it is known.
type ink struct {
	pen   pen
	known bool
}

// screen is what a terminal shows. Only the alternate screen has rows.
type screen struct {
	w, h int
	// rows is empty until a frame is drawn in this size of the window.
	rows []row
	// ink is what the terminal writes with; saved is it before the alternate screen was entered.
	ink, saved ink
	alt        bool
	// blind reports whether something was written that may have changed how everything else
	// works.
	blind bool
	// rest is the beginning of a sequence or a character whose end has not been written yet.
	rest string
}

// resize gives the window another size; what it shows then is not known.
func (s *screen) resize(w, h int) {
	s.w, s.h = max(w, 0), max(h, 0)
	s.rows = nil
}

// lose forgets what the window shows.
func (s *screen) lose() {
	for y := range s.rows {
		s.rows[y].now.known = false
	}
}

// maxCells bounds the grid; no window is larger.
const maxCells = 1 << 20

// grid makes rows where there are none and reports whether the window can have them.
func (s *screen) grid() bool {
	if s.w*s.h > maxCells || s.w == 0 || s.h == 0 {
		return false
	}
	if s.rows == nil {
		all := make([]cell, 2*s.w*s.h)
		s.rows = make([]row, s.h)
		for y := range s.rows {
			s.rows[y].now.cells, s.rows[y].before.cells, all = all[:s.w:s.w], all[s.w:2*s.w:2*s.w], all[2*s.w:]
		}
	}
	return true
}

// load puts the lines of a frame into rows, but for those that are in before at the same place,
// and reports whether every terminal shows what is in the rows then. clears is set where the rows
// below the frame are erased.
func (s *screen) load(lines, before []string, clears bool) bool {
	if s.blind || !s.ink.known || s.rest != "" || !s.grid() {
		return false
	}
	for y := range s.rows {
		r, text := &s.rows[y], ""
		r.touched = clears
		if y < len(lines) {
			text = lines[y]
			r.touched = y >= len(before) || text != before[y]
		}
		if r.touched && !s.set(r, text) {
			return false
		}
	}
	return true
}

// set puts a line into a row and reports whether every terminal shows that then.
func (s *screen) set(r *row, text string) bool {
	r.now, r.before = r.before, r.now
	c := composer{line: &r.now, w: s.w, pen: s.ink.pen}
	if !c.compose(text) || c.most > s.w || c.col < s.w && !c.pen.erases() {
		return false
	}
	r.now.known, r.now.full, s.ink.pen = true, c.col == s.w, c.pen
	for x := c.col; x < s.w; x++ {
		r.now.cells[x] = blank()
	}
	return true
}
