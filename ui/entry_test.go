package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/ui/entry"
)

// entryScenes are the golden scenes of what is typed.
func entryScenes() map[string]scene {
	playing := func(world func() *fakeEngine, keys ...string) scene {
		return scene{world: world, play: func(h *harness) {
			for _, key := range keys {
				if text, written := strings.CutPrefix(key, ">"); written {
					h.write(text)
				} else {
					h.press(key)
				}
			}
		}}
	}
	return map[string]scene{
		"typing-fields":   playing(mixedBank, "/"),
		"typing-values":   playing(mixedBank, "/", ">pay owner:", "tab", "tab"),
		"command":         playing(mixedBank, ":"),
		"command-kind":    playing(mixedBank, ":", ">kind component,", "tab", "tab"),
		"command-company": playing(mixedBank, ":", ">company ", "tab", "tab"),
		"command-unknown": playing(mixedBank, ":", ">frobnicate", "enter"),
		"company-wrong":   playing(mixedBank, ":", ">company 7", "enter"),
		"kinds":           playing(mixedBank, "G", "space", ":", ">kind api", "enter"),
		"kinds-two":       playing(mixedBank, ":", ">kind api,component", "enter"),
		"kinds-none":      playing(mixedBank, ":", ">kind group,api2", "enter"),
	}
}

// mixedBank is the bank with a few entities of other kinds, and an owner with blanks.
func mixedBank() *fakeEngine {
	f := bank()
	for i, name := range []string{"payments-api", "ledger-api", "pix-api"} {
		e := entity(name, "Platform Guild", "openapi", "production")
		e.Kind, e.Ref = "API", catalog.NewRef("API", "default", name)
		if i == 0 {
			e.Owner = "team-pay"
		}
		f.pages[0] = append(f.pages[0], e)
	}
	e := entity("ledger-db", "Platform Guild", "database", "production")
	f.pages[0] = append(f.pages[0], e)
	return f
}

// TestFilterCompletion checks fields and values, by frequency, after a comma and "!", quoted if needed;
// the text after the cursor stays.
func TestFilterCompletion(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		keys []string
		want string
	}{
		"a field":                 {"own", []string{"tab"}, "owner:"},
		"in any case":             {"OW", []string{"tab"}, "owner:"},
		"behind other words":      {"pay own", []string{"tab"}, "pay owner:"},
		"a field that is not":     {"!own", []string{"tab"}, "!owner:"},
		"and on to its values":    {"own", []string{"tab", "tab"}, "owner:team-pay"},
		"the first of several":    {"s", []string{"tab"}, "system:"},
		"the next":                {"s", []string{"tab", "tab"}, "status:"},
		"round":                   {"s", []string{"tab", "tab", "tab"}, "system:"},
		"back from the start":     {"s", []string{"shift+tab"}, "status:"},
		"back":                    {"s", []string{"tab", "tab", "shift+tab"}, "system:"},
		"most frequent value":     {"owner:", []string{"tab"}, "owner:team-pay"},
		"by its beginning":        {"owner:team-s", []string{"tab"}, "owner:team-shop"},
		"a ref by its name":       {"owner:team-pi", []string{"tab"}, "owner:team-pix"},
		"behind a comma":          {"owner:team-pay,team-r", []string{"tab"}, "owner:team-pay,team-risk"},
		"what is not wanted":      {"!lifecycle:dep", []string{"tab"}, "!lifecycle:deprecated"},
		"quoted":                  {"owner:plat", []string{"tab"}, `owner:"Platform Guild"`},
		"inside quotation marks":  {`owner:"platform g`, []string{"tab"}, `owner:"Platform Guild"`},
		"behind a quoted one":     {`owner:"Platform Guild",team-r`, []string{"tab"}, `owner:"Platform Guild",team-risk`},
		"tags one by one":         {"tag:p", []string{"tab"}, "tag:pci"},
		"status words":            {"status:f", []string{"tab"}, "status:failed"},
		"selected":                {"is:", []string{"tab"}, "is:selected"},
		"kinds that occur":        {"kind:c", []string{"tab"}, "kind:Component"},
		"no such field":           {"foo:b", []string{"tab"}, "foo:b"},
		"no such value":           {"owner:zzz", []string{"tab"}, "owner:zzz"},
		"an ordinary word":        {"payment", []string{"tab"}, "payment"},
		"what is typed ends it":   {"s", []string{"tab", "x", "tab"}, "system:x"},
		"in the middle of a line": {"ty go", []string{"left", "left", "left", "tab"}, "type: go"},
	} {
		t.Run(name, func(t *testing.T) {
			within(t, 80, 24, mixedBank(), nil, func(h *harness) {
				h.press("/")
				h.write(c.text)
				h.press(c.keys...)
				if got := h.m.browse.filter.Value(); got != c.want {
					t.Errorf("%q and %q make %q, not %q", c.text, c.keys, got, c.want)
				}
				if h.m.browse.query.String() != catalog.ParseQuery(c.want).String() {
					t.Errorf("the list is of %q", h.m.browse.query)
				}
			})
		})
	}
}

