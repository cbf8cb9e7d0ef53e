package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
)

// filter types a filter and keeps it.
func (h *harness) filter(text string) {
	h.t.Helper()
	h.press("/")
	h.write(text)
	h.press("enter")
}

// TestFilterFollows checks that filters by marks and statuses follow their changes.
func TestFilterFollows(t *testing.T) {
	within(t, 80, 24, busyBank(), nil, func(h *harness) {
		h.press("j", "space", "j", "space")
		h.filter("is:selected")
		h.shows("2 of 22")
		h.press("space")
		h.shows("1 of 22")
		h.press("A")
		h.shows("0 of 22 match; esc clears")
		h.press("esc")
		h.filter("pay status:new")
		h.shows("10 of 22")
		h.press("a", "i", "y")
		progress(h)
		h.press("esc")
		h.shows("0 of 22")
		h.press("esc")
		h.filter("status:accepted,retrying")
		for _, row := range h.m.browse.list.rows {
			if s := h.m.work.Shown.Statuses.At(int(row)).State; s != importer.Accepted && s != importer.Retrying {
				t.Errorf("a row that is %s is on the list", s)
			}
		}
		if len(h.m.browse.list.rows) == 0 {
			t.Error("nothing is on the list")
		}
	})
}

// TestFilterProblems checks that a problem is reported while it lasts, once, and only a quiet line about the word
// being typed.
func TestFilterProblems(t *testing.T) {
	within(t, 120, 40, bank(), nil, func(h *harness) {
		h.press("/")
		h.write("pay owner:")
		h.lacks("has no value")
		h.shows("14 of 22")
		h.press("enter")
		h.shows("owner: has no value; owner:- finds entities that have none", "/ pay  ")
		h.press("/")
		h.write("team-risk")
		h.lacks("has no value")
		h.shows("1 of 22")
		h.write(" ownr:")
		h.write("pay")
		h.shows(`Unknown field ownr; did you mean owner? Text with a colon is quoted: "ownr:pay"`)
		if said := len(h.m.notices.past); said != 1 {
			t.Errorf("%d notices were said: %+v", said, h.m.notices.past)
		}
		h.write(" x")
		h.shows(`Unknown field ownr`)
		if said := len(h.m.notices.past); said != 2 {
			t.Errorf("%d notices were said: %+v", said, h.m.notices.past)
		}
		h.press("enter", "esc")
		h.shows("22 of 22")
		h.lacks("nknown field")
	})
}

// TestTypos checks that a filter with a mistake names what was meant, and that nothing acts on all that match.
func TestTypos(t *testing.T) {
	for filter, want := range map[string]string{
		"pay !typ:job": `unknown field typ; did you mean type? Text with a colon is quoted: "typ:job"`,
		"pay onwer:x":  `unknown field onwer; did you mean owner?`,
		"status:nwe":   `unknown value nwe in status:nwe; did you mean new?`,
		"is:foo":       `unknown value foo in is:foo; it takes selected`,
		"pay owner:":   `owner: has no value; owner:- finds entities that have none`,
		"pay !kind:ap": `unknown value ap in !kind:ap; did you mean api?`,
	} {
		t.Run(filter, func(t *testing.T) {
			within(t, 160, 40, bank(), func(o *Options) {
				o.Export = func(string, []printout.Item) (string, error) { t.Error("it is exported"); return "", nil }
			}, func(h *harness) {
				h.filter(filter)
				h.shows(text.Sentence(want))
				h.lacks("mark all", "mark page")
				keys := [][]string{{"a"}, {"m"}, {"I"}, {"e"}, {"v", "G", "v"}, {"v", "G", "space"}, {"shift+down", "tab"}}
				for _, keys := range keys {
					rows := len(h.m.browse.list.rows)
					h.press("g")
					h.press(keys...)
					if rows > 1 {
						h.shows("Off until the filter is mended: " + want)
					}
					if n := h.m.work.Marks.Len(); n > 0 {
						t.Errorf("%q mark %d rows", keys, n)
					}
					if h.m.browse.ranging() {
						h.press("esc")
					}
				}
				if h.m.browse.hasRows() {
					h.press("g", "space")
					h.shows("1 selected")
				}
				h.press(":")
				h.write("filter pay")
				h.press("enter", "a")
				h.shows("marked")
			})
		})
	}
}

// TestFilterGrows checks that the list matches by prefix while a value is typed, and keeps its rows on enter.
func TestFilterGrows(t *testing.T) {
	within(t, 120, 40, bank(), nil, func(h *harness) {
		h.press("/")
		h.write("owner:team-")
		h.shows("22 of 22")
		h.write("p")
		h.shows("15 of 22")
		h.press("down", "down")
		at, _ := h.m.browse.list.current(&h.m.work.Shown)
		h.press("enter")
		h.shows("15 of 22", "/ owner:team-p* ")
		if now, _ := h.m.browse.list.current(&h.m.work.Shown); now != at {
			t.Errorf("the cursor went from %s to %s", at, now)
		}
		h.press("/", "backspace")
		h.write("ay")
		h.shows("13 of 22")
		h.press("enter")
		h.shows("13 of 22", "/ owner:team-pay ")
		h.press("/")
		h.write("-x")
		h.shows("0 of 22")
		h.press("enter")
		h.shows(`0 of 22 match; "owner:team-pay-x" finds nothing, the nearest owner is team-pay; esc clears`, "/ owner:team-pay-x ")
	})
}

