package ui

import (
	"fmt"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// skipped counts the items that were taken back.
func (h *harness) skipped() (n int) {
	for _, item := range h.e.items {
		if item.State == importer.Skipped {
			n++
		}
	}
	return n
}

// TestTakeBack checks that D takes back what waits and nothing else, after a yes with the count: of a row, of a range,
// and of the whole import.
func TestTakeBack(t *testing.T) {
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("D")
		h.shows("Nothing waits to be sent.")
		h.press("a", "i", "y", "esc")
		ref := catalog.NewRef("component", "", "checkout-web")
		sent := catalog.NewRef("component", "", "payment-gateway")
		h.e.set(func(i *importer.Item) { i.State, i.Attempts = importer.Sending, 1 }, sent)
		h.settle()
		find := func(name string) {
			h.press("/")
			h.write(name)
			h.press("enter")
		}
		find("checkout-web")
		for _, no := range []string{"n", "esc", "enter"} {
			h.press("D")
			h.shows("Take 1 entity back?", "y takes back")
			h.press(no)
		}
		if n := h.skipped(); n != 0 {
			t.Fatalf("%d were taken back without a yes", n)
		}
		h.press("D", "y")
		h.shows("1 entity taken back.")
		if got := h.e.items[ref]; got.State != importer.Skipped || h.skipped() != 1 {
			t.Errorf("it is %+v", got)
		}
		if s := h.m.work.Shown.Status(ref); s.State != importer.New {
			t.Errorf("its status is %s", s.State)
		}
		h.press("D")
		h.shows("Nothing of it waits to be sent.")
		h.press("esc")
		find("payment-gateway")
		h.press("D")
		h.shows("1 entity was sent already, too late to be taken back.")
		h.press("esc", "esc")
		find("payment")
		h.press("g", "v", "G", "D")
		n := 0
		for _, item := range h.e.items {
			if item.Waits() {
				n++
			}
		}
		h.shows("entities back?", "1 more was sent already and stays.")
		h.press("y")
		h.shows("entities taken back.")
		if h.skipped() < 5 || h.skipped() > n || h.e.items[sent].State != importer.Sending {
			t.Errorf("of a range %d were taken back, %+v", h.skipped(), h.e.items[sent])
		}
		h.press("esc", "u", "D", "y")
		if h.skipped() != 15 {
			t.Errorf("%d were taken back of 15", h.skipped())
		}
		h.shows("sending 1", "skipped 15", "taken back")
		h.press("D")
		h.shows("Nothing waits to be sent.")
	})
}

// TestTakeBackMany checks that more than a hundred are taken back by their number alone.
func TestTakeBackMany(t *testing.T) {
	f := busyBank()
	for i := range 120 {
		f.pages[0] = append(f.pages[0], entity(fmt.Sprintf("many-%03d", i), "team-a", "service", "production"))
	}
	within(t, 80, 24, f, nil, func(h *harness) {
		h.press("/")
		h.write("many")
		h.press("enter", "a", "i")
		h.write("120")
		h.press("enter", "D")
		h.shows("Type 120 to take them back:")
		h.press("enter")
		h.shows("not the number of entities; nothing was taken back.")
		h.press("D")
		h.write("12")
		h.press("enter", "D", "esc")
		if n := h.skipped(); n != 0 {
			t.Fatalf("%d were taken back", n)
		}
		h.press("D")
		h.write("120")
		h.press("enter")
		h.shows("120 entities taken back.")
		if n := h.skipped(); n != 120 {
			t.Errorf("%d were taken back", n)
		}
	})
}

// TestStoppedInTheTable checks that the table says what was queued and not sent after all, and why.
func TestStoppedInTheTable(t *testing.T) {
	within(t, 120, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y")
		h.e.set(func(i *importer.Item) {
			i.State, i.Error = importer.Skipped, "not sent: asset 7 has its name by now, and other entities share the name"
		}, catalog.NewRef("component", "", "checkout-web"))
		h.settle()
		h.shows("skipped 1", "skipped   not sent: asset 7 has its name by now")
		h.press("@")
		h.shows("component:default/checkout-web skipped, not sent: asset 7")
		h.press("esc")
		close(h.e.release)
		h.settle()
		h.shows("15 imported, 0 failed, 1 skipped")
	})
}
