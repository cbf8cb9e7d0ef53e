package ui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/program"
)

// TestFarewellWaits checks that the final counts include the requests in flight.
func TestFarewellWaits(t *testing.T) {
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y")
		before := h.m.work.Left().Unfinished()
		h.e.answersLate = true
		after := h.outcome()
		if before == 0 || after.Pending != 0 || !strings.HasPrefix(after.Text, "16 imported, 0 failed, 0 not settled.") {
			t.Errorf("before: %d\nafter: %+v", before, after)
		}
	})
}

// TestSuspendKey checks that ctrl+z works everywhere and changes nothing.
func TestSuspendKey(t *testing.T) {
	for name, keys := range map[string][]string{
		"table": nil, "filter": {"/", "p"}, "detail": {"j", "enter"}, "help": {"?"}, "review": {"a", "i"},
		"importing": {"a", "i", "y"}, "question": {"a", "i", "y", "q"},
	} {
		t.Run(name, func(t *testing.T) {
			suspend := func(o *Options) { o.Suspend = func() error { return nil } }
			within(t, 80, 24, busyBank(), suspend, func(h *harness) {
				h.press(keys...)
				before := h.m.View()
				_, cmd := h.m.Update(keyMsg(t, "ctrl+z"))
				if answer(cmd) != program.Suspend() || h.m.View() != before {
					t.Errorf("it did not suspend, or the screen changed:\n%s", h.m.View())
				}
				h.send(program.Resumed{Err: errors.New("no shell runs this program")})
				if name == "table" {
					h.shows("No shell runs this program")
				}
			})
		})
	}
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("ctrl+z")
		h.shows("There is no job control here")
	})
}

// TestOneCatchUp checks that after a long stop overdue work runs once, then at its own pace.
func TestOneCatchUp(t *testing.T) {
	within(t, 120, 40, bank(), nil, func(h *harness) {
		h.press("t", "y")
		// Nothing is handled while time passes, as when the process is stopped.
		for _, checks := range []int{1, 2} {
			if h.e.checks != checks {
				t.Errorf("%d checks, want %d", h.e.checks, checks)
			}
			h.wait(5 * time.Hour)
		}
		h.wait(59 * time.Minute)
		if h.e.checks != 3 {
			t.Errorf("%d checks", h.e.checks)
		}
	})
}

// TestLeavingStaysTrue checks that the question about quitting follows the import.
func TestLeavingStaysTrue(t *testing.T) {
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y", "q")
		h.shows("Leave? 16 entities not sent.")
		close(h.e.release)
		h.settle()
		h.shows("Leave? Nothing is left to send or to look for any more.")
		h.lacks("not sent")
	})
}

// answer is what a command says, the first word of a batch.
func answer(cmd tea.Cmd) tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	if batch, ok := msg.(tea.BatchMsg); ok {
		for _, c := range batch {
			if msg := answer(c); msg != nil {
				return msg
			}
		}
		return nil
	}
	return msg
}
