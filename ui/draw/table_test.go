package draw

import (
	"fmt"
	"strings"
	"testing"
)

// TestTable: columns get their width by rank and the rest by position; From and With hide columns.
func TestTable(t *testing.T) {
	columns := []Column{
		{Title: "A", Rank: 1, Width: 4, Grow: [...]int{6, 0, Rest}},
		{Title: "B", Rank: 3, Width: 3, With: "C"},
		{Title: "C", Rank: 2, Width: 5, Grow: [...]int{6, 0, 0}},
		{Title: "D", Rank: 4, Width: 2, From: 30},
	}
	for w, want := range map[int]string{
		5: "", 6: "A4", 12: "A10", 13: "A4 C5", 14: "A5 C5", 17: "A7 C6", 18: "A4 B3 C5", 29: "A14 B3 C6", 30: "A11 B3 C6 D2",
	} {
		table := NewTable(w, 2, NewGlyphs(true), columns)
		var got []string
		sum := 2 - gap
		for _, c := range table.columns {
			got = append(got, fmt.Sprint(c.Title, c.Width))
			sum += c.Width + gap
		}
		if fmt.Sprint(got) != fmt.Sprint(strings.Fields(want)) || len(got) > 0 && sum > w {
			t.Errorf("%d columns: %v, want %s", w, got, want)
		}
	}
}

// TestTableLines: cells keep their columns, and clicks find them.
func TestTableLines(t *testing.T) {
	table := NewTable(20, 2, NewGlyphs(true), []Column{{Title: "NAME", Rank: 1, Width: 6}, {Title: "STATE", Rank: 2, Width: 8}})
	if got := table.Heads("NAME", "^"); got != "  NAME ^  STATE" {
		t.Errorf("heads %q", got)
	}
	cells := map[string]Cell{"NAME": {Text: "(pay) pay", Words: []string{"pay"}, Part: "pay"}, "STATE": {Text: "new", Style: Style{"<", ">"}}}
	st := &Styles{match: Style{"[", "]"}}
	if got := table.Row(st, "> ", func(title string) Cell { return cells[title] }); got != "> ([pay])~  <new>" {
		t.Errorf("row %q", got)
	}
	for x, want := range map[int]string{1: "", 2: "NAME", 9: "NAME", 10: "STATE", 19: "STATE", 20: ""} {
		if got, ok := table.ColumnAt(x); got != want || ok != (want != "") {
			t.Errorf("%d is in %q, want %q", x, got, want)
		}
	}
}
