package ui

// The smallest window that the table draws in.
const (
	minWidth  = 36
	minHeight = 8
)

// Widths from which there is room for more.
const (
	// compactBelow is where words become short forms.
	compactBelow = 60
	// wideFrom is where the detail pane may stand on the right, and the age of a status
	// has a column.
	wideFrom = 100
)

const (
	// tallFrom is the height from which the detail pane may stand at the bottom.
	tallFrom = 20
	// leastRows is how many rows of the table a pane at the bottom leaves.
	leastRows = 5
)

// dock is where the detail pane stands.
type dock int

const (
	dockNone dock = iota
	dockRight
	dockBottom
)

// layout says which lines a window of some size has room for. Lines go in a fixed order as
// a window shrinks: the second message line, the rules, the counts, the message line, the
// column heads. What is left is a header, the filter, the rows, the status and the keys.
type layout struct {
	width, height int
	heads, counts bool
	rules         bool
	// messages is how many lines messages have of their own; with none, a message takes
	// the status line's place.
	messages int
	// rows is how many rows of the table fit.
	rows int
	// dock is where the detail pane stands, if there is room for it. pane is its width and
	// under the number of its lines at the bottom; list is the table's width.
	dock        dock
	pane, under int
	list        int
}

// newLayout lays a window out. The size is at least minWidth by minHeight.
func newLayout(width, height int, pane dock) layout {
	l := layout{width: width, height: height, list: width,
		heads: height >= 11, counts: height >= 13, rules: height >= 15}
	switch {
	case height >= 30:
		l.messages = 2
	case height >= 12:
		l.messages = 1
	}
	l.rows = height - 4 - l.messages
	for _, line := range []bool{l.heads, l.counts, l.rules, l.rules} {
		if line {
			l.rows--
		}
	}
	// A line stands between the table and the pane.
	switch {
	case pane == dockRight && width >= wideFrom:
		l.dock, l.pane = dockRight, width*7/20
		l.list = width - l.pane - 1
	case pane == dockBottom && height >= tallFrom:
		l.dock, l.pane = dockBottom, width
		room := l.rows - 1
		l.rows = max(leastRows, room/2)
		l.under = room - l.rows
	}
	return l
}

// body is how many lines a screen other than the table has between its header and its foot,
// which is the messages' lines, at least one, and the keys.
func (l layout) body() int {
	n := l.height - 2 - max(1, l.messages)
	if l.rules {
		n -= 2
	}
	return n
}

// paneSize is how many columns and lines the pane has for its text. On the right it stands
// beside the rows and their heads, a column from the line between them.
func (l layout) paneSize() (w, h int) {
	switch {
	case l.dock != dockRight:
		return l.pane, l.under
	case l.heads:
		return l.pane - 1, l.rows + 1
	}
	return l.pane - 1, l.rows
}

// spots are the lines of the table's screen, counted from the top; one that there is no room
// for is -1. What draws the screen and what finds out where the mouse is both go by it.
type spots struct {
	counts, filter, rule, heads, rows, parting, pane, thin, status, messages, keys int
}

// spots are where everything on the table's screen is.
func (l layout) spots() spots {
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
	s := spots{counts: one(l.counts), filter: line(1), rule: one(l.rules), heads: one(l.heads), rows: line(l.rows)}
	s.parting, s.pane = one(l.dock == dockBottom), line(l.under)
	s.thin, s.status, s.messages, s.keys = one(l.rules), line(1), line(l.messages), line(1)
	return s
}
