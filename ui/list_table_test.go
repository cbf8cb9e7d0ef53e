package ui

import (
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
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
