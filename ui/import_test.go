package ui

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// TestImport checks the main job: mark, review, agree, and see it imported.
func TestImport(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("j", "space", "i")
		h.shows("1 entity goes to Conviso company 1042 Acme Bank in 1 batch", "y imports 1 entity")
		if h.e.submits != 0 {
			t.Fatal("it was sent before anybody agreed")
		}
		h.press("y")
		h.shows("Import finished: 1 entity", "imported 1", "1 imported, 0 failed")
		if h.e.submits != 1 || h.e.drains != 1 || h.m.work.Marks.Len() != 0 {
			t.Errorf("%d submits, %d drains, marks %v", h.e.submits, h.e.drains, maps.Collect(h.m.work.Marks.All()))
		}
		h.press("esc")
		if s := h.m.work.Shown.Status(catalog.NewRef("component", "", "checkout-web")).State; s != importer.Imported {
			t.Errorf("it is %s", s)
		}
	})
}

// TestAgreeing checks that production and big imports take more than a single key.
func TestAgreeing(t *testing.T) {
	many := func() *fakeEngine {
		f := bank()
		for i := range 120 {
			f.pages[0] = append(f.pages[0], entity(fmt.Sprintf("batch-%03d", i), "team-batch", "service", "production"))
		}
		return f
	}
	for name, tt := range map[string]struct {
		world func() *fakeEngine
		keys  []string
		sent  bool
	}{
		"staging, enter":                {bank, []string{"enter"}, false},
		"staging, y":                    {bank, []string{"y"}, true},
		"staging, n":                    {bank, []string{"n"}, false},
		"production, y":                 {inProduction, []string{"y"}, false},
		"production, y and enter":       {inProduction, []string{"y", "enter"}, false},
		"production, another number":    {inProduction, []string{"1", "5", "enter"}, false},
		"production, the number alone":  {inProduction, []string{"1", "6"}, false},
		"production, the number":        {inProduction, []string{"1", "6", "enter"}, true},
		"production, corrected":         {inProduction, []string{"1", "7", "backspace", "6", "enter"}, true},
		"production, wrong, then right": {inProduction, []string{"1", "enter", "1", "6", "enter"}, true},
		"above a hundred, y":            {many, []string{"y"}, false},
		"above a hundred, the number":   {many, []string{"1", "3", "6", "enter"}, true},
		"esc":                           {bank, []string{"esc", "y"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, tt.world(), nil, func(h *harness) {
				h.press("a", "i")
				h.press(tt.keys...)
				if sent := h.e.submits > 0; sent != tt.sent {
					t.Errorf("sent: %t\n%s", sent, h.m.View())
				}
			})
		})
	}
}

// TestReviewLeft checks that a plan is dropped if its review was left.
func TestReviewLeft(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("a")
		cmd := h.m.review.reviewMarked()
		gen := h.m.review.gen
		h.press("esc")
		h.start(cmd)
		h.settle()
		if h.m.review.ready != nil || h.m.review.gen == gen || h.m.onShow() != screen(h.m.browse) {
			t.Error("the plan was taken")
		}
		h.e.planErr = errors.New("the catalog did not answer")
		h.press("i")
		h.shows("! The catalog did not answer")
	})
}

// TestReviewSaysWhatIsUnusual checks that the review counts each oddity.
func TestReviewSaysWhatIsUnusual(t *testing.T) {
	f := bankWithFailures()
	f.integration = nil
	within(t, 100, 40, f, nil, func(h *harness) {
		h.press("/")
		h.write("ledger")
		h.press("enter", "space", "esc", "/")
		h.write("payment")
		h.press("enter", "a", "esc", "/")
		h.write("pix-limits")
		h.press("enter", "a", "i")
		h.shows("Conviso has no integration for this Backstage yet: it is created first.",
			"11  not on the list as it is filtered now", "1  shares a name; Conviso tells assets by name alone", "3  lifecycle not in the map, sent as production (beta 2, pilot 1)",
			"2  type not in the map, sent as api (job 1, lambda 1)", "1  failed before, tried again (tags has invalid value 1)",
			"1  without a repository URL")
		h.press("j", "j", "enter")
		h.shows(`component:default/pix-limits  lifecycle "beta" is sent as production; type "job" is sent as api`)
	})
}

