package ui

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// TestPauseKey checks that p pauses the import on every screen, and p or u resumes it.
func TestPauseKey(t *testing.T) {
	for _, back := range []string{"p", "u"} {
		within(t, 80, 24, busyBank(), nil, func(h *harness) {
			h.press("p")
			if h.e.flow.Paused {
				t.Error("at the table p is another key")
			}
			h.press("a", "i", "y", "p")
			h.shows("PAUSED, p goes on.", "p go on")
			if !h.e.flow.Paused {
				t.Fatal("the engine was not told")
			}
			h.press("esc")
			h.shows("IMPORT PAUSED")
			h.press("u")
			h.shows("PAUSED")
			h.press(back)
			h.lacks("PAUSED")
			if h.e.flow.Paused {
				t.Error("it is still paused")
			}
		})
	}
}

// TestPauseEndsWithImport checks that a pause does not affect the next import.
func TestPauseEndsWithImport(t *testing.T) {
	for name, err := range map[string]error{"done": nil, "failed": fmt.Errorf("gone: %w", conviso.ErrUnavailable)} {
		f := busyBank()
		f.drainErr = err
		within(t, 80, 24, f, nil, func(h *harness) {
			h.press("a", "i", "y", "p")
			close(h.e.release)
			h.settle()
			if h.e.flow.Paused {
				t.Errorf("%s: it is still paused", name)
			}
		})
	}
}

// TestStopKey checks that stopping needs a yes, says what is left, and can be resumed.
func TestStopKey(t *testing.T) {
	for _, no := range []string{"esc", "n", "enter", "x"} {
		within(t, 80, 24, busyBank(), nil, func(h *harness) {
			h.press("a", "i", "y", "x")
			h.shows("Stop after what is on its way? 16 stay in the queue")
			h.press(no)
			if h.e.flow.Stopping || h.quit || h.m.onShow() != screen(h.m.job) {
				t.Errorf("%s stopped it, or left", no)
			}
		})
	}
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y", "x", "y")
		h.shows("Import stopped: 16 entities", "Stopped as asked. 16 entities not sent. u goes on.")
		h.lacks("!")
		h.e.mu.Lock()
		h.e.holdDrain = false
		h.e.mu.Unlock()
		h.press("u")
		h.shows("16 imported, 0 failed")
		h.press("x")
		h.shows("Nothing is being sent.")
	})
}

// TestStopTakesItsTime checks the messages between the request to stop and its end.
func TestStopTakesItsTime(t *testing.T) {
	within(t, 80, 24, lingeringBank(), nil, func(h *harness) {
		h.press("a", "i", "y", "x", "y")
		h.shows("STOPPING: nothing new is sent")
		for _, key := range []string{"x", "p"} {
			h.press(key)
			h.shows("It stops already")
		}
		h.press("esc")
		h.shows("STOPPING")
	})
}

// TestHolding checks that no batch starts while suspended, and that the user's own pause survives fg.
func TestHolding(t *testing.T) {
	f := bank()
	if withImportPaused(f, nil) != nil {
		t.Error("there is something to suspend with where there was nothing")
	}
	for _, paused := range []bool{false, true} {
		f.Pause(paused)
		why := errors.New("no shell runs this program")
		err := withImportPaused(f, func() error {
			if !f.Flow().Paused {
				t.Error("batches may begin while it is stopped")
			}
			return why
		})()
		if !errors.Is(err, why) || f.Flow().Paused != paused {
			t.Errorf("after it, paused is %t, want %t; %v", f.Flow().Paused, paused, err)
		}
	}
}

// TestOnlyFailed checks that the list of failures grows, the counts stay whole, and the way back is shown.
func TestOnlyFailed(t *testing.T) {
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y", "4")
		h.shows("Nothing has failed. 4 shows everything.", "queued 16", "4 all")
		h.press("enter")
		h.shows("Nothing of this import has failed.")
		progress(h)
		h.shows("Only what failed, 2 of 16 entities", "payment-gateway", "imported 4")
		h.lacks("payment-portal")
		h.press("G", "g", "j", "f", "4")
		h.shows("payment-portal", "Importing 16 entities")
	})
}

