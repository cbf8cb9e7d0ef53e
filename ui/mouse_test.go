package ui

import (
	"maps"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
)

// click presses the left button at a place.
func (h *harness) click(x, y int) {
	h.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionPress})
	h.send(tea.MouseMsg{X: x, Y: y, Button: tea.MouseButtonLeft, Action: tea.MouseActionRelease})
	h.settle()
}

// roll turns the wheel over a place; n below 0 is up.
func (h *harness) roll(x, y, n int) {
	button := tea.MouseButtonWheelDown
	if n < 0 {
		button, n = tea.MouseButtonWheelUp, -n
	}
	for range n {
		h.send(tea.MouseMsg{X: x, Y: y, Button: button, Action: tea.MouseActionPress})
	}
	h.settle()
}

// resize changes the window.
func (h *harness) resize(w, height int) {
	h.send(tea.WindowSizeMsg{Width: w, Height: height})
	h.settle()
}

// line is a line of the screen.
func (h *harness) line(y int) string {
	lines := append(strings.Split(h.m.View(), "\n"), make([]string, 200)...)
	return lines[y]
}

// find is where a text begins on the screen.
func (h *harness) find(text string) (x, y int) {
	h.t.Helper()
	for y, line := range strings.Split(h.m.View(), "\n") {
		if before, _, ok := strings.Cut(line, text); ok {
			return draw.Width(before), y
		}
	}
	h.t.Fatalf("%q is not on the screen:\n%s", text, h.m.View())
	return 0, 0
}

// TestClickHitsTheRow checks at every size and pane that a click selects the row drawn there, or nothing.
func TestClickHitsTheRow(t *testing.T) {
	for _, where := range []draw.Dock{draw.DockNone, draw.DockRight, draw.DockBottom} {
		for _, rows := range []int{0, 4} {
			within(t, 80, 24, bank(), func(o *Options) { o.Rows = rows }, func(h *harness) {
				h.m.browse.dock(where)
				for height := draw.MinHeight; height <= 45; height++ {
					for _, w := range []int{draw.MinWidth, 59, 80, 99, 100, 120, 200} {
						h.resize(w, height)
						h.press("pgdown")
						h.wait(time.Second)
						h.clicksEveryLine(height)
					}
				}
			})
		}
	}
}

func (h *harness) clicksEveryLine(height int) {
	h.t.Helper()
	from, to := h.m.browse.list.page()
	hit := 0
	for y := range height {
		before := h.m.browse.list.cursor
		h.click(1, y)
		switch {
		case strings.HasPrefix(h.line(y), ">"):
			hit++
		case h.m.browse.list.cursor != before || h.m.onShow() != screen(h.m.browse):
			h.t.Fatalf("a click on line %d, %q, went to %d from %d of\n%s", y, h.line(y), h.m.browse.list.cursor, before, h.m.View())
		}
	}
	if hit != to-from {
		h.t.Fatalf("%d clicks hit one of %d rows of\n%s", hit, to-from, h.m.View())
	}
}

// TestClickMarks checks that only a click on a checkbox marks.
func TestClickMarks(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		_, y := h.find("payment-gateway")
		for x := range 8 {
			h.click(x, y)
			h.wait(time.Second)
			if box := x >= 2 && x <= 4; box != h.m.work.Marks.Has("component:default/payment-gateway") {
				t.Errorf("a click in column %d: %q", x, h.line(y))
			}
			if h.m.work.Marks.Len() > 0 {
				h.press("z")
			}
		}
		_, y = h.find("checkout-api")
		h.click(3, y)
		if h.m.work.Marks.Len() > 0 || !strings.HasPrefix(h.line(y), ">") {
			t.Errorf("marks %v", maps.Collect(h.m.work.Marks.All()))
		}
		_, y = h.find("payment-portal")
		h.press("v")
		h.click(3, y)
		h.shows("range of 8")
		if h.m.work.Marks.Len() > 0 {
			t.Error("a click marked a single row of a range")
		}
	})
}

