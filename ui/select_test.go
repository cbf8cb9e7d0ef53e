package ui

import (
	"maps"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// selectScenes are the states of choosing many rows.
func selectScenes() map[string]scene {
	return map[string]scene{
		"range":     {world: bank, play: func(h *harness) { h.press("j", "v", "j", "j", "j") }},
		"range-one": {world: bank, play: func(h *harness) { h.press("a", "5", "j", "v") }},
		"inverted":  {world: bank, play: func(h *harness) { h.press("a", "j", "j", "space", "I") }},
		"undone":    {world: bank, play: func(h *harness) { h.press("a", "A", "z") }},
	}
}

// TestTabMarks checks that tab toggles marks row after row and skips rows that cannot be marked.
func TestTabMarks(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("tab", "tab", "tab")
		if h.m.browse.list.cursor != 3 || h.m.work.Marks.Len() != 2 {
			t.Errorf("cursor %d, marks %v", h.m.browse.list.cursor, maps.Collect(h.m.work.Marks.All()))
		}
		h.lacks("already")
		h.press("shift+tab", "shift+tab")
		if h.m.browse.list.cursor != 1 || h.m.work.Marks.Len() != 2 {
			t.Errorf("cursor %d, marks %v", h.m.browse.list.cursor, maps.Collect(h.m.work.Marks.All()))
		}
		for ref, hand := range h.m.work.Marks.All() {
			if !hand {
				t.Errorf("%s is not marked by hand", ref)
			}
		}
		h.press("tab")
		h.shows("1 selected")
	})
	// Among what is selected a row goes with its mark, and none may be passed over.
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("a", "5", "tab", "tab", "tab")
		h.shows("13 of 22", "13 selected", "> [x] payment-portal")
	})
}

// TestRange checks that a range is visible without colours, counted, extended and marked in bulk.
func TestRange(t *testing.T) {
	for _, end := range []string{"v", "space"} {
		within(t, 80, 24, bank(), nil, func(h *harness) {
			h.press("j", "v", "j", "j", "j")
			h.shows("range of 4", ">*[ ]", " *[ ]", "v mark range 4")
			h.press(end)
			h.shows("3 marked, 1 skipped: same name", "3 selected")
			h.lacks("range of", "*[")
			if r := h.m.work.Marks.Request(); len(r.Bulk) != 3 || len(r.Named) != 0 {
				t.Errorf("the request is %+v", r)
			}
			h.press("v", "k", "k", "k", "v")
			h.shows("3 unmarked")
			h.press("z")
			h.shows("Undone: 3 marked.", "3 selected")
		})
	}
}

// TestRangeOfOne checks that a range of one row marks by hand, a name clash too.
func TestRangeOfOne(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("/")
		h.write("ledger")
		h.press("enter", "v")
		h.shows("range of 1")
		h.press("v")
		if r := h.m.work.Marks.Request(); len(r.Named) != 1 || len(r.Bulk) != 0 {
			t.Errorf("the request is %+v", r)
		}
		h.press("1", "esc", "g", "v", "v")
		h.shows("It is imported already.", "1 selected")
	})
}

// TestRangeEnds checks that changes of the list and plain movement end a range.
func TestRangeEnds(t *testing.T) {
	for name, c := range map[string]struct {
		keys []string
		want string
	}{
		"esc":               {[]string{"v", "j", "esc"}, ""},
		"sticky":            {[]string{"v", "j", "pgdown", "k"}, "range of 16"},
		"shift":             {[]string{"shift+down", "shift+down", "shift+up"}, "range of 2"},
		"shift then plain":  {[]string{"shift+down", "j"}, ""},
		"sticky then shift": {[]string{"v", "shift+down", "j"}, "range of 3"},
		"sort":              {[]string{"v", "j", "s"}, ""},
		"facet":             {[]string{"v", "j", "2"}, ""},
		"filter":            {[]string{"v", "j", "/", "p"}, ""},
		"filter left alone": {[]string{"v", "j", "/", "enter"}, "range of 2"},
		"refresh":           {[]string{"v", "j", "r"}, "range of 2"},
		"all":               {[]string{"v", "j", "a"}, "range of 2"},
		"tab":               {[]string{"v", "j", "tab"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, bank(), nil, func(h *harness) {
				h.press(c.keys...)
				if c.want == "" {
					h.lacks("range of", "*[", "*   ")
				} else {
					h.shows(c.want)
				}
			})
		})
	}
}

// TestRangeIsOverWithItsOrder checks that a range ends before the new order is shown.
func TestRangeIsOverWithItsOrder(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("j", "j", "j", "v", "j")
		h.send(keyMsg(t, "s"))
		h.lacks("range of")
		h.send(keyMsg(t, "v"))
		h.send(keyMsg(t, "v"))
		h.settle()
		if h.m.work.Marks.Len() > 1 {
			t.Errorf("marks are %v", maps.Collect(h.m.work.Marks.All()))
		}
	})
}

