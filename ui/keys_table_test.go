package ui

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"conviso-importer/ui/session"
)

// TestKeysAreThoseOfTheTable checks Keys against the bindings of the running program.
func TestKeysAreThoseOfTheTable(t *testing.T) {
	var published []string
	all := Keys()
	common := all[len(all)-1]
	within(t, 80, 24, bank(), nil, func(h *harness) {
		screens := all[:len(all)-1]
		if len(screens) != len(h.m.keys) {
			t.Fatalf("%d screens, want %d", len(screens), len(h.m.keys))
		}
		for i, s := range h.m.all() {
			bindings := h.m.keys[s]
			published = nil
			for _, screen := range []KeyScreen{screens[i], common} {
				for _, group := range screen.Groups {
					for _, k := range group.Keys {
						published = append(published, group.Name+": "+k.Shown+": "+k.Help)
					}
				}
			}
			var bound []string
			for _, b := range bindings {
				bound = append(bound, b.group+": "+b.Help().Key+": "+b.Help().Desc)
			}
			slices.Sort(published)
			slices.Sort(bound)
			if !slices.Equal(published, bound) {
				t.Errorf("%s: published\n%s\nbound\n%s", s.name(), strings.Join(published, "\n"), strings.Join(bound, "\n"))
			}
			if screens[i].Name == "" || screens[i].About == "" {
				t.Errorf("screen %d lacks a name or what it is about", i)
			}
		}
	})
	if !reflect.DeepEqual(all, Keys()) {
		t.Error("two calls differ")
	}
}

// TestEveryScreensHelp checks that each screen's help lists its own keys, all of them.
func TestEveryScreensHelp(t *testing.T) {
	within(t, 200, 100, bank(), nil, func(h *harness) {
		for s, bindings := range h.m.keys {
			shown := 0
			for _, p := range h.m.helpText(s, 200) {
				if !p.heading && p.lines[0] != "" {
					shown++
				}
			}
			if s == screen(h.m.browse) {
				shown -= len(h.m.browse.commandHelp()) + len(session.FilterHelp()) + len(session.StatusHelp()) + 1
			}
			if shown != len(bindings) {
				t.Errorf("%s: %d keys in its help, want %d", s.name(), shown, len(bindings))
			}
			h.m.screens, h.m.reader.reader = []screen{s}, reader{}
			h.m.showHelp()
			for _, b := range bindings {
				h.shows(b.Help().Key, b.Help().Desc)
			}
			h.m.screens = []screen{h.m.browse}
		}
	})
}

// promised are the keys that users expect, with the screens where they must work.
func promised() map[string][]string {
	const table, details, review, job, texts = "Table", "Details", "Review", "Import", "Texts"
	onTable := []string{table}
	everywhere := []string{table, details, review, job, texts}
	lists := []string{table, details, job, texts}
	keys := map[string][]string{}
	for _, key := range []string{" ", "tab", "shift+tab", "v", "shift+up", "shift+down", "a", "A", "z", "Z", "1", "2", "3", "4", "5", "/", "p",
		"P", "J", "K", "s", "S", "w", "i", "R", "t", "m", "I", "r", "y", "Y", "o", "O", "e", ":", "enter"} {
		keys[key] = onTable
	}
	for _, key := range []string{"esc", "@", "?", "ctrl+l", "ctrl+z", "q", "ctrl+c", "j", "k", "up", "down"} {
		keys[key] = everywhere
	}
	for _, key := range []string{"pgdown", "pgup", "left", "right", ".", ","} {
		keys[key] = lists
	}
	for _, key := range []string{"g", "G", "home", "end", "ctrl+d", "ctrl+u"} {
		keys[key] = []string{table, details, texts}
	}
	keys["J"] = []string{table, details, texts}
	keys["K"] = keys["J"]
	return keys
}

// TestPromisedKeys checks that each promised key is bound on its screens.
func TestPromisedKeys(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		for key, names := range promised() {
			for _, s := range h.m.all() {
				if !slices.Contains(names, s.name()) {
					continue
				}
				bound := slices.ContainsFunc(h.m.keys[s], func(b binding) bool { return slices.Contains(b.Keys(), key) })
				if !bound {
					t.Errorf("%q does nothing on the %s screen", key, s.name())
				}
			}
		}
	})
}

// TestModesComeLast checks that keys of a mode come last in their group of the help.
func TestModesComeLast(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		modes := 0
		for s, bindings := range h.m.keys {
			for _, group := range session.HelpGroups() {
				listed := ofGroup(bindings, group)
				for i := 1; i < len(listed); i++ {
					if listed[i-1].mode && !listed[i].mode {
						t.Errorf("%s: %q stands before %q", s.name(), listed[i-1].Help().Desc, listed[i].Help().Desc)
					}
				}
			}
			for _, b := range bindings {
				if b.mode {
					modes++
				}
			}
		}
		if modes == 0 {
			t.Error("no key is one of a mode")
		}
		h.press("j", "v", "j", "j", "space")
		h.shows("3 marked")
	})
}

// TestReservedChords checks reserved against known chords.
func TestReservedChords(t *testing.T) {
	for key, want := range map[string]bool{"ctrl+a": true, "ctrl+@": true, "ctrl+ ": true, "ctrl+m": true, "ctrl+i": true, "ctrl+[": true,
		"ctrl+h": true, "ctrl+j": true, "alt+x": true, "ctrl+shift+up": true, "ctrl+d": false, "ctrl+u": false, "tab": false, "shift+tab": false,
		"ctrl+c": false, "ctrl+l": false, "ctrl+z": false, " ": false, "q": false} {
		if got := reserved(key) != ""; got != want {
			t.Errorf("%q: %q", key, reserved(key))
		}
	}
}

// reserved says who keeps a key from the program, empty where nobody does.
func reserved(key string) string {
	switch key {
	case "ctrl+b":
		return "tmux"
	case "ctrl+a":
		return "screen"
	case "ctrl+s", "ctrl+q":
		return "flow control"
	case "ctrl+@", "ctrl+ ", "ctrl+space":
		return "the zero byte, which terminals send or keep as they like"
	case "ctrl+\\":
		return "SIGQUIT"
	case "ctrl+]", "ctrl+^", "ctrl+_":
		return "telnet, and keyboards that cannot type it"
	case "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "ctrl+[":
		return "tab, enter, backspace or esc, whose byte it is"
	}
	switch {
	case strings.HasPrefix(key, "alt+"):
		return "esc, which begins it"
	case strings.HasPrefix(key, "ctrl+shift+"), strings.HasPrefix(key, "ctrl+alt+"):
		return "terminals, which take it for themselves"
	}
	return ""
}
