package ui

import (
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
	"conviso-importer/ui/draw"
)

// TestWaiting checks the age of sent items, which tells a slow job from a lost one.
func TestWaiting(t *testing.T) {
	e := &catalog.Entity{Name: "a"}
	for name, c := range map[string]struct {
		state  importer.State
		ago    time.Duration
		narrow bool
		want   string
	}{
		"just sent":       {importer.Accepted, 59 * time.Second, false, "accepted"},
		"minutes":         {importer.Accepted, 4 * time.Minute, false, "accepted 4m"},
		"hours":           {importer.Accepted, 3 * time.Hour, false, "accepted 3h"},
		"a narrow window": {importer.Accepted, 3 * time.Hour, true, "accepted"},
		"a lost answer":   {importer.Retrying, 2 * time.Minute, false, "retrying 2m"},
		"imported":        {importer.Imported, 2 * time.Minute, false, "imported"},
	} {
		r := rowState{entity: e, now: epoch, status: importer.Status{State: c.state, SentAt: epoch.Add(-c.ago)}}
		if got := statusWords(&r, c.narrow); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// TestAlteredName checks the warning for replaced characters, with and without colours and Unicode.
func TestAlteredName(t *testing.T) {
	for _, c := range []struct {
		ascii, altered bool
		want           string
	}{{false, true, "⚠ pay"}, {true, true, "! pay"}, {false, false, "pay"}} {
		table := newTable(80, draw.NewGlyphs(c.ascii), columns{})
		r := rowState{entity: &catalog.Entity{Name: "pay", Namespace: "default", Altered: c.altered}, now: epoch}
		if got := table.row(&draw.Styles{}, r); !strings.HasPrefix(got+" ", "  [ ] "+c.want+" ") {
			t.Errorf("ascii %v: %q", c.ascii, got)
		}
	}
}

// TestColumnsBehindJoiners checks that the next column stands where it stands in every row, behind words
// with joiners, conjuncts and keycaps too, cut ones included.
func TestColumnsBehindJoiners(t *testing.T) {
	const next = "service"
	at := func(w int, name string) int {
		table := newTable(w, draw.NewGlyphs(false), columns{})
		row := table.row(&draw.Styles{}, rowState{entity: &catalog.Entity{Name: name, Owner: name, Type: next, Namespace: "default"}, now: epoch})
		before, _, found := strings.Cut(row, next)
		if !found || draw.Width(row) > w {
			t.Fatalf("%d columns for %d: %q", draw.Width(row), w, row)
		}
		return draw.Width(before)
	}
	for _, w := range []int{80, 120} {
		want := at(w, "pay")
		for _, name := range []string{
			"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0915\u094d\u200d\u0937", "\u0915\u094d\u200c\u0937", "\u0915\u094d\u0937", "\u09b0\u200d\u09cd\u09af",
			"\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0d05\u0d35\u0d28\u0d4d\u200d", "1\u20e3", "\u2139", "\u203c",
		} {
			for _, text := range []string{name, strings.Repeat(name, 60)} {
				if safetext.Changed(text) {
					t.Errorf("%+q is not what the table is given", text)
				}
				if got := at(w, text); got != want {
					t.Errorf("%d columns: the next one stands at %d behind %+q, and at %d behind others", w, got, text, want)
				}
			}
		}
	}
}