// TestRangeFollowsRefresh checks that a range follows its first row, and ends with it.
func TestRangeFollowsRefresh(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("j", "j", "v", "j", "j")
		old := h.e.pages[0]
		h.e.pages = [][]catalog.Entity{append([]catalog.Entity{entity("aaa", "team-pay", "service", "production"),
			entity("payment-geo", "team-pay", "service", "production")}, old...)}
		h.press("r")
		h.shows("range of 4")
		h.e.pages = [][]catalog.Entity{old[:4]}
		h.press("r")
		h.lacks("range of")
	})
}

// TestInvert checks that only importable rows on the list are inverted.
func TestInvert(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("G", "space", "/")
		h.write("sdk")
		h.press("enter", "space", "I")
		h.shows("1 unmarked. 1 marked", "2 selected (1 hidden by filter)")
		h.press("z")
		h.shows("Undone: 1 marked, 1 unmarked.", "2 selected (1 hidden by filter)")
		h.press("Z", "esc", "esc", "I")
		h.shows("2 unmarked. 14 marked, 2 skipped: same name", "14 selected")
	})
}

// TestClearAndBack checks that A counts hidden marks too, and that z restores all.
func TestClearAndBack(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("a", "/")
		h.write("ledger")
		h.press("enter", "space")
		before := maps.Collect(h.m.work.Marks.All())
		h.shows("17 selected (16 hidden by filter)")
		h.press("A")
		h.shows("17 unmarked. z brings them back.")
		h.lacks("selected (")
		h.press("z")
		h.shows("Undone: 17 marked.", "17 selected (16 hidden by filter)")
		if !maps.Equal(before, maps.Collect(h.m.work.Marks.All())) {
			t.Errorf("marks are %v, were %v", maps.Collect(h.m.work.Marks.All()), before)
		}
	})
}

// TestUndoAfterImport checks that undo skips what was sent, and says so.
func TestUndoAfterImport(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("z")
		h.shows("Nothing is left to undo.")
		h.press("/")
		h.write("sdk")
		h.press("enter", "a", "j", "space")
		h.shows("1 selected")
		h.press("i", "y", "esc")
		h.shows("3 Imported 5")
		if h.m.work.Marks.Len() != 0 {
			t.Fatalf("marks are %v", maps.Collect(h.m.work.Marks.All()))
		}
		// Of the two, one was sent and one was unmarked by hand before.
		h.press("z")
		h.shows("Undone: 1 marked.")
		h.press("z")
		h.shows("Undone: 1 unmarked.")
		h.press("Z")
		h.shows("Redone: 1 marked, 1 cannot be marked now.")
	})
}

// TestAnyMarksCanBeUndone checks that undo and redo pass through the same selections.
func TestAnyMarksCanBeUndone(t *testing.T) {
	keys := rapid.SampledFrom([]string{"space", "tab", "shift+tab", "a", "m", "I", "A", "v", "shift+down", "shift+up", "j", "k", "G", "g", "2", "5", "1", "S"})
	turns := rapid.SampledFrom([]string{"z", "Z"})
	rapid.Check(t, func(r *rapid.T) {
		moves := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) string {
			if rapid.IntRange(0, 3).Draw(r, "kind") == 0 {
				return turns.Draw(r, "turn")
			}
			return keys.Draw(r, "key")
		}), 1, 80).Draw(r, "moves")
		var found findings
		within(t, 80, 24, bankWithFailures(), func(o *Options) { o.Rows = 5 }, func(h *harness) {
			past, future := []map[catalog.Ref]bool{{}}, []map[catalog.Ref]bool{}
			for _, key := range moves {
				h.press(key)
				now := past[len(past)-1]
				switch {
				case key == "z" && len(past) > 1:
					future, past = append(future, now), past[:len(past)-1]
				case key == "Z" && len(future) > 0:
					last := len(future) - 1
					past, future = append(past, future[last]), future[:last]
				case !maps.Equal(maps.Collect(h.m.work.Marks.All()), now):
					past, future = append(past, maps.Collect(h.m.work.Marks.All())), nil
				}
				if want := past[len(past)-1]; !maps.Equal(maps.Collect(h.m.work.Marks.All()), want) {
					found.Errorf("after %s of %v the marks are %v, want %v", key, moves, maps.Collect(h.m.work.Marks.All()), want)
					return
				}
				if hidden := h.m.work.Marks.Hidden(h.m.work.Shown.Catalog, h.m.browse.list.in); h.m.browse.hidden != hidden {
					found.Errorf("after %s of %v %d marks count as hidden, %d are", key, moves, h.m.browse.hidden, hidden)
					return
				}
			}
		})
		if len(found) > 0 {
			r.Fatal(found[0])
		}
	})
}

// TestMarksOfFailuresAreKept checks that an import leaves its failures marked, and counts hidden ones.
func TestMarksOfFailuresAreKept(t *testing.T) {
	within(t, 80, 24, bankWithFailures(), nil, func(h *harness) {
		h.press("a", "i", "y")
		h.wait(time.Second)
		h.press("esc", "/")
		h.write("pix")
		h.press("enter")
		h.shows("2 selected (1 hidden by filter)")
		for ref := range h.m.work.Marks.All() {
			if h.m.work.Shown.Status(ref).State != importer.Failed {
				t.Errorf("%s is marked", ref)
			}
		}
	})
}