// TestBlocker checks that the term to blame is named: one that cannot match with what is nearest, else that whose
// removal leaves most rows of the facet.
func TestBlocker(t *testing.T) {
	within(t, 120, 24, bank(), nil, func(h *harness) {
		for filter, want := range map[string]string{
			"zzq":                        "0 of 22 match; esc clears",
			"pay owner:team-x":           `0 of 22 match; without "owner:team-x" 14 would, the nearest owner is team-pix; esc clears`,
			"owner:team-pya":             `0 of 22 match; "owner:team-pya" finds nothing, the nearest owner is team-pay; esc clears`,
			"owner:nobody":               `0 of 22 match; "owner:nobody" finds nothing; esc clears`,
			"typ:job":                    `0 of 22 match; "typ:job" finds nothing, the nearest field is type; esc clears`,
			"status:nwe":                 `0 of 22 match; "status:nwe" finds nothing, the nearest status is new; esc clears`,
			`risk "no such"`:             `0 of 22 match; without "no such" 1 would; esc clears`,
			"pay owner:team-x type:nope": `0 of 22 match; "owner:team-x" finds nothing, the nearest owner is team-pix; esc clears`,
			"risk type:service status:q": `0 of 22 match; without "status:q" 1 would; esc clears`,
		} {
			h.filter(filter)
			h.shows(want)
			h.press("esc")
			h.shows("22 of 22")
		}
		h.press("3")
		h.filter("pay owner:team-x")
		h.shows(`0 of 22 match among imported; without "owner:team-x" 2 would, the nearest owner is team-pix; esc clears`)
		h.press("esc")
		h.shows("4 of 22")
	})
}

// TestUnderlineIsNameAlone checks that only searched text is underlined.
func TestUnderlineIsNameAlone(t *testing.T) {
	h := &harness{m: &model{app: &app{}}}
	h.colours()
	table := newTable(80, draw.NewGlyphs(false), columns{})
	for word, want := range map[string]string{"legacy": "", "ns": "", "stamm": "stamm"} {
		table.words = []string{word}
		e := inNamespace("legacy", "stammdaten", "team", "database", "production")
		e.Altered = true
		row := table.row(&h.m.st, rowState{entity: &e, status: importer.Status{State: importer.New}})
		_, rest, _ := strings.Cut(row, "\x1b[4;4m")
		got, _, _ := strings.Cut(rest, "\x1b[0m")
		if got != want || !strings.Contains(ansi.Strip(row), "⚠ stammdaten (ns: legacy)") {
			t.Errorf("%s underlines %q in %q", word, got, row)
		}
	}
}

// TestAnyFilterFits checks that an underline changes neither text nor layout.
func TestAnyFilterFits(t *testing.T) {
	words := rapid.SampledFrom([]string{"pay", "PAYMENT-", "決", "済ゲ", "🚀", "ü", "\u0301", "team", `"e l`, "!ledger", "~pmt", "owner:team-*", "type:",
		"status:new", "is:selected", "nofield:x", "-", "a", "e", "(", "…"})
	rapid.Check(t, func(r *rapid.T) {
		text := strings.Join(rapid.SliceOfN(words, 0, 4).Draw(r, "words"), " ")
		w, height := rapid.IntRange(draw.MinWidth, 160).Draw(r, "width"), rapid.IntRange(draw.MinHeight, 45).Draw(r, "height")
		ascii := rapid.Bool().Draw(r, "ascii")
		var found findings
		within(t, w, height, bank(), func(o *Options) { o.ASCII = ascii }, func(h *harness) {
			h.press("/")
			h.m.browse.filter.SetValue(text)
			h.m.browse.filterChanged()
			h.press("enter")
			plain := h.m.View()
			h.colours()
			coloured := h.m.View()
			checkFrame(&found, coloured, w, height)
			for i, line := range strings.Split(ansi.Strip(coloured), "\n") {
				if bare := strings.Split(plain, "\n")[i]; strings.TrimRight(line, " ") != bare {
					found.Errorf("%q becomes %q", bare, line)
				}
			}
		})
		if len(found) > 0 {
			r.Fatal(found[0])
		}
	})
}

// BenchmarkBlocker is what a key costs after which nothing matches.
func BenchmarkBlocker(b *testing.B) {
	m := largest(b)
	m.browse.query = catalog.ParseQuery("pay owner:team-x type:service status:new")
	for b.Loop() {
		m.browse.refill(0)
	}
	if m.browse.blocker.Hits == 0 {
		b.Fatal("there is no blocker")
	}
}