// TestProposalsFollowTheCatalog checks that values read later are proposed.
func TestProposalsFollowTheCatalog(t *testing.T) {
	f := upTo(16, bank())
	within(t, 80, 24, f, nil, func(h *harness) {
		h.press("/")
		h.write("owner:team-s")
		h.lacks("owner:team-shop")
		close(h.e.release)
		h.settle()
		h.shows(" owner:team-shop")
		h.press("esc", ":")
		h.write("filter !OW")
		h.press("tab", "t", "e", "a", "m", "-", "s", "tab", "enter")
		h.shows("/ !owner:team-shop")
	})
}

// TestProposalsAreShown checks the brackets, the count of the rest, paging, and that messages stay
// visible before anything is typed.
func TestProposalsAreShown(t *testing.T) {
	f := bank()
	for i := range 30 {
		f.pages[0] = append(f.pages[0], entity(fmt.Sprint("svc-", i), fmt.Sprintf("unit-%02d", i), "service", "beta"))
	}
	f.assetsErr = errors.New("connection refused")
	within(t, 80, 24, f, nil, func(h *harness) {
		h.press("/")
		h.shows("Connection refused")
		h.press("esc", "esc", "/")
		h.shows(" owner:  type:  lifecycle:  ns: ", "52 of 52", "enter keeps", "tab completes")
		h.write("owner:unit")
		h.shows(" owner:unit-00  owner:unit-01 ", "(26 more)")
		h.press("tab", "tab")
		h.shows(" owner:unit-00 [owner:unit-01]")
		h.press("tab", "tab", "tab")
		h.shows("[owner:unit-04] owner:unit-05 ")
		h.press("esc")
		h.lacks("owner:unit")
	})
}

// TestFilterHistory checks the order of history, the draft at its end, and that enter saves the filter.
func TestFilterHistory(t *testing.T) {
	var kept []string
	options := func(o *Options) {
		o.Filters, o.KeepFilter = []string{"sdk", "pix", "sdk"}, func(f string) { kept = append(kept, f) }
	}
	within(t, 80, 24, bank(), options, func(h *harness) {
		value := func(want string) {
			t.Helper()
			if got := h.m.browse.filter.Value(); got != want {
				t.Errorf("the filter is %q, not %q", got, want)
			}
		}
		h.press("/")
		h.write("che")
		h.press("up")
		value("sdk")
		h.shows("2 of 22")
		h.press("up", "up", "up")
		value("pix")
		h.press("down", "down", "down")
		value("che")
		h.shows("3 of 22")
		if len(kept) > 0 {
			t.Errorf("kept are %q", kept)
		}
		h.press("enter", "/", "up")
		value("sdk")
		h.press("esc", "/", "up")
		value("che")
		h.press("enter")
		if want := []string{"che", "che"}; !slices.Equal(kept, want) {
			t.Errorf("kept are %q", kept)
		}
		h.press("/", "up")
		value("sdk")
		h.press("up")
		value("pix")
		h.press("esc")
		h.press("/", "esc", "/", "enter")
		if len(kept) != 2 {
			t.Errorf("an empty filter was kept: %q", kept)
		}
	})
}

// TestTypingMovesTheCursor checks that keys move the list while a filter is typed, and letters are text.
func TestTypingMovesTheCursor(t *testing.T) {
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.press("/")
		h.write("payment")
		h.press("ctrl+n", "ctrl+n", "ctrl+p")
		if h.m.browse.list.cursor != 1 {
			t.Errorf("the cursor is on %d", h.m.browse.list.cursor)
		}
		h.press("pgdown")
		if h.m.browse.list.cursor <= 1 || h.m.browse.filter.Value() != "payment" {
			t.Errorf("the cursor is on %d, the filter is %q", h.m.browse.list.cursor, h.m.browse.filter.Value())
		}
	})
}

