package ui

import (
	"fmt"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
)

// opened is a world that is still being read from disk, with a saved first page of twelve rows.
func opened() *fakeEngine {
	f := bank()
	f.cached, f.cachedAt, f.holdCached = true, epoch.Add(-3*time.Hour), true
	snap := catalog.NewSnapshot(f.all(), f.cachedAt, len(f.all()), true)
	statuses := f.Resolve(snap, conviso.NewAssetSet(f.assets, f.cachedAt, true), nil)
	o := status.NewOpening(snap, statuses, snap.Order(catalog.ColumnName, false), f.cachedAt, 12)
	f.opening = o
	return f
}

// list lets the lists be there.
func list(h *harness) {
	close(h.e.release)
	h.settle()
}

// TestOpening checks that the saved page appears first, with all counts, and does not flicker.
func TestOpening(t *testing.T) {
	f := opened()
	f.id.Offline = true
	within(t, 120, 20, f, nil, func(h *harness) {
		before := h.m.View()
		h.shows("payment-gateway", "1 ALL 22", "mark all 16", "catalog 3h", "assets 3h")
		list(h)
		if h.m.work.Shown.Opening {
			t.Error("the list is there and its opening is still on show")
		}
		if after := h.m.View(); after != before {
			t.Errorf("what was on screen:\n%s\nturned into:\n%s", before, after)
		}
	})
}

// TestOpeningHoldsKeys checks that early keys are applied in order to the whole list.
func TestOpeningHoldsKeys(t *testing.T) {
	within(t, 120, 40, opened(), nil, func(h *harness) {
		h.press("j", "a")
		if h.m.browse.list.cursor != 1 || h.m.work.Marks.Len() != 0 {
			t.Errorf("the cursor is on %d and %d are marked before the list is there, want 1 and none", h.m.browse.list.cursor, h.m.work.Marks.Len())
		}
		h.press("j", "/")
		h.write("risk")
		h.press("enter")
		h.shows("payment-gateway")
		list(h)
		h.shows("/ risk", "payment-risk")
		h.lacks("payment-gateway")
		if want := h.m.work.Shown.Importable.Len(); h.m.work.Marks.Len() == 0 || h.m.work.Marks.Len() > want {
			t.Errorf("%d are marked, want those of the whole list: %d at most", h.m.work.Marks.Len(), want)
		}
	})
}

// TestOpeningLeaves checks that q and ctrl+c quit before the list is read.
func TestOpeningLeaves(t *testing.T) {
	for _, key := range []string{"q", "ctrl+c"} {
		within(t, 80, 24, opened(), nil, func(h *harness) {
			h.press(key)
			if !h.quit {
				t.Errorf("%s does not leave before the list is there", key)
			}
			list(h)
		})
	}
}

// TestOpeningWithoutList checks that a saved page without its list does not stay.
func TestOpeningWithoutList(t *testing.T) {
	f := opened()
	f.cached, f.id.Offline = false, true
	within(t, 80, 24, f, nil, func(h *harness) {
		h.shows("payment-gateway")
		h.press("a")
		list(h)
		h.lacks("payment-gateway")
		h.shows("Nothing was read yet")
		if h.m.work.Marks.Len() != 0 {
			t.Errorf("%d rows of a list that is gone are marked", h.m.work.Marks.Len())
		}
	})
}

// TestOpeningIsKept checks that the page is saved once everything is read, whatever the order and filter.
func TestOpeningIsKept(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		first := h.e.Opening()
		if first == nil || first.Total != len(h.e.all()) || first.Counts[importer.New] == 0 {
			t.Fatalf("after all was read the next start has %+v", first)
		}
		h.press("s", "S", "/")
		h.write("risk")
		h.press("enter", "r")
		second := h.e.Opening()
		if second == first || second.Entities[0].Name != first.Entities[0].Name {
			t.Errorf("after a sort, a filter and a refresh the next start begins with %q, want a new record that begins with %q",
				second.Entities[0].Name, first.Entities[0].Name)
		}
	})
}

// TestOpeningFillsWindows checks that the saved page has enough rows for high windows, within bounds.
func TestOpeningFillsWindows(t *testing.T) {
	var many []catalog.Entity
	for i := range 1500 {
		many = append(many, entity(fmt.Sprintf("service-%04d", i), "team-a", "service", "production"))
	}
	within(t, 80, 24, newFake(func() time.Time { return epoch }, many...), nil, func(h *harness) {
		for _, window := range []struct{ height, rows int }{{24, 64}, {150, 192}, {100, 192}, {2000, 1000}} {
			h.send(tea.WindowSizeMsg{Width: 80, Height: window.height})
			h.settle()
			if o := h.e.Opening(); o == nil || len(o.Entities) != window.rows {
				t.Fatalf("after a window of %d lines the next start has %d rows, want %d", window.height, len(o.Entities), window.rows)
			}
		}
	})
}
