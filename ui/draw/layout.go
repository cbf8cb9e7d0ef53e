package draw

// The smallest window that the program draws in.
const (
	MinWidth  = 36
	MinHeight = 8
)

// Widths from which there is room for more.
const (
	// CompactBelow is where words become short forms.
	CompactBelow = 60
	// WideFrom is where the detail pane may stand on the right, and the age of a status
	// has a column.
	WideFrom = 100
)

const (
	// TallFrom is the height from which the detail pane may stand at the bottom.
	TallFrom = 20
	// leastRows is how many rows of the table a pane at the bottom leaves.
	leastRows = 5
)

// Dock is where the detail pane stands.
type Dock int

// Places of the detail pane: it is not shown, on the right, or at the bottom.
const (
	DockNone Dock = iota
	DockRight
	DockBottom
)

// Layout says which lines a window of some size has room for. Lines go in a fixed order as
// a window shrinks: the second message line, the rules, the counts, the message line, the
// column heads. What is left is a header, the filter, the rows, the status and the keys.
type Layout struct {
	Width, Height        int
	Heads, Counts, Rules bool
	// Messages is how many lines messages have of their own; with none, a message takes
	// the status line's place.
	Messages int
	// Rows is how many rows of the table fit.
	Rows int
	// Dock is where the detail pane stands, if there is room for it. Pane is its width and
	// Under the number of its lines at the bottom; List is the table's width.
	Dock        Dock
	Pane, Under int
	List        int
}

// NewLayout divides a window that has the pane at a place, if it has room for it there. The size
// is at least MinWidth by MinHeight.
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
	// A line stands between the table and the pane.
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

// Body is how many lines a screen other than the table has between its header and its foot,
// which is the messages' lines, at least one, and the keys.
func (l Layout) Body() int {
	n := l.Height - 2 - max(1, l.Messages)
	if l.Rules {
		n -= 2
	}
	return n
}

// PaneSize is how many columns and lines the pane has for its text. On the right it stands
// beside the rows and their heads, a column from the line between them.
func (l Layout) PaneSize() (w, h int) {
	switch {
	case l.Dock != DockRight:
		return l.Pane, l.Under
	case l.Heads:
		return l.Pane - 1, l.Rows + 1
	}
	return l.Pane - 1, l.Rows
}

// Spots are the lines of the table's screen, counted from the top; one that there is no room
// for is -1. What draws the screen and what finds out where the mouse is both go by it.
type Spots struct {
	Counts, Filter, Rule, Heads, Rows, Parting, Pane, Thin, Status, Messages, Keys int
}

// Spots returns where everything on the table's screen is.
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
