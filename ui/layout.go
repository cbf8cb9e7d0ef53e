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
	// pane is the width of the detail pane on the right, 0 where there is none; list is
	// what is left for the table.
	pane, list int
}

// newLayout lays a window out. The size is at least minWidth by minHeight.
func newLayout(width, height int, pane bool) layout {
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
	if pane && width >= wideFrom {
		l.pane = width * 7 / 20
		// A line stands between the two.
		l.list = width - l.pane - 1
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

// paneRows is how many lines the detail pane has: those of the table and its heads.
func (l layout) paneRows() int {
	if l.heads {
		return l.rows + 1
	}
	return l.rows
}
