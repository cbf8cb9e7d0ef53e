package celldiff

// cell is what stands in one column of one row.
type cell struct {
	// text is a character with the marks on it; empty in the second column of a wide one.
	text string
	// width is how many columns the character takes, or one of the values below.
	width uint8
	pen   pen
}

// unknown is the width of a cell whose content nobody knows, as all of a new grid are; half that of
// the second column of a wide character, and torn that of one which was written in this frame and
// lost its other half since.
const (
	unknown = 0
	half    = 255
	torn    = 254
)

// whole says that a character begins in the cell and has all of its columns.
func (c *cell) whole() bool { return c.width == 1 || c.width == 2 }

// blank is a cell that was erased, or never written.
func blank() cell { return cell{text: " ", width: 1} }

// place is where a cursor is.
type place struct {
	row, col int
	known    bool
}

// row is a line of the window.
type row struct {
	cells []cell
	// safe is the first column whose place on the terminal is not certain, since a character
	// on which terminals disagree stands there; the window's width where all are certain.
	safe int
	// written says that the row was written up to its end, where it may leave an older end in
	// place; else its end was erased.
	written bool
	// fresh says that the row was never written to: what it is and what it was are both unknown.
	fresh bool
	// touched says that the row was written to in this frame. before and safeBefore are as
	// it was.
	touched       bool
	before        []cell
	safeBefore    int
	writtenBefore bool
}

// run is a piece of text that was written without moving the cursor by any other means, so
// that its characters follow each other whatever their widths are.
type run struct {
	on         bool
	start      int
	disputed   bool
	safe       int
	safeBefore int
	// most is the last column that any terminal could have reached.
	most int
	// ended says that nothing of what stood behind is left: it was erased, or the run came to
	// the window's end. broken says that it went on behind what it had erased.
	ended, written, broken bool
	// again says that the row was written to before in this frame.
	again bool
}

// screen follows what is written to a terminal: what the terminal shows where it gets
// everything as it is. Only the alternate screen has a grid.
type screen struct {
	w, h int
	rows []row
	at   place
	// pending says that the last column was written and the cursor stands on it or behind it,
	// as the terminal likes.
	pending bool
	// pen is known where inked is; saved is it before the alternate screen was entered.
	pen   pen
	inked bool
	saved ink
	alt   bool
	run   run
	// before are cursor and pen before this frame.
	before struct {
		at  place
		ink ink
	}
	// gone says that every cell is unknown.
	gone bool
	// blind says that something was written that may have changed how everything else works.
	blind bool

	// through says that this frame has to go to the terminal as it is.
	through bool
	// aside are the sequences of this frame that change no cell.
	aside []byte
}

// ink is a pen, and whether it is known.
type ink struct {
	pen   pen
	known bool
}

// resize gives the window another size; what it shows then is anybody's guess.
func (s *screen) resize(w, h int) {
	s.w, s.h = max(w, 0), max(h, 0)
	s.rows = nil
	if s.alt {
		s.makeGrid()
	}
	s.displace()
}

// maxCells bounds the grid; no window is larger.
const maxCells = 1 << 20

// makeGrid makes a grid of unknown cells. It touches none of them: the first page waits for it.
func (s *screen) makeGrid() {
	if s.w*s.h > maxCells || s.w == 0 || s.h == 0 {
		s.blind = true
		return
	}
	all := make([]cell, 2*s.w*s.h)
	s.rows, s.gone = make([]row, s.h), true
	for i := range s.rows {
		s.rows[i] = row{cells: all[:s.w:s.w], before: all[s.w : 2*s.w : 2*s.w], safe: s.w, fresh: true}
		all = all[2*s.w:]
	}
	s.loseAll()
}

// begin starts a frame.
func (s *screen) begin() {
	s.through, s.aside = !s.alt, s.aside[:0]
	s.before.at, s.before.ink = s.at, ink{s.pen, s.inked}
	for i := range s.rows {
		s.rows[i].touched = false
	}
	s.run = run{}
}

// finish ends a frame. Where the cursor or the pen is not known any more, the terminal's own
// have to be those that Bubble Tea left it with.
func (s *screen) finish() {
	s.endRun()
	if !s.alt {
		s.through = true
		return
	}
	if s.pending || s.at.col == uncertain {
		s.displace()
	}
	if !s.at.known || !s.inked {
		s.through = true
	}
	for y := range s.rows {
		if r := &s.rows[y]; r.touched && r.damaged() {
			s.through = true
		}
	}
}

// certain is the first column whose place was not certain before this frame or is not now; in
// the middle of a wide character it is that character's.
func (r *row) certain() int {
	x := min(r.safe, r.safeBefore)
	for x > 0 && x < len(r.cells) && r.cells[x].width == half {
		x--
	}
	return x
}

// damaged says whether the row has cells that cannot be drawn: those that were written and are
// not known, and unknown ones between others in uncertain columns.
func (r *row) damaged() bool {
	limit, damaged := r.certain(), false
	for x := range r.cells {
		switch c := &r.cells[x]; c.width {
		case torn:
			c.width, damaged = unknown, true
		case unknown:
			damaged = damaged || r.before[x].width != unknown || x >= limit
		}
	}
	return damaged
}

