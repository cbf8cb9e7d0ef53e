package draw

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

const (
	gap      = 2  // blanks between columns
	rounds   = 3  // of growing columns
	rowExtra = 64 // bytes for styles and multi-byte characters
)

// Rest is a width that takes all that is left.
const Rest = math.MaxInt

// Column describes a column of a table. Widths depend only on the table's width and columns, so that no row
// moves another's cells.
type Column struct {
	Title string
	// Rank is the priority, lowest first, of getting Width; without room a column is hidden.
	Rank, Width int
	// From is the least table width, With the title of a shown column of lower rank, that the column requires.
	From int
	With string
	// Grow are the widths to grow to in three rounds, as far as there is room.
	Grow [rounds]int
}

// Cell is the text of a column in a row.
type Cell struct {
	Text  string
	Style Style
	// Words, in lower case, are underlined in Text, or only in this Part of it.
	Words []string
	Part  string
}

// Table draws heads and rows.
type Table struct {
	gutter  int
	gl      Glyphs
	columns []Column // shown ones with their final widths
	size    int      // usual bytes of a row
}

// NewTable divides w columns of the terminal among a gutter and the columns.
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

// Heads returns the line of titles; mark, which may be empty, follows that of the sorted column.
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

// ColumnAt returns the title of the column at x, its gap included; false for none.
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

// Row draws a row; gutter has the gutter's width.
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

// underlined underlines Words in text, which is Text or the beginning of it.
func (c *Cell) underlined(st *Styles, text string) string {
	if c.Part == "" {
		return st.underlined(text, c.Words)
	}
	from := max(0, strings.Index(text, c.Part))
	to := min(len(text), from+len(c.Part))
	return text[:from] + st.underlined(text[from:to], c.Words) + text[to:]
}