// TestNothingIsWritten checks that read-only and offline modes write nothing and say why.
func TestNothingIsWritten(t *testing.T) {
	readOnly := func() *fakeEngine { f := bankWithFailures(); f.id.ReadOnly = true; return f }
	for name, tt := range map[string]struct {
		world func() *fakeEngine
		says  string
	}{"read-only": {readOnly, "read-only: nothing is sent"}, "offline": {offline, "offline: run it without --offline"}} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, tt.world(), nil, func(h *harness) {
				h.press("a")
				for _, key := range []string{"i", "t", "R"} {
					h.press(key)
					h.shows(tt.says, strings.ToUpper(name))
				}
				if h.m.onShow() != screen(h.m.browse) || h.e.submits+h.e.switches+h.e.drains > 0 {
					t.Error("something was begun")
				}
			})
		})
	}
}

// TestFailedStayAtHand checks that failures can be retried.
func TestFailedStayAtHand(t *testing.T) {
	within(t, 80, 24, bankWithFailures(), nil, func(h *harness) {
		h.press("a", "i", "y")
		h.shows("14 imported, 2 failed", "failed    tags has invalid value", "failed    assetType is not included in")
		h.press("esc", "4")
		h.shows("2 of 22", "[x] payment-settlement", "failed: tags", "2 selected")
		h.e.refuse = map[string]string{}
		h.press("R", "y")
		h.shows("Import finished: 2 entities", "2 imported, 0 failed")
		if got := h.e.items[catalog.NewRef("component", "", "pix-limits")]; got.State != importer.Imported {
			t.Errorf("the item is %+v", got)
		}
	})
}

// TestLeaving checks that quitting asks during an import, and only then.
func TestLeaving(t *testing.T) {
	for name, tt := range map[string]struct {
		world func() *fakeEngine
		keys  []string
		quits bool
	}{
		"idle":                      {bank, []string{"q"}, true},
		"idle, ctrl+c":              {bank, []string{"ctrl+c"}, true},
		"left over, not resumed":    {leftOver, []string{"q"}, true},
		"while importing":           {busyBank, []string{"a", "i", "y", "q"}, false},
		"while importing, no":       {busyBank, []string{"a", "i", "y", "q", "n"}, false},
		"while importing, enter":    {busyBank, []string{"a", "i", "y", "q", "enter"}, false},
		"while importing, yes":      {busyBank, []string{"a", "i", "y", "q", "y"}, true},
		"while importing, again":    {busyBank, []string{"a", "i", "y", "ctrl+c", "ctrl+c"}, true},
		"q in the help goes back":   {bank, []string{"?", "q"}, false},
		"q in the filter is a text": {bank, []string{"/", "q"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, tt.world(), nil, func(h *harness) {
				h.press(tt.keys...)
				if h.quit != tt.quits {
					t.Errorf("quit: %t\n%s", h.quit, h.m.View())
				}
			})
		})
	}
}

// TestUnfinished checks that unfinished work is offered, and not sent before the user agrees.
func TestUnfinished(t *testing.T) {
	for name, keys := range map[string][]string{"at once": {"enter"}, "later": {"esc", "j", "u"}} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, leftOver(), nil, func(h *harness) {
				h.shows("Unfinished import from 05:10: 2 not sent, 1 not verified. enter resumes", "Pending 3")
				if h.e.drains != 0 {
					t.Fatal("it was resumed unasked")
				}
				h.press(keys...)
				h.shows("Import finished: 3 entities", "3 imported, 0 failed")
				if h.e.drains != 1 || h.e.submits != 0 {
					t.Errorf("%d drains, %d submits", h.e.drains, h.e.submits)
				}
			})
		})
	}
}

// TestLate checks that items accepted long ago are shown with their time, and neither offered nor resumed.
func TestLate(t *testing.T) {
	late := leftOver()
	late.queued = late.queued[:1]
	late.queued[0].SentAt = epoch.Add(-89 * time.Minute)
	ref := late.queued[0].Ref
	within(t, 130, 24, late, nil, func(h *harness) {
		h.shows("1 entity was taken by Conviso at 05:11 and has not appeared; look for it there. conviso-importer import REF sends it again.")
		h.lacks("Unfinished import", "Pending")
		h.press("u")
		if h.e.drains != 0 {
			t.Error("it was resumed")
		}
		if out := h.outcome(); out.Pending != 0 || !strings.Contains(out.Text, "has not appeared") || strings.Contains(out.Text, "resume") {
			t.Errorf("in the end it says %q", out.Text)
		}
		h.e.set(func(i *importer.Item) { i.State, i.AssetID = importer.Imported, "900" }, ref)
		h.settle()
		h.lacks("has not appeared")
	})
	both := leftOver()
	both.queued[0].SentAt = epoch.Add(-89 * time.Minute)
	within(t, 80, 24, both, nil, func(h *harness) {
		h.shows("Unfinished import from 05:10: 2 entities not sent. enter resumes", "Pending 2")
		h.press("enter")
		h.shows("Import finished: 2 entities")
	})
}