// TestTypingInOnePiece checks keys that arrive at once, and that a paste is text whatever it contains.
func TestTypingInOnePiece(t *testing.T) {
	runes := func(text string, paste bool) tea.KeyMsg {
		return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(text), Paste: paste}
	}
	within(t, 80, 24, bank(), nil, func(h *harness) {
		h.send(runes("/owner:team-s", false))
		h.send(tea.KeyMsg{Type: tea.KeyTab})
		h.send(tea.KeyMsg{Type: tea.KeyEnter})
		h.send(runes(":sort owner desc", false))
		h.send(tea.KeyMsg{Type: tea.KeyEnter})
		h.settle()
		h.shows("/ owner:team-shop", "sort OWNER ↓")
		h.press("esc", "/")
		h.send(runes("sdk\n:q\tx\x1b[2J", true))
		h.settle()
		if got := h.m.browse.filter.Value(); !strings.HasPrefix(got, "sdk :q") || strings.ContainsAny(got, "\n\t") || !h.m.browse.typing {
			t.Errorf("the paste became %q", got)
		}
		checkFrame(t, h.m.View(), 80, 24)
		h.lacks("\x1b[2J")
		h.press("esc", ":")
		h.send(runes("quit\n", true))
		h.settle()
		if h.quit || !h.m.browse.commanding {
			t.Error("a paste was run")
		}
	})
}

// FuzzEntry checks for panics, a cursor outside the text, and proposals that change more than the word.
func FuzzEntry(f *testing.F) {
	f.Add("own\t:\t,\t !owner:\"plat\t", uint8(3))
	f.Add(":kind a\tcomponent,\t\x01\x02", uint8(0))
	f.Add("決済 owner:team-東\t\x02\x03\x04\x05", uint8(200))
	e := mixedBank()
	e.now = func() time.Time { return epoch }
	m := newModel(f.Context(), e, Options{Width: 80, Height: 24, Now: e.now, NoColor: true})
	m.work.Known.View.Catalog = catalog.NewSnapshot(e.all(), epoch, 0, true)
	m.browse.companies = companies{list: e.companies, known: true}
	keys := map[rune]tea.KeyType{'\t': tea.KeyTab, 1: tea.KeyShiftTab, 2: tea.KeyUp, 3: tea.KeyDown, 4: tea.KeyLeft, 5: tea.KeyBackspace, 6: tea.KeyHome}
	f.Fuzz(func(t *testing.T, text string, w uint8) {
		for _, complete := range []func(string) entry.Proposals{m.browse.completeFilter, m.browse.completeCommand} {
			line := entry.New([]string{"pay", "owner:team-pay !sdk"}, complete)
			line.Begin()
			for _, r := range text {
				msg := tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}}
				if kind, special := keys[r]; special {
					msg = tea.KeyMsg{Type: kind}
				}
				before, pos := []rune(line.Value()), line.Position()
				from := line.Offered.From
				line.Key(msg)
				after := []rune(line.Value())
				if line.Position() > len(after) || !utf8.ValidString(line.Value()) {
					t.Fatalf("the cursor is at %d of %q", line.Position(), line.Value())
				}
				if msg.Type == tea.KeyTab && (!slices.Equal(before[:min(from, len(before))], after[:min(from, len(after))]) ||
					string(before[pos:]) != string(after[line.Position():])) {
					t.Fatalf("tab made %q of %q", string(after), string(before))
				}
				checkFrame(t, m.gl.Fitted(line.ProposalLine(int(w), m.gl, m.st.Input), int(w)), int(w), 1)
			}
		}
	})
}

// FuzzCommand checks that commands send nothing and that only q and a known company end the table.
func FuzzCommand(f *testing.F) {
	for _, line := range []string{"kind api,component", "kind ,,", "sort owner desc", "sort catalog", "sort", "rows 3", "rows -1",
		"filter owner:", "company 2001", "company acme", "company", "q", "r", "help", "log", "kind \x1b[2J", "  sort   name  "} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		e := mixedBank()
		e.now = func() time.Time { return epoch }
		m := newModel(t.Context(), e, Options{Width: 80, Height: 24, Now: e.now, NoColor: true})
		m.browse.companies = companies{list: e.companies, known: true}
		m.browse.runCommand(line)
		checkFrame(t, m.View(), 80, 24)
		if e.submits+e.drains+e.switches+e.checks != 0 {
			t.Error("a command has sent something")
		}
		if m.browse.leaveTo != (conviso.Company{}) && !slices.Contains(e.companies, m.browse.leaveTo) {
			t.Errorf("the table is left for %v", m.browse.leaveTo)
		}
		if len(m.work.Kinds()) == 0 {
			t.Error("no kind is left")
		}
	})
}
