package ui

import (
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/ui/draw"
)

// paneScenes are the ways in which the table shares the window.
func paneScenes() map[string]scene {
	return map[string]scene{
		"wide":        {world: described, play: func(h *harness) { h.press("w") }},
		"pane-bottom": {world: bank, play: func(h *harness) { h.press("P", "j", "j", "j"); h.wait(time.Second); h.press("J", "J") }},
	}
}

// described is a bank whose entities are of several kinds and have more to show.
func described() *fakeEngine {
	f := bank()
	f.kinds = []string{"component", "api"}
	f.pages[0] = append(f.pages[0], catalog.Entity{Ref: catalog.NewRef("API", "default", "card-api"), Kind: "API", Namespace: "default",
		Name: "card-api", Title: "Cards", Description: "Issues and blocks them", Owner: "team-pay", Type: "openapi", Lifecycle: "production", System: "payments", Tags: []string{"pci", "rest"}})
	for i := range f.pages[0] {
		if e := &f.pages[0][i]; e.Description == "" && i%3 == 0 {
			e.Description, e.Tags = "What "+e.Name+" does for its users, in some words", []string{"tag-" + e.Type}
		}
	}
	return f
}

// TestPaneAtTheBottom checks that the pane moves between bottom and right and leaves the table its rows.
func TestPaneAtTheBottom(t *testing.T) {
	within(t, 80, 20, bank(), nil, func(h *harness) {
		h.press("P", "G")
		h.wait(time.Second)
		h.shows("決済ゲートウェイ", "component:default/決済ゲートウェイ")
		if l := h.m.layout(); l.Rows != 5 || l.Under < 4 {
			t.Errorf("%d rows and %d lines of details", l.Rows, l.Under)
		}
		before := h.m.View()
		h.press("J", "J", "J")
		if h.m.detail.top != 3 || h.m.View() == before {
			t.Errorf("J scrolled to %d", h.m.detail.top)
		}
		h.press("K", "K", "K", "K")
		if h.m.View() != before {
			t.Error("K did not scroll back")
		}
		h.press("p")
		h.shows("The pane needs 100 columns. P puts it at the bottom, enter opens the details.")
		h.send(tea.WindowSizeMsg{Width: 120, Height: 19})
		h.press("p", "P")
		h.shows("The pane needs 20 lines.")
		if h.m.pane != draw.DockRight {
			t.Errorf("the pane is at %d", h.m.pane)
		}
		h.send(tea.WindowSizeMsg{Width: 120, Height: 40})
		h.press("P")
		if h.m.pane != draw.DockBottom {
			t.Errorf("the pane is at %d", h.m.pane)
		}
		h.press("P")
		h.lacks("component:default/")
		h.press("P", "esc", "esc")
		h.lacks("component:default/")
	})
}

// TestWide checks the columns that w adds and removes.
func TestWide(t *testing.T) {
	within(t, 80, 24, described(), nil, func(h *harness) { h.lacks("KIND") })
	within(t, 160, 40, described(), nil, func(h *harness) {
		h.shows("KIND")
		h.lacks("SYSTEM")
		h.press("w")
		h.shows("KIND", "SYSTEM", "NAMESPACE", "DESCRIPTION", "Cards - Issues and blocks", "  Card acquiring front door")
		h.press("w")
		h.lacks("SYSTEM")
	})
	within(t, 160, 40, bank(), nil, func(h *harness) {
		h.lacks("KIND")
		h.press("w")
		h.shows("SYSTEM", "TAGS", "go,pci,tier-1")
		h.lacks("KIND")
	})
}

// TestDetailsAgain checks details that are closed before they are read, and opened again on the same row.
func TestDetailsAgain(t *testing.T) {
	for _, way := range [][2]string{{"enter", "esc"}, {"P", "P"}} {
		within(t, 80, 40, bank(), nil, func(h *harness) {
			h.press(way[0])
			h.shows("reading what an import sends")
			h.press(way[1])
			h.wait(time.Second)
			h.press(way[0])
			h.wait(time.Second)
			h.shows("What an import sends")
			h.lacks("reading what an import sends")
		})
	}
}