// TestUnfinishedShrinks checks that the offer's count follows a refresh and that an empty offer is dropped.
func TestUnfinishedShrinks(t *testing.T) {
	within(t, 80, 24, leftOver(), nil, func(h *harness) {
		settle := func(is func(importer.Item) bool) {
			var refs []catalog.Ref
			for ref, item := range h.e.items {
				if item.State.Pending() && is(item) {
					refs = append(refs, ref)
				}
			}
			h.e.set(func(i *importer.Item) { i.State, i.AssetID = importer.Imported, "900" }, refs...)
			h.settle()
		}
		said := len(h.m.notices.past)
		settle(func(i importer.Item) bool { return !i.SentAt.IsZero() })
		h.shows("Unfinished import from 05:10: 2 entities not sent. enter resumes")
		settle(func(importer.Item) bool { return true })
		h.lacks("Unfinished import")
		if len(h.m.notices.past) != said {
			t.Errorf("it was said %d times", len(h.m.notices.past)-said+1)
		}
	})
}

// TestAnotherRunner checks the messages about an import in another process.
func TestAnotherRunner(t *testing.T) {
	f := leftOver()
	f.runner, f.holdDrain = "conviso-importer (pid 4711) on jump1 since 05:12", true
	within(t, 120, 24, f, nil, func(h *harness) {
		h.shows("conviso-importer (pid 4711) on jump1 since 05:12 is importing: 2 not sent, 1 not verified.")
		h.press("enter")
		h.shows("Sent by conviso-importer (pid 4711) on jump1 since 05:12")
	})
}

// TestDrainFails checks that the reason stays on screen and one key resumes.
func TestDrainFails(t *testing.T) {
	f := bank()
	f.drainErr = fmt.Errorf("the platform at api.platform.test does not answer: %w", conviso.ErrUnavailable)
	within(t, 120, 24, f, nil, func(h *harness) {
		h.press("a", "i", "y")
		h.shows("! The platform at api.platform.test does not answer", "the queue keeps what is left, u goes on", "Stopped; the queue keeps")
		h.e.drainErr = nil
		h.press("u")
		h.shows("16 imported, 0 failed")
	})
}

// TestMoreWhileSending checks that items queued at the very end of a drain are sent.
func TestMoreWhileSending(t *testing.T) {
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("j", "space", "i", "y", "esc", "j", "j", "space", "i", "y")
		h.shows("Importing 2 entities")
		close(h.e.release)
		h.settle()
		h.shows("Import finished: 2 entities")
		if h.e.drains != 2 {
			t.Errorf("%d drains", h.e.drains)
		}
	})
}

// TestOutcome checks what is reported after the table is closed.
func TestOutcome(t *testing.T) {
	within(t, 80, 24, bankWithFailures(), nil, func(h *harness) {
		if out := h.outcome(); out.Text != "" {
			t.Errorf("before anything was done it says %q", out.Text)
		}
		h.press("a", "i", "y")
		want := "14 imported, 2 failed, 0 not settled.\n" +
			"  component:default/payment-settlement: tags has invalid value\n" +
			"  component:default/pix-limits: assetType is not included in the list\n"
		if out := h.outcome(); out.Text != want || out.Failed != 2 || out.Pending != 0 {
			t.Errorf("it says %q, %+v", out.Text, out)
		}
	})
	within(t, 80, 24, leftOver(), nil, func(h *harness) {
		want := "2 not sent, 1 not verified. The queue keeps them; go on with: conviso-importer resume\n"
		if out := h.outcome(); out.Text != want || out.Pending != 3 {
			t.Errorf("it says %q", out.Text)
		}
	})
}

// TestQueueTroublePasses checks that the error disappears once the queue can be read again.
func TestQueueTroublePasses(t *testing.T) {
	f := bank()
	f.watchErr = errors.New("the queue in /state: disk I/O error")
	within(t, 80, 24, f, nil, func(h *harness) {
		h.shows("disk I/O error")
		h.wait(5 * time.Second)
		h.lacks("disk I/O error")
		f.arrive(importer.Item{Ref: catalog.NewRef("component", "", "checkout-web"), State: importer.Accepted, SentAt: f.now()})
		h.settle()
		h.shows("Pending 1")
	})
}
