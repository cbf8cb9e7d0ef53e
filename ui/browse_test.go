package ui

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// TestOpeningSendsNothing checks that opening the table writes nothing, with an import left over or not.
func TestOpeningSendsNothing(t *testing.T) {
	for name, world := range map[string]func() *fakeEngine{"plain": bank, "left over": leftOver, "offline": offline} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, world(), nil, func(h *harness) {
				h.wait(2 * time.Hour)
				h.press("j", "k", "?", "esc", "c", "esc", "@", "esc")
				if h.e.submits+h.e.drains+h.e.switches+h.e.checks != 0 {
					t.Errorf("%d submits, %d drains, %d switches, %d checks", h.e.submits, h.e.drains, h.e.switches, h.e.checks)
				}
			})
		})
	}
}

// TestRefreshKeepsThePlace checks that cursor, filter and marks survive a refresh by ref.
func TestRefreshKeepsThePlace(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("/")
		h.write("payment")
		h.press("enter", "j", "j", "j", "j", "space", "j", "space")
		at, _ := h.m.browse.list.current(&h.m.work.Shown)
		gone := catalog.NewRef("component", "", "payment-portal")
		if !h.m.work.Marks.Has(gone) {
			t.Fatalf("%s is not marked: %v", gone, maps.Collect(h.m.work.Marks.All()))
		}
		old := h.e.pages[0]
		h.e.pages = [][]catalog.Entity{append([]catalog.Entity{entity("payment-aardvark", "team-pay", "service", "production")},
			slices.DeleteFunc(slices.Clone(old), func(e catalog.Entity) bool { return e.Ref == gone })...)}
		h.press("r")
		if now, _ := h.m.browse.list.current(&h.m.work.Shown); now != at {
			t.Errorf("the cursor went from %s to %s", at, now)
		}
		if h.m.work.Marks.Has(gone) || h.m.work.Marks.Len() != 1 {
			t.Errorf("marks are %v", maps.Collect(h.m.work.Marks.All()))
		}
		h.shows("/ payment", "1 marked entity is gone from the catalog and unmarked.")
	})
}

// TestDetailsOfWhatIsGone checks that the error names the key that helps.
func TestDetailsOfWhatIsGone(t *testing.T) {
	f := bank()
	f.previewErr = importer.ErrGone
	within(t, 100, 30, f, nil, func(h *harness) {
		h.press("enter")
		h.wait(time.Second)
		h.shows("! The catalog does not have it any more; r on the list reads it again")
	})
}

// TestRefreshNeverShrinks checks that rows stay during a refresh and after a failed one.
func TestRefreshNeverShrinks(t *testing.T) {
	f := bank()
	f.cached = true
	f.pages = [][]catalog.Entity{f.pages[0][:5], f.pages[0][5:]}
	f.holdCatalog = true
	f.catalogErr = errors.New("the catalog broke off")
	within(t, 80, 24, f, nil, func(h *harness) {
		h.shows("22 of 22", "catalog 3h ago, reading 22%")
		close(h.e.release)
		h.settle()
		h.shows("22 of 22", "catalog 3h ago", "! The catalog broke off")
		h.lacks("reading")
	})
}

// TestBrokenFirstLoad checks that a partly read catalog is shown as one.
func TestBrokenFirstLoad(t *testing.T) {
	f := bank()
	f.pages = [][]catalog.Entity{f.pages[0][:5], f.pages[0][5:]}
	f.catalogErr = errors.New("the catalog broke off")
	within(t, 80, 24, f, nil, func(h *harness) {
		h.shows("1 ALL 5+", "catalog partly read, 5 of ~22", "! The catalog broke off")
	})
}

// TestFilterToNothingAndBack checks that cursor and marks survive a filter that matches nothing.
func TestFilterToNothingAndBack(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("G", "space")
		at, _ := h.m.browse.list.current(&h.m.work.Shown)
		h.press("/")
		h.write("zzq")
		h.shows("0 of 22 match; esc clears", "1 selected (1 hidden by filter)")
		h.press("enter", "esc")
		if now, _ := h.m.browse.list.current(&h.m.work.Shown); now != at || !h.m.work.Marks.Has(at) {
			t.Errorf("cursor at %s after %s, marks %v", now, at, maps.Collect(h.m.work.Marks.All()))
		}
		h.shows("22 of 22", "1 selected")
	})
}

// TestUnknownIsNeverNew checks that nothing counts as new, and is imported twice, during an outage.
func TestUnknownIsNeverNew(t *testing.T) {
	within(t, 80, 24, assetsDown(), nil, func(h *harness) {
		h.shows("2 New ?", "3 Imported ?", "unknown")
		h.press("a")
		if h.m.work.Marks.Len() != 0 {
			t.Errorf("marked %v", maps.Collect(h.m.work.Marks.All()))
		}
		h.shows("Nothing was marked: Conviso's assets are not read")
		h.press("2")
		h.shows("0 of 22 match among new")
	})
}