// TestClickHeads checks that each head sorts by its column, and a second click reverses.
func TestClickHeads(t *testing.T) {
	within(t, 200, 40, bank(), nil, func(h *harness) {
		h.press("w")
		for _, title := range []string{"OWNER", "TYPE", "LIFECYCLE", "NAMESPACE", "STATUS", "NAME"} {
			x, y := h.find(title)
			h.click(x-1, y)
			h.lacks("sort " + title)
			x, y = h.find(title)
			h.click(x, y)
			h.shows("sort " + title + " ↑")
			h.click(x+len(title)-1, y)
			h.shows("sort " + title + " ↓")
		}
		x, y := h.find("DESCRIPTION")
		h.click(x, y)
		h.shows("The table cannot be sorted by DESCRIPTION.", "sort NAME ↓")
		h.press("S")
		h.shows("catalog order")
		x, y = h.find("NAME")
		h.click(x, y)
		h.shows("sort NAME ↑")
	})
}

// TestClickFacets checks clicks on and beside the counts, in each of their forms.
func TestClickFacets(t *testing.T) {
	for _, w := range []int{40, 50, 62, 80, 200} {
		within(t, w, 24, leftOver(), nil, func(h *harness) {
			for _, f := range h.m.browse.shownFacets() {
				word := f.String()
				if w < draw.CompactBelow {
					word = word[:3]
				}
				if f == h.m.browse.facet {
					word = strings.ToUpper(word)
				}
				x, y := h.find(word + " ")
				if h.click(x, y); h.m.browse.facet != f {
					t.Errorf("at %d columns a click on %q in %q chose %s", w, word, h.line(y), h.m.browse.facet)
				}
			}
		})
	}
}

// TestDoubleClick checks that only two quick clicks on a row open the details.
func TestDoubleClick(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		_, y := h.find("payment-portal")
		h.click(10, y)
		h.wait(time.Second)
		h.click(10, y)
		h.click(10, y+1)
		h.click(3, y+2)
		h.click(3, y+2)
		if h.m.onShow() != screen(h.m.browse) {
			t.Fatalf("the %s screen is open", h.m.onShow().name())
		}
		h.click(10, y)
		h.click(30, y)
		if h.m.onShow() != screen(h.m.detail) {
			t.Errorf("the %s screen is open", h.m.onShow().name())
		}
		h.shows("payment-portal")
	})
}

// TestWheel checks scrolling of the list, the pane under the mouse, and long texts.
func TestWheel(t *testing.T) {
	within(t, 120, 24, bank(), nil, func(h *harness) {
		h.press("p", "j", "j", "j")
		h.wait(time.Second)
		h.roll(5, 10, 2)
		if h.m.browse.list.cursor != 9 {
			t.Errorf("the cursor is on %d", h.m.browse.list.cursor)
		}
		h.roll(5, 10, -2)
		h.wait(time.Second)
		h.roll(100, 10, 2)
		if h.m.detail.top != 6 || h.m.browse.list.cursor != 3 {
			t.Errorf("the details are at %d, the cursor on %d", h.m.detail.top, h.m.browse.list.cursor)
		}
		h.press("P")
		_, y := h.find("component:default/payment-gateway")
		h.roll(5, y, 1)
		if h.m.detail.top != 3 {
			t.Errorf("the details are at %d", h.m.detail.top)
		}
		h.press("enter")
		h.roll(5, 5, -1)
		h.press("?")
		if h.m.detail.top != 0 {
			t.Errorf("the details are at %d", h.m.detail.top)
		}
		h.roll(5, 5, 2)
		if h.m.reader.top == 0 {
			t.Errorf("help is at %d", h.m.reader.top)
		}
	})
	within(t, 80, 15, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y")
		h.roll(5, 8, 1)
		if h.m.job.top != 3 {
			t.Errorf("the import is at %d", h.m.job.top)
		}
	})
}

// TestMouseAnswersNothing checks that a click answers no question, agrees to no review and keeps the filter.
func TestMouseAnswersNothing(t *testing.T) {
	everywhere := func(h *harness) {
		for y := range 24 {
			for x := 0; x < 80; x += 3 {
				h.click(x, y)
			}
			h.roll(10, y, 1)
		}
	}
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i")
		everywhere(h)
		if h.m.onShow() != screen(h.m.review) || h.e.submits != 0 {
			t.Errorf("on the %s screen after %d submits", h.m.onShow().name(), h.e.submits)
		}
		h.press("y", "q")
		everywhere(h)
		if h.m.question == nil || h.quit {
			t.Error("a click answered the question")
		}
		h.press("n", "esc", "/")
		h.write("pay")
		h.click(10, 8)
		h.press("j")
		h.shows("/ pay")
		h.lacks("/ payj")
	})
}
