package draw

import "fmt"

// The smallest window that the program draws in.
const (
	MinWidth  = 36
	MinHeight = 8
)

// TooSmall reports whether no screen fits a window.
func TooSmall(w, h int) bool { return w < MinWidth || h < MinHeight }

// TooSmallLines are what stands in such a window.
func (g Glyphs) TooSmallLines(w, h int) []string {
	lines := g.WrapAtMost(fmt.Sprintf("window too small: %dx%d, needs %dx%d", w, h, MinWidth, MinHeight), w, h)
	if leave := Wrap("q leaves", w); len(lines)+len(leave) <= h {
		lines = append(lines, leave...)
	}
	return lines
}

// Widths and a height from which there is room for more.
const (
	CompactBelow = 60  // below it words become short forms
	WideFrom     = 100 // the detail pane may be on the right, and a status shows its age
	TallFrom     = 20  // the detail pane may be at the bottom

	leastRows = 5 // rows above a pane at the bottom
)

// Dock is the place of the detail pane.
type Dock int

// The places; DockNone hides the pane.
const (
	DockNone Dock = iota
	DockRight
	DockBottom
)

// Layout says what a window has room for. As it shrinks it loses the second message line, the rules, the
// counts, the message line and the column heads, in this order.
type Layout struct {
	Width, Height        int
	Heads, Counts, Rules bool
	// Messages is the number of message lines; with none a message replaces the status line.
	Messages int
	Rows     int // rows of the table
	// Dock is DockNone without room for the pane, Pane its width, Under its height, List the table's width.
	Dock        Dock
	Pane, Under int
	List        int
}

// NewLayout divides a window, at least MinWidth by MinHeight, with the pane at a place if there is room.
func NewLayout(width, height int, pane Dock) Layout {
	l := Layout{Width: width, Height: height, List: width,
		Heads: height >= 11, Counts: height >= 13, Rules: height >= 15}
	switch {
	case height >= 30:
		l.Messages = 2
	case height >= 12:
		l.Messages = 1
	}
	l.Rows = height - 4 - l.Messages
	for _, line := range []bool{l.Heads, l.Counts, l.Rules, l.Rules} {
		if line {
			l.Rows--
		}
	}
	switch {
	case pane == DockRight && width >= WideFrom:
		l.Dock, l.Pane = DockRight, width*7/20
		l.List = width - l.Pane - 1
	case pane == DockBottom && height >= TallFrom:
		l.Dock, l.Pane = DockBottom, width
		room := l.Rows - 1
		l.Rows = max(leastRows, room/2)
		l.Under = room - l.Rows
	}
	return l
}

// Body returns the height of other screens without header, messages (at least one line) and keys.
func (l Layout) Body() int {
	n := l.Height - 2 - max(1, l.Messages)
	if l.Rules {
		n -= 2
	}
	return n
}

// PaneSize returns the size of the pane's text; on the right it is a column from the border.
func (l Layout) PaneSize() (w, h int) {
	switch {
	case l.Dock != DockRight:
		return l.Pane, l.Under
	case l.Heads:
		return l.Pane - 1, l.Rows + 1
	}
	return l.Pane - 1, l.Rows
}

// Spots are the lines of the table's screen from the top, -1 if missing. Drawing and mouse share them.
type Spots struct {
	Counts, Filter, Rule, Heads, Rows, Parting, Pane, Thin, Status, Messages, Keys int
}

// Spots returns the lines of the table's screen.
func (l Layout) Spots() Spots {
	next := 1
	line := func(n int) int {
		if n == 0 {
			return -1
		}
		next += n
		return next - n
	}
	one := func(is bool) int {
		if is {
			return line(1)
		}
		return -1
	}
	s := Spots{Counts: one(l.Counts), Filter: line(1), Rule: one(l.Rules), Heads: one(l.Heads), Rows: line(l.Rows)}
	s.Parting, s.Pane = one(l.Dock == DockBottom), line(l.Under)
	s.Thin, s.Status, s.Messages, s.Keys = one(l.Rules), line(1), line(l.Messages), line(1)
	return s
}