// TestBulkMarking checks that a bulk mark takes only what can be imported, and one entity of a name.
func TestBulkMarking(t *testing.T) {
	f := bank()
	// Two new ones share a name; one of them may go.
	f.pages[0] = append(f.pages[0], inNamespace("legacy", "Payment-Vault", "team-pay", "database", "production"))
	within(t, 80, 24, f, nil, func(h *harness) {
		h.press("a")
		h.shows("16 marked, 3 skipped: same name")
		for ref := range h.m.work.Marks.All() {
			if s := h.m.work.Shown.Status(ref).State; s != importer.New {
				t.Errorf("%s is marked and %s", ref, s)
			}
		}
		r := h.m.work.Marks.Request()
		if len(r.Bulk) != 16 || len(r.Named) != 0 {
			t.Errorf("the request names %d and takes %d in bulk", len(r.Named), len(r.Bulk))
		}
		h.press("a")
		h.shows("16 unmarked")
		// A clash is marked by hand alone, and then asked for by name.
		h.press("/")
		h.write("ledger")
		h.press("enter", "space")
		if r := h.m.work.Marks.Request(); len(r.Named) != 1 || len(r.Bulk) != 0 {
			t.Errorf("the request is %+v", r)
		}
		h.press("A")
		h.shows("1 unmarked.")
	})
}

// TestMarkingWhileLoading checks that a bulk mark during loading says that the list is partial.
func TestMarkingWhileLoading(t *testing.T) {
	f := upTo(9, bank())
	within(t, 80, 24, f, nil, func(h *harness) {
		h.press("a")
		h.shows("5 so far, still reading")
	})
}

// TestMarksOverPages checks that marks survive paging, and the key that marks a page.
func TestMarksOverPages(t *testing.T) {
	within(t, 80, 24, bank(), func(o *Options) { o.Rows = 4 }, func(h *harness) {
		h.press("m")
		h.shows("3 marked", "rows 1-4   page 1/6")
		h.press("pgdown", "m")
		h.shows("rows 5-8   page 2/6", "1 marked, 2 skipped: same name", "4 selected")
		h.press("5")
		h.shows("4 of 22", "5 SELECTED 4")
	})
}

// TestSort checks the keys for the order, and that a new order starts at its top.
func TestSort(t *testing.T) {
	within(t, 120, 40, bank(), nil, func(h *harness) {
		first := func() string { ref, _ := h.m.browse.list.current(&h.m.work.Shown); return ref.Name() }
		h.press("G", "S")
		if h.shows("sort NAME ↓"); first() != "決済ゲートウェイ" {
			t.Errorf("descending begins with %s", first())
		}
		h.press("S")
		if h.shows("catalog order"); first() != "payment-gateway" {
			t.Errorf("the catalog's order begins with %s", first())
		}
		h.press("s")
		if h.shows("sort OWNER ↑", "OWNER ↑"); first() != "zahlung-prüfer" {
			t.Errorf("by owner begins with %s", first())
		}
		h.press("s", "s", "s", "s")
		h.shows("sort STATUS ↑")
		if s := h.m.work.Shown.Statuses.At(int(h.m.browse.list.rows[0])).State; s != importer.New {
			t.Errorf("by status begins with %s", s)
		}
		h.press("S")
		if s := h.m.work.Shown.Statuses.At(int(h.m.browse.list.rows[0])).State; s != importer.Imported {
			t.Errorf("by status descending begins with %s", s)
		}
	})
}

// TestStaleAnswers checks that answers to outdated requests are dropped.
func TestStaleAnswers(t *testing.T) {
	within(t, 120, 40, bank(), nil, func(h *harness) {
		h.m.review.planned(h.m.review.gen-1, &session.Review{Plan: &importer.Plan{}}, nil)
		h.m.detail.previewed(h.m.detail.gen-1, nil, errors.New("late"))
		h.settle()
		h.shows("22 of 22", "3 Imported 4")
		if h.m.review.ready != nil || h.m.detail.err != nil {
			t.Error("an old answer was taken")
		}
	})
}

// TestDetailsWaitForRest checks that moving through the list sends no requests.
func TestDetailsWaitForRest(t *testing.T) {
	within(t, 120, 40, bank(), nil, func(h *harness) {
		h.press("p")
		for range 6 {
			h.press("j")
			h.wait(previewDelay / 3)
		}
		if h.e.previews != 0 {
			t.Errorf("%d previews while moving", h.e.previews)
		}
		h.wait(time.Second)
		if h.e.previews != 1 {
			t.Errorf("%d previews at rest", h.e.previews)
		}
		h.shows("What an import sends")
	})
}

