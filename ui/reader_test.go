package ui

import (
	"strings"
	"testing"
)

// readerScenes are the texts while they are searched.
func readerScenes() map[string]scene {
	look := func(keys []string, words string, then ...string) func(h *harness) {
		return func(h *harness) { h.press(keys...); h.write(words); h.press(then...) }
	}
	return map[string]scene{
		"help-searched":      {world: bank, play: look([]string{"?", "/"}, "mark all", "enter")},
		"help-typing":        {world: bank, play: look([]string{"?", "/"}, "page")},
		"help-no-match":      {world: bank, play: look([]string{"?", "/"}, "zzq", "enter")},
		"help-review":        {world: bank, play: func(h *harness) { h.press("a", "i", "?") }},
		"help-importing":     {world: busyBank, play: func(h *harness) { h.press("a", "i", "y", "?") }},
		"help-texts":         {world: bank, play: func(h *harness) { h.press("c", "?") }},
		"messages-searched":  {world: unauthorised, play: look([]string{"@", "/"}, "revoked")},
		"connection-reading": {world: offline, play: look([]string{"c", "/"}, "acme")},
	}
}

// TestSearchInTexts checks that a search keeps whole passages with their headings, and counts them.
func TestSearchInTexts(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("?", "/")
		h.shows("enter keeps the search")
		h.write("HALF page")
		h.shows("Move\n", "ctrl+d      half a page down", "2 of ")
		h.lacks("Mark\n", "next row", "Status words")
		// A heading's words count for what is under it.
		h.press("esc", "/")
		h.write("status asset")
		h.shows("Status words\nnew         no asset of this name")
		h.lacks("queued      on disk")
		h.press("enter")
		h.shows("/ status asset", "/ search")
		h.press("esc")
		h.shows("Mark\n", "mark (select) or unmark the row")
		h.lacks("/ status asset")
	})
	within(t, 36, 24, bank(), nil, func(h *harness) {
		h.press("a", "i", "enter", "/")
		h.write("reconciler-batch beta")
		h.shows("component:default/payment-", "reconciler-batch-worker-for-the-\n", "1 of 3")
		h.lacks("webhooks")
	})
}

// TestTextIsSearchedAsTyped checks that bound keys are letters in a search.
func TestTextIsSearchedAsTyped(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("?", "/")
		h.write("q?jG@ /")
		h.shows("/ q?jG@ /", "Nothing here holds all of these words")
		if h.quit || h.m.onShow() != screen(h.m.reader) {
			t.Errorf("the keys did something: %s", h.m.onShow().name())
		}
		h.press("backspace", "backspace", "backspace", "up", "down", "enter", "/")
		h.shows("/ q?jG")
	})
}

// TestTextsCloseInOrder checks esc and q, and that a text over a text returns to it.
func TestTextsCloseInOrder(t *testing.T) {
	type step struct{ key, title string }
	for name, steps := range map[string][]step{
		"esc ends the search first": {{"?", "Help: Table"}, {"/", "Help: Table"}, {"s", "Help: Table"}, {"enter", "Help: Table"},
			{"esc", "Help: Table"}, {"esc", ""}},
		"esc ends the typing first":  {{"?", "Help: Table"}, {"/", "Help: Table"}, {"esc", "Help: Table"}, {"esc", ""}},
		"q goes back at once":        {{"?", "Help: Table"}, {"/", "Help: Table"}, {"s", "Help: Table"}, {"enter", "Help: Table"}, {"q", ""}},
		"help closes by its key":     {{"?", "Help: Table"}, {"?", ""}},
		"the log closes by its key":  {{"@", "Log"}, {"@", ""}},
		"help of a text":             {{"c", "Connection"}, {"?", "Help: Texts"}, {"esc", "Connection"}, {"esc", ""}},
		"the log from a text":        {{"c", "Connection"}, {"@", "Log"}, {"?", "Help: Texts"}, {"?", "Log"}, {"q", "Connection"}, {"q", ""}},
		"help of a line's entities":  {{"a", ""}, {"i", ""}, {"enter", "lifecycle"}, {"?", "Help: Texts"}, {"esc", "lifecycle"}, {"esc", ""}},
		"help of the screen beneath": {{"a", ""}, {"i", ""}, {"?", "Help: Review"}, {"esc", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, bank(), nil, func(h *harness) {
				for i, s := range steps {
					h.press(s.key)
					title := ""
					if h.m.onShow() == screen(h.m.reader) {
						title = h.m.reader.title
					}
					if !strings.Contains(title, s.title) || (s.title == "") != (title == "") {
						t.Fatalf("step %d, %s: the text is %q, want %q", i+1, s.key, title, s.title)
					}
				}
			})
		})
	}
}

// TestTextScrolls checks the scroll keys, and the position after a search.
func TestTextScrolls(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("?")
		end := len(h.m.reader.readerLines()) - h.m.layout().Body()
		for _, c := range []struct {
			key  string
			want int
		}{{"j", 1}, {"ctrl+d", 10}, {"ctrl+u", 1}, {"k", 0}, {"k", 0}, {"pgdown", 18}, {"pgup", 0}, {"space", 18}, {"G", end}, {"j", end}, {"g", 0}, {"end", end}} {
			if h.press(c.key); h.m.reader.top != c.want {
				t.Errorf("%s: line %d, want %d", c.key, h.m.reader.top, c.want)
			}
		}
		h.press("/")
		h.write("page")
		h.shows("mark this page")
	})
}

// TestPassages checks that a passage is a line with its continuations.
func TestPassages(t *testing.T) {
	got := passages([]string{"a", "  b", "", "c", "d", " e"})
	var text []string
	for _, p := range got {
		text = append(text, p.searchText())
	}
	if want := "a b\nab||c|d e\nde"; strings.Join(text, "|") != want {
		t.Errorf("%q, want %q", strings.Join(text, "|"), want)
	}
}
