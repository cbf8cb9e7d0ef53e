package printout

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
)

// CSV writes rows that are safe in a spreadsheet. It is the only way in which this program writes
// CSV.
type CSV struct{ w *csv.Writer }

// NewCSV returns a writer of rows to out.
func NewCSV(out io.Writer) *CSV { return &CSV{csv.NewWriter(out)} }

// Row writes a row; Flush returns its error.
func (c *CSV) Row(cells ...string) {
	safe := make([]string, len(cells))
	for i, cell := range cells {
		safe[i] = Cell(cell)
	}
	_ = c.w.Write(safe)
}

// Flush ends the output and returns the first error.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}

// formulaStarts begin a formula, a command or another cell in a spreadsheet, the last four in East
// Asian ones.
const formulaStarts = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"

// Cell returns text as a spreadsheet shows it and does not run it: whoever writes a description in
// the catalog must not write a formula into somebody's sheet. Such text gets an apostrophe in front,
// which spreadsheets hide. Numbers are no exception, since -5+cmd begins like -5, and neither are
// blanks and what is not seen in front, which some take off.
func Cell(text string) string {
	inner := strings.TrimLeftFunc(text, func(r rune) bool {
		return (unicode.IsSpace(r) || !unicode.IsGraphic(r)) && !strings.ContainsRune(formulaStarts, r)
	})
	if inner != "" && strings.IndexAny(inner, formulaStarts) == 0 {
		return "'" + text
	}
	return text
}
