package ui

import (
	"slices"
	"testing"

	"conviso-importer/conviso"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// TestBindings checks that bindings have help and a group, that shared keys may be off, and that none is
// reserved by terminals, tmux or screen.
func TestBindings(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		for s, bindings := range h.m.keys {
			seen := map[string]bool{}
			for _, b := range bindings {
				if b.Help().Key == "" || b.Help().Desc == "" || !slices.Contains(session.HelpGroups(), b.group) || b.run == nil {
					t.Errorf("%s: %q lacks help, group or action", s, b.Keys())
				}
				for _, key := range b.Keys() {
					if seen[key] && key != "enter" && key != "esc" {
						t.Errorf("%s: %q is bound twice", s, key)
					}
					seen[key] = seen[key] || b.off == nil
					if owner := reserved(key); owner != "" {
						t.Errorf("%s: %q is not ours to bind: it belongs to %s", s, key, owner)
					}
				}
			}
			for _, key := range []string{"q", "esc", "ctrl+c"} {
				if !seen[key] {
					t.Errorf("%s: %q does nothing", s, key)
				}
			}
		}
	})
}

// TestHelpIsComplete checks that help lists every key, and why a key is off.
func TestHelpIsComplete(t *testing.T) {
	within(t, 200, 200, bank(), nil, func(h *harness) {
		h.press("?")
		for _, b := range h.m.keys[h.m.browse] {
			h.shows(b.Help().Key, b.Help().Desc)
		}
		h.shows("not now: nothing is marked", "Status words", "unknown     Conviso's assets could not be read")
		h.press("esc", "i")
		h.shows("Nothing is marked. Space marks the row under the cursor.")
	})
}

// TestAnswersStay checks that keys that move or redraw keep the last answer, and others drop it.
func TestAnswersStay(t *testing.T) {
	const answer = "180 columns wide"
	for key, stays := range map[string]bool{
		"j": true, "up": true, "pgdown": true, "ctrl+d": true, "G": true, "J": true, "ctrl+l": true, "shift+down": true,
		"esc": false, "space": false, "y": false, "w": false, "v": false, "s": false, "2": false, "z": false,
	} {
		t.Run(key, func(t *testing.T) {
			within(t, 80, 24, bank(), nil, func(h *harness) {
				h.press("j")
				h.m.say(answer)
				h.press(key)
				if stays {
					h.shows(answer)
				} else {
					h.lacks(answer)
				}
			})
		})
	}
}

// TestFootIsTrue checks that the last line shows usable keys, the important ones in small windows too.
func TestFootIsTrue(t *testing.T) {
	within(t, 120, 40, leftOver(), nil, func(h *harness) {
		h.shows("enter resume")
		h.lacks("enter detail")
		h.press("esc")
		h.shows("enter detail")
		h.press("v", "j")
		h.shows("v mark range 2   esc cancel")
		h.lacks("space mark")
	})
	within(t, draw.MinWidth, draw.MinHeight, bank(), nil, func(h *harness) {
		h.press("j", "space")
		h.shows("space mark  i import 1  ? help")
		h.press("v")
		h.shows("v mark range 1  esc cancel  ? help")
		h.press("esc", "e")
		h.shows("enter writes  esc leaves")
	})
	within(t, draw.MinWidth, draw.MinHeight, withoutIntegration(), nil, func(h *harness) {
		h.press("a", "i")
		h.shows("16 entities → 1042 Acme Bank", "The integration is created first.")
	})
}

// TestStatusOfLists checks the status line's ages and progress, in small windows too.
func TestStatusOfLists(t *testing.T) {
	within(t, 80, 24, assetsDown(), nil, func(h *harness) {
		h.m.work.Shown.Assets = conviso.NewAssetSet(nil, epoch, false)
		h.shows("assets not read")
	})
	f := upTo(9, bank())
	within(t, 40, 10, f, nil, func(h *harness) { h.shows("reading cat 9 of ~22") })
}

// TestSmallWords checks that small windows show whole sentences and titles.
func TestSmallWords(t *testing.T) {
	within(t, draw.MinWidth, draw.MinHeight, bank(), nil, func(h *harness) {
		h.press("@")
		h.shows("The log is empty.")
		h.press("q", "?")
		h.shows("Help: Table (1-5 of ")
		h.press("q", "a", "i", "y")
		h.shows("Done in less than a second.")
	})
	f := bank()
	f.companies = f.companies[:1]
	within(t, 80, 24, f, nil, func(h *harness) {
		h.command("company")
		h.shows("This is company 1042 Acme Bank. The key sees no other.")
	})
}

// TestRedrawDisturbsNothing checks that a redraw keeps input and question.
func TestRedrawDisturbsNothing(t *testing.T) {
	for name, keys := range map[string][]string{
		"filter": {"/", "p"}, "command": {":", "k"}, "prompt": {"e"}, "search": {"?", "/", "m"}, "number": {"a", "i", "1"}, "question": {"a", "i", "y", "x"},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, busyBank(), nil, func(h *harness) {
				h.press(keys...)
				before := h.m.View()
				if h.press("ctrl+l"); h.m.View() != before {
					t.Errorf("it was\n%s\nand is\n%s", before, h.m.View())
				}
				if _, cmd := h.m.Update(keyMsg(t, "ctrl+l")); cmd == nil {
					t.Error("nothing is drawn anew")
				}
			})
		})
	}
}
