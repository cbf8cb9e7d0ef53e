package celldiff

type cell struct {
	text  string // a grapheme cluster; empty in the second column of a wide one
	width uint8  // in columns, or half
	style style
}

// half is the width of the second column of a wide character.
const half = 255

// blank is a cell that was erased or never written.
func blank() cell { return cell{text: " ", width: 1} }

// position is the cursor's position.
type position struct {
	row, col int
	known    bool
}

// row is one row of the window, in the current frame and before it.
type row struct {
	now, before line
	changed     bool // the current frame changes the row
}

// line is the content of a row.
type line struct {
	cells []cell
	known bool // the terminal shows cells
	// uncertain is the first column whose place on the terminal is uncertain, because terminals
	// disagree on a character's width; the window's width if none is.
	uncertain int
	full      bool // the line reaches the window's end, so that its end was not erased
}

// tracked is a style that may be unknown.
type tracked struct {
	style style
	known bool
}

// screen is what a terminal shows. Only the alternate screen has rows.
type screen struct {
	w, h int
	rows []row // empty until the first frame at this size
	// current is the terminal's style, saved that from before the alternate screen.
	current, saved tracked
	alt            bool
	passthrough    bool   // something of unknown effect was written; nothing is tracked from then on
	pending        string // an incomplete sequence or character
}

func (s *screen) resize(w, h int) {
	s.w, s.h = max(w, 0), max(h, 0)
	s.rows = nil
}

// invalidate marks the window's content as unknown.
func (s *screen) invalidate() {
	for y := range s.rows {
		s.rows[y].now.known = false
	}
}

// maxCells limits the grid; no window is larger.
const maxCells = 1 << 20

// grid allocates rows and reports whether the window can have them.
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

// setLines puts a frame's lines into rows, except those equal to before, and reports whether
// every terminal shows the rows then. clears reports that the rows below the frame are erased.
func (s *screen) setLines(lines, before []string, clears bool) bool {
	if s.passthrough || !s.current.known || s.pending != "" || !s.grid() {
		return false
	}
	for y := range s.rows {
		r, text := &s.rows[y], ""
		r.changed = clears
		if y < len(lines) {
			text = lines[y]
			r.changed = y >= len(before) || text != before[y]
		}
		if r.changed && !s.setLine(r, text) {
			return false
		}
	}
	return true
}

// setLine puts a line into a row and reports whether every terminal shows it then.
func (s *screen) setLine(r *row, text string) bool {
	r.now, r.before = r.before, r.now
	c := composer{line: &r.now, w: s.w, style: s.current.style}
	if !c.compose(text) || c.most > s.w || c.col < s.w && !c.style.erases() {
		return false
	}
	r.now.known, r.now.full, s.current.style = true, c.col == s.w, c.style
	for x := c.col; x < s.w; x++ {
		r.now.cells[x] = blank()
	}
	return true
}
