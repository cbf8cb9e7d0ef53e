package draw

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

const (
	// gap is how many blanks stand between two columns of a table.
	gap = 2
	// Rest is a width that takes whatever room is left.
	Rest = math.MaxInt
	// rounds is how many times columns are widened.
	rounds = 3
)

// Column is a column of a table as data: what it is called and how it gets its width. Widths
// depend on the table's width and on its columns alone, so that no row moves another one's cells.
type Column struct {
	// Title is its head, and its name among the columns of the table.
	Title string
	// Rank orders the columns by their use. The one of the lowest rank gets its Width first; a
	// column for which there is no room left is not shown.
	Rank, Width int
	// From is the width of the table from which the column is shown, With the title of a column
	// of a lower rank without which it is not shown.
	From int
	With string
	// Grow are the widths to which the column is widened, as far as there is room, in three
	// rounds. In each round columns are widened in the order in which they stand.
	Grow [rounds]int
}

// Cell is the text of one column in one row. It has at most one style, and nothing is styled
// beyond the text.
type Cell struct {
	Text  string
	Style Style
	// Words, in lower case, are underlined where they occur in the text, or only in this part
	// of it.
	Words []string
	Part  string
}

// Table draws heads and rows under each other. It does not know which rows there are.
type Table struct {
	gutter int
	gl     Glyphs
	// columns are those that are shown, with the width that they have got.
	columns []Column
	// size is how many bytes a row mostly takes.
	size int
}

// NewTable divides w columns of the terminal, of which the gutter before the first column takes
// some. The columns are in the order in which they stand.
func NewTable(w, gutter int, gl Glyphs, columns []Column) Table {
	left := w - gutter + gap
	ranked := make([]int, len(columns))
	for i := range ranked {
		ranked[i] = i
	}
	slices.SortFunc(ranked, func(a, b int) int { return cmp.Compare(columns[a].Rank, columns[b].Rank) })
	shown := make([]bool, len(columns))
	for _, i := range ranked {
		c := &columns[i]
		with := c.With == "" || slices.ContainsFunc(ranked, func(other int) bool { return shown[other] && columns[other].Title == c.With })
		if with && w >= c.From && left >= c.Width+gap {
			shown[i] = true
			left -= c.Width + gap
		}
	}
	t := Table{gutter: gutter, gl: gl, columns: make([]Column, 0, len(columns))}
	for i, c := range columns {
		if shown[i] {
			t.columns = append(t.columns, c)
		}
	}
	for round := range rounds {
		for i := range t.columns {
			c := &t.columns[i]
			more := min(left, max(0, c.Grow[round]-c.Width))
			c.Width += more
			left -= more
		}
	}
	t.size = w + rowExtra
	return t
}

// rowExtra is the room in bytes for styles and characters of several bytes in a row.
const rowExtra = 64

// Heads is the line of column titles; the one that rows are sorted by carries a mark, which may
// be empty.
func (t *Table) Heads(sorted, mark string) string {
	var b strings.Builder
	b.WriteString(Blanks(t.gutter))
	for i := range t.columns {
		c := &t.columns[i]
		title := c.Title
		if title == sorted && mark != "" {
			title += " " + mark
		}
		b.WriteString(t.gl.Cell(title, c.Width))
		b.WriteString(Blanks(gap))
	}
	return strings.TrimRight(b.String(), " ")
}

// ColumnAt returns the title of the column that a place in a line belongs to, with the gap
// behind it, and false where there is none.
func (t *Table) ColumnAt(x int) (string, bool) {
	next := t.gutter
	for i := range t.columns {
		from := next
		next += t.columns[i].Width + gap
		if x >= from && x < next {
			return t.columns[i].Title, true
		}
	}
	return "", false
}

// Row draws one row: what stands in the gutter, which is as wide as that, and a cell for each of
// the columns that are shown.
func (t *Table) Row(st *Styles, gutter string, cell func(title string) Cell) string {
	var b strings.Builder
	b.Grow(t.size)
	b.WriteString(gutter)
	for i := range t.columns {
		w := t.columns[i].Width
		c := cell(t.columns[i].Title)
		text := t.gl.Cut(c.Text, w)
		b.WriteString(c.Style.Of(c.underlined(st, text)))
		b.WriteString(Blanks(w - Width(text) + gap))
	}
	return strings.TrimRight(b.String(), " ")
}

// underlined is the cell's text, which may have been cut, with its words underlined.
func (c *Cell) underlined(st *Styles, text string) string {
	if c.Part == "" {
		return st.underlined(text, c.Words)
	}
	from := max(0, strings.Index(text, c.Part))
	to := min(len(text), from+len(c.Part))
	return text[:from] + st.underlined(text[from:to], c.Words) + text[to:]
}