// TestErrorsStay checks that errors stay until they are dismissed or solved.
func TestErrorsStay(t *testing.T) {
	within(t, 80, 24, assetsDown(), nil, func(h *harness) {
		h.press("j", "space", "m")
		h.shows("1 more: @")
		const said = "! Offline since 06:40 (Conviso), r tries again: read the assets"
		h.press("@")
		h.shows("refused: platform unavailable")
		h.press("esc", "s", "c", "esc")
		h.shows(said)
		h.press("esc")
		h.lacks(said)
		// It began when it failed first.
		h.wait(time.Minute)
		h.press("r")
		h.shows(said)
		h.e.assetsErr = nil
		h.press("r")
		h.lacks("Offline")
		h.e.assetsErr = fmt.Errorf("read the assets: timeout: %w", conviso.ErrUnavailable)
		h.press("r")
		h.shows("Offline since 06:41 (Conviso)")
	})
}

// TestKeysThatComeTogether checks keys in one message, and that a paste runs no keys.
func TestKeysThatComeTogether(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("jj/sdk")})
		h.settle()
		h.shows("/ sdk", "2 of 22")
		h.press("esc")
		h.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune("aiq"), Paste: true})
		h.settle()
		if h.m.work.Marks.Len() > 0 || h.m.onShow() != screen(h.m.browse) || h.quit {
			t.Error("a paste was taken for keys")
		}
	})
}

// TestSmallWindow checks the smallest window, and one below it.
func TestSmallWindow(t *testing.T) {
	within(t, 36, 8, bank(), nil, func(h *harness) {
		checkFrame(t, h.m.View(), 36, 8)
		h.shows("> ", "? help", "STAGING")
		h.send(tea.WindowSizeMsg{Width: 34, Height: 7})
		if got := h.m.View(); got != "window too small: 34x7, needs 36x8\nq leaves" {
			t.Errorf("the screen says %q", got)
		}
		h.press("space")
		if h.m.work.Marks.Len() > 0 {
			t.Error("a key worked unseen")
		}
		h.send(tea.WindowSizeMsg{Width: 80, Height: 24})
		h.shows("22 of 22")
	})
}

// TestLeavingSmallWindows checks windows below the smallest: the sentence can be read, q and ctrl+c leave whatever
// is behind it, and the question about a running import is seen.
func TestLeavingSmallWindows(t *testing.T) {
	behind := map[string][]string{"the table": nil, "a filter": {"/", "p"}, "the help": {"?"}, "a command": {":"}, "details": {"enter"}, "a review": {"a", "i"}}
	for name, keys := range behind {
		for _, leave := range []string{"q", "ctrl+c"} {
			within(t, 80, 24, bank(), nil, func(h *harness) {
				h.press(keys...)
				for _, size := range [][2]int{{35, 24}, {80, 7}, {30, 5}, {20, 3}, {10, 4}, {12, 4}, {5, 5}, {3, 1}, {1, 24}, {1, 1}} {
					h.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					checkFrame(t, h.m.View(), size[0], size[1])
					if said := strings.Join(strings.Fields(h.m.View()), " "); size[0]*size[1] >= 40 && size[0] >= 10 && !strings.HasPrefix(said, fmt.Sprintf("window too small: %dx%d, needs 36x8", size[0], size[1])) {
						t.Errorf("%s: it says %q", name, said)
					}
				}
				h.press("i", "y", "a", "enter", leave)
				if !h.quit || h.m.work.Job.Sends {
					t.Errorf("%s: %s leaves: %v", name, leave, h.quit)
				}
			})
		}
	}
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("a", "i", "y")
		h.send(tea.WindowSizeMsg{Width: 30, Height: 5})
		h.press("q")
		checkFrame(t, h.m.View(), 30, 5)
		h.shows("Leave?", "y leaves")
		if h.press("y"); !h.quit {
			t.Error("y stays")
		}
	})
}

// TestHeaderShortens checks the environment at every width, and that the company outlasts the catalog.
func TestHeaderShortens(t *testing.T) {
	for w := draw.MinWidth; w <= 130; w++ {
		within(t, w, 10, inProduction(), nil, func(h *harness) {
			head, _, _ := strings.Cut(h.m.View(), "\n")
			if !strings.HasSuffix(head, "PRODUCTION") || draw.Width(head) > w {
				t.Errorf("at %d columns the header is %q", w, head)
			}
			if strings.Contains(head, "backstage.acme.test") && !strings.Contains(head, "1042 Acme Bank") {
				t.Errorf("at %d columns the company gave way first: %q", w, head)
			}
		})
	}
}

// TestReadsAllWhenAsked checks that the start reads changes only, and r everything.
func TestReadsAllWhenAsked(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		if loads, refreshes := h.e.loads.Load(), h.e.refreshes.Load(); loads != 0 || refreshes != 1 {
			t.Errorf("at the start %d of all, %d of what has changed", loads, refreshes)
		}
		h.press("r")
		if loads, refreshes := h.e.loads.Load(), h.e.refreshes.Load(); loads != 1 || refreshes != 1 {
			t.Errorf("after r %d of all, %d of what has changed", loads, refreshes)
		}
	})
}