// touch keeps a row as it was before this frame.
func (s *screen) touch(y int) *row {
	r := &s.rows[y]
	if !r.touched {
		r.touched, r.safeBefore, r.writtenBefore = true, r.safe, r.written
		if !r.fresh {
			copy(r.before, r.cells)
		}
		r.fresh = false
	}
	return r
}

// displace forgets where the cursor is.
func (s *screen) displace() {
	s.endRun()
	s.at, s.pending, s.through = place{}, false, true
}

// loseRow forgets what a row shows.
func (s *screen) loseRow(y int) {
	r := s.touch(y)
	for x := range r.cells {
		r.cells[x] = cell{width: unknown}
	}
	r.safe, s.through = s.w, true
}

// loseAll forgets what the window shows, as after it may have scrolled.
func (s *screen) loseAll() {
	for y := range s.rows {
		if !s.gone {
			s.loseRow(y)
		}
	}
	s.run, s.gone, s.through = run{}, true, true
	s.at, s.pending = place{}, false
}

// loseEverything forgets the pen too.
func (s *screen) loseEverything() {
	s.loseAll()
	s.inked = false
}

// startRun begins a piece of text where the cursor is.
func (s *screen) startRun() {
	if s.run.on {
		return
	}
	again := s.rows[s.at.row].touched
	r := s.touch(s.at.row)
	if s.at.col > r.safe {
		s.loseRow(s.at.row)
	}
	s.run = run{on: true, start: s.at.col, safe: s.w, safeBefore: r.safe, most: s.at.col, again: again}
}

// endRun ends a piece of text: now it shows whether the row's columns are certain.
func (s *screen) endRun() {
	if !s.run.on {
		return
	}
	one, y, end := s.run, s.at.row, s.at.col
	s.run = run{}
	switch {
	case one.broken && one.disputed:
		s.loseRow(y)
	case one.ended:
		s.rows[y].safe, s.rows[y].written = one.safe, one.written
	case one.disputed || end > one.safeBefore:
		// Something stands behind it in columns that nobody knows.
		s.loseRow(y)
	}
	if one.disputed {
		// The row is certain, the column is not. Where the terminal takes fewer columns than
		// the table, what shows behind is what stood there, which must be what was drawn.
		s.at.col, s.through = uncertain, s.through || one.again
	}
}

// uncertain is the column of a cursor that terminals disagree about.
const uncertain = -1

// write puts a character where the cursor is.
func (s *screen) write(text string, width, most int, t trust) {
	if !s.at.known || s.at.col == uncertain || s.pending || width > 2 || s.at.col+width > s.w {
		// It may go anywhere, wrap, or scroll the window.
		s.loseAll()
		return
	}
	s.startRun()
	if t != agreed {
		s.run.disputed, s.run.safe = true, min(s.run.safe, s.at.col)
	}
	if s.run.most += most; s.run.most > s.w {
		s.loseAll()
		return
	}
	r := &s.rows[s.at.row]
	if width == 0 {
		s.mark(r, text)
		return
	}
	s.run.broken = s.run.ended
	s.set(r, s.at.col, cell{text: text, width: uint8(width), pen: s.pen})
	if s.at.col += width; s.at.col == s.w {
		s.pending = true
		s.run.written, s.run.ended = !s.run.ended, true
	}
}

// maxMarks bounds the bytes of marks on one character.
const maxMarks = 64

// mark puts a mark on the character before the cursor. Terminals that show it apart show it in
// its own colours.
func (s *screen) mark(r *row, text string) {
	x := s.at.col - 1
	if x > s.run.start && r.cells[x].width == half {
		x--
	}
	if x < s.run.start || !r.cells[x].whole() || r.cells[x].pen != s.pen || len(r.cells[x].text) > maxMarks {
		s.loseAll()
		return
	}
	r.cells[x].text += text
	s.run.safe = min(s.run.safe, x)
}

// set writes a cell, and the one behind it where it is wide. Halves of wide characters that
// are left over look different on every terminal.
func (s *screen) set(r *row, x int, c cell) {
	s.gone = false
	last := x + int(c.width) - 1
	if r.cells[x].width == half && x > 0 {
		r.cells[x-1] = cell{width: torn}
	}
	if r.cells[last].width == 2 && last+1 < s.w {
		r.cells[last+1] = cell{width: torn}
	}
	if !s.inked {
		c, s.through = cell{width: unknown}, true
	}
	r.cells[x] = c
	if last > x {
		second := cell{width: half, pen: c.pen}
		if !s.inked {
			second.width = unknown
		}
		r.cells[last] = second
	}
}

// erase blanks a row from a column on.
func (s *screen) erase(y, from int) {
	r := s.touch(y)
	s.gone = false
	if from < s.w && from > 0 && r.cells[from].width == half {
		r.cells[from-1] = cell{width: torn}
	}
	c := blank()
	if !s.inked || !s.pen.erases() {
		c, s.through = cell{width: unknown}, true
	}
	for x := from; x < s.w; x++ {
		r.cells[x] = c
	}
}