// TestReasonsInFull checks that long reasons can be read in full.
func TestReasonsInFull(t *testing.T) {
	f := bank()
	why := strings.Repeat("the tags of this project are not what they should be, ", 20) + "said the platform\x1b[31m at last"
	f.refuse["payment-settlement"] = why
	within(t, 60, 24, f, nil, func(h *harness) {
		h.press("a", "i", "y", "enter")
		text := strings.Join(h.m.job.failureLines(60), " ")
		if !strings.Contains(strings.Join(strings.Fields(text), " "), "said the platform") || strings.Contains(text, "\x1b") {
			t.Errorf("it says %q", text)
		}
		log := strings.Join(strings.Fields(strings.Join(h.m.logLines(60), " ")), " ")
		if !strings.Contains(log, "component:default/payment-settlement failed: the tags") || !strings.Contains(log, "at last") || strings.Contains(log, "\x1b") {
			t.Errorf("the log says %q", log)
		}
	})
}

// TestLog checks what the log of an import contains, and that it is bounded.
func TestLog(t *testing.T) {
	f := leftOver()
	f.holdDrain = true
	within(t, 120, 60, f, nil, func(h *harness) {
		if len(h.m.work.Log.Entries) > 0 {
			t.Errorf("it begins with %v", h.m.work.Log.Entries)
		}
		h.press("enter", "p", "p")
		ref := catalog.NewRef("component", "", "checkout-web")
		h.e.set(func(i *importer.Item) {
			i.State, i.Lost, i.Attempts, i.Error = importer.Retrying, true, 1, "api.platform.test did not answer in time"
		}, ref)
		h.settle()
		limited(h)
		troubled(h)
		h.e.set(func(i *importer.Item) { i.State, i.Lost = importer.Imported, false }, ref)
		h.settle()
		h.press("@")
		h.shows("paused; no new batch is sent", "goes on after the pause", "1 imported",
			"! 1 entity without a clear answer, looked for before anything is sent again: api.platform.test did not answer",
			"! 429 from Conviso at 06:39:59: next try at 06:40:11, slowed to 500 requests a minute",
			"! Conviso takes imports and does not answer since 06:39:02, tried again at 06:40:32")
		h.e.mu.Lock()
		h.e.flow.Trouble, h.e.flow.Pace = importer.Trouble{}, conviso.Pace{}
		h.e.mu.Unlock()
		h.wait(flowEvery)
		if last := h.m.work.Log.Entries[len(h.m.work.Log.Entries)-1]; last.Text != "The sending goes on" || last.Trouble {
			t.Errorf("after the trouble the log ends with %v", last)
		}
		h.e.set(func(i *importer.Item) { i.Attempts++ }, ref)
		h.settle()
		// What goes well within some seconds is one line.
		before := len(h.m.work.Log.Entries)
		for _, state := range []importer.State{importer.Sending, importer.Accepted, importer.Imported} {
			h.e.set(func(i *importer.Item) { i.State = state }, catalog.NewRef("component", "", "payment-portal"))
			h.settle()
		}
		if n := len(h.m.work.Log.Entries); n != before || h.m.work.Log.Entries[n-1].Text != "1 sending, 1 accepted, 2 imported" {
			t.Errorf("%d more events, the last is %q", n-before, h.m.work.Log.Entries[n-1].Text)
		}
	})
}

// TestFlowPasses checks that the reason for waiting disappears by itself, and that an idle table stops polling.
func TestFlowPasses(t *testing.T) {
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y")
		limited(h)
		h.shows("429 from Conviso")
		h.wait(12 * time.Second)
		h.lacks("429 from Conviso")
		h.shows("Slowed to 500 requests a minute")
		h.wait(10 * time.Minute)
		h.lacks("Slowed")
		close(h.e.release)
		h.settle()
		h.wait(time.Minute)
		if h.m.watched {
			t.Error("it looks although nothing is under way")
		}
	})
}

// TestAnswersLeaveTheLog checks that the log keeps only the latest answer.
func TestAnswersLeaveTheLog(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("i", "A", "R", "@")
		h.shows("Nothing has failed.")
		h.lacks("Nothing is marked.")
	})
}
