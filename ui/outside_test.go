package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// outsideScenes are the states around an entity's details, and what leaves the program.
func outsideScenes() map[string]scene {
	here := func(o *Options) { o.Outside = (&desk{}).outside() }
	headless := func(o *Options) {
		o.Outside = (&desk{copyErr: errors.New("TERM=linux has no clipboard"), openErr: errors.New("there is no display here")}).outside()
	}
	wide := func(o *Options) { here(o); o.NoColor, o.Hyperlinks = false, true }
	open := func(h *harness) { h.write("/gateway"); h.press("enter", "enter"); h.wait(time.Second) }
	return map[string]scene{
		"detail-full":            {world: richBank, options: wide, play: open},
		"detail-full-end":        {world: richBank, options: here, play: func(h *harness) { open(h); scrollToEnd(h) }},
		"detail-overrides":       {world: mappedBank, options: here, play: func(h *harness) { h.write("/webhooks"); h.press("enter", "enter"); h.wait(time.Second) }},
		"detail-history":         {world: bankWithFailures, options: here, play: func(h *harness) { h.write("/settlement"); h.press("enter", "enter"); h.wait(time.Second) }},
		"review-mapping":         {world: mappedBank, options: here, play: func(h *harness) { h.press("a", "i") }},
		"review-saved":           {world: bank, options: here, play: func(h *harness) { h.press("a", "i", "d") }},
		"review-command":         {world: bank, options: here, play: func(h *harness) { h.press("j", "space", "j", "space", "i", "Y") }},
		"copied":                 {world: bank, options: here, play: func(h *harness) { h.press("j", "y") }},
		"copied-by-hand":         {world: bank, options: headless, play: func(h *harness) { h.press("j", "Y") }},
		"opened":                 {world: bank, options: here, play: func(h *harness) { h.press("j", "o") }},
		"opened-without-display": {world: bank, options: headless, play: func(h *harness) { h.press("j", "o") }},
		"copied-message":         {world: unauthorised, options: here, play: func(h *harness) { h.press("@", "y") }},
	}
}

func scrollToEnd(h *harness) {
	for range 100 {
		h.press("J")
	}
}

// desk is a world around the table that notes what it is asked for.
type desk struct {
	copied, opened            []string
	saved                     []*importer.Plan
	copyErr, openErr, saveErr error
}

func (d *desk) outside() Outside {
	return Outside{
		Copy: func(text string) error { d.copied = append(d.copied, text); return d.copyErr },
		Open: func(address string) error { d.opened = append(d.opened, address); return d.openErr },
		SavePlan: func(p *importer.Plan) (string, error) {
			d.saved = append(d.saved, p)
			return fmt.Sprintf("/home/ann/plan-2026-11-23-%d.json", len(d.saved)), d.saveErr
		},
		Command: func(kinds []string, args ...string) string {
			if slices.Equal(kinds, []string{catalog.DefaultKind}) {
				kinds = nil
			}
			return strings.Join(slices.Concat([]string{"conviso-importer --company 1042"}, kinds, args), " ")
		},
	}
}

// richBank is a world in which one entity has everything that an entity can have.
func richBank() *fakeEngine {
	f := bank()
	ref := catalog.NewRef("component", "", "payment-gateway")
	d := catalog.Detail{Entity: f.pages[0][0], OwnerRef: "group:default/team-pay",
		Annotations: map[string]string{"backstage.io/source-location": "url:https://git.acme.test/pay/payment-gateway/tree/main/",
			"backstage.io/view-url": "https://git.acme.test/pay/payment-gateway/tree/main/catalog-info.yaml",
			"conviso.com/import":    "false", "pagerduty.com/integration-key": "a-key-that-is-not-real", "備考": "決済の入口"},
		Links: []catalog.Link{{URL: "https://runbooks.acme.test/payment-gateway", Title: "Runbook"}, {URL: "https://pay.acme.test", Title: "Homepage"},
			{URL: "https://pay.acme.test/日本"}, {URL: "https://grafana.acme.test/d/payment-gateway?orgId=1&from=now-24h&to=now&var-region=eu-central-1", Title: "Dashboards of the whole of payments"}},
		Relations: []catalog.Relation{{Type: "partOf", Target: "system:default/payments"}, {Type: "dependsOn", Target: "resource:default/payment-vault"},
			{Type: "dependsOn", Target: "component:default/payment-ledger"}, {Type: "providesApi", Target: "api:default/payments-rest"}}}
	f.details = map[catalog.Ref]catalog.Detail{ref: d}
	return f
}

// mappedBank is a world whose user has tables of their own.
func mappedBank() *fakeEngine {
	f := bank()
	f.mapping = mapping.Tables{Lifecycle: map[string]string{"beta": "homologation", "pilot": "homologation"}, Type: map[string]string{"lambda": "api"}}
	f.details = map[catalog.Ref]catalog.Detail{}
	for _, e := range f.all() {
		if e.Name == "pix-limits" {
			f.details[e.Ref] = catalog.Detail{Entity: e, Annotations: map[string]string{"conviso.com/import": "false"}}
		}
	}
	return f
}

// TestCopy checks what y and Y copy, and that the text is on screen too.
func TestCopy(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"sent":      {says: " - sent to the terminal's clipboard; select it here if it does not arrive"},
		"no way":    {err: errors.New("TERM=linux has no clipboard"), says: " - TERM=linux has no clipboard; select it here"},
		"bad words": {err: errors.New("evil\x1b[2J"), says: " - evil\ufffd[2J; select it here"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{copyErr: c.err}
			within(t, 200, 30, bank(), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
				h.press("j", "y")
				h.shows("component:default/checkout-web" + c.says)
				h.press("Y")
				h.shows("https://portal.acme.test/catalog/default/component/checkout-web" + c.says)
				h.press("enter", "y")
				h.shows("component:default/checkout-web" + c.says)
				if want := []string{"component:default/checkout-web", "https://portal.acme.test/catalog/default/component/checkout-web",
					"component:default/checkout-web"}; !slices.Equal(d.copied, want) {
					t.Errorf("copied %q", d.copied)
				}
			})
		})
	}
}

// TestCopyMessage checks that y copies the newest entry of the log, not the answer to a copy.
func TestCopyMessage(t *testing.T) {
	d := &desk{}
	within(t, 120, 30, unauthorised(), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.press("y", "@", "y", "y")
		if len(d.copied) != 3 || !strings.HasPrefix(d.copied[1], "CONVISO_API_KEY is refused by Conviso") || d.copied[2] != d.copied[1] {
			t.Errorf("copied %q", d.copied)
		}
		h.shows("Sent to the terminal's clipboard")
		h.press("esc", "?", "y")
		if len(d.copied) != 3 {
			t.Errorf("the help was copied: %q", d.copied)
		}
	})
}

// TestOpen checks what o and O open, and that the address is shown without a display.
func TestOpen(t *testing.T) {
	d := &desk{}
	within(t, 200, 30, bank(), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.press("j", "o")
		h.shows("https://portal.acme.test/catalog/default/component/checkout-web - handed to the browser")
		h.press("O")
		h.shows("https://app.platform.test - handed to the browser")
		d.openErr = errors.New("there is no display here")
		h.press("o")
		h.shows("https://portal.acme.test/catalog/default/component/checkout-web - there is no display here")
		h.press("G", "o")
		if last := d.opened[len(d.opened)-1]; len(d.opened) != 4 || !strings.HasSuffix(last, "/component/%E6%B1%BA%E6%B8%88%E3%82%B2%E3%83%BC%E3%83%88%E3%82%A6%E3%82%A7%E3%82%A4") {
			t.Errorf("opened %q", d.opened)
		}
	})
	within(t, 200, 30, bank(), nil, func(h *harness) {
		h.press("j", "o")
		h.shows("component/checkout-web - there is no display here")
		h.press("y")
		h.shows("component:default/checkout-web - there is no clipboard here; select it here")
	})
	altered := newFake(nil, catalog.Entity{Ref: "component:default/pay\ufffd", Kind: "Component", Namespace: "default", Name: "pay\ufffd", Altered: true})
	d = &desk{}
	within(t, 200, 30, altered, func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.press("o", "Y")
		h.shows("so its address is not known")
		h.press("enter")
		h.wait(time.Second)
		h.lacks("/catalog/")
		if len(d.opened)+len(d.copied) > 0 {
			t.Errorf("opened %q, copied %q", d.opened, d.copied)
		}
	})
}

// TestPageOf checks the addresses of entities' pages.
func TestPageOf(t *testing.T) {
	for _, c := range []struct{ app, ref, want string }{
		{"https://portal.acme.test", "component:default/pay", "https://portal.acme.test/catalog/default/component/pay"},
		{"https://portal.acme.test/base/", "api:ns/pay", "https://portal.acme.test/base/catalog/ns/api/pay"},
		{"https://portal.acme.test", "component:default/a?b#c d%/../x", "https://portal.acme.test/catalog/default/component/a%3Fb%23c%20d%25%2F..%2Fx"},
		{"", "component:default/pay", ""},
		{"file:///etc", "component:default/pay", ""},
		{"https://user:word@portal.acme.test", "component:default/pay", ""},
	} {
		if got := session.PageOf(c.app, catalog.Ref(c.ref)); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.ref, c.app, got, c.want)
		}
	}
}

// TestHeadless checks the command for a review: it names the refs or a file, or says why there is none.
func TestHeadless(t *testing.T) {
	d := &desk{}
	within(t, 200, 40, bank(), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.press("j", "space", "i", "Y")
		h.press("d", "Y", "d", "Y", "esc", "i", "Y", "esc")
		want := []string{
			"conviso-importer --company 1042 import component:default/checkout-web",
			"conviso-importer --company 1042 import --plan /home/ann/plan-2026-11-23-1.json",
			"conviso-importer --company 1042 import --plan /home/ann/plan-2026-11-23-2.json",
			"conviso-importer --company 1042 import component:default/checkout-web",
		}
		if !slices.Equal(d.copied, want) {
			t.Errorf("copied %q", d.copied)
		}
		if len(d.saved) != 2 || len(d.saved[0].Items) != 1 || h.e.submits != 0 {
			t.Errorf("saved %d plans, submitted %d", len(d.saved), h.e.submits)
		}
		h.press("t", "Y")
		if last := d.copied[len(d.copied)-1]; last != "conviso-importer --company 1042 import --all-new" {
			t.Errorf("auto-import's is %q", last)
		}
		d.saveErr = errors.New("permission denied")
		h.press("d")
		h.shows("! Permission denied; nothing was saved")
	})
	d = &desk{}
	within(t, 200, 40, mixedBank(), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.command("kind api")
		h.press("space", "i", "Y")
		// Without the kind the command would not find what it names.
		if len(d.copied) != 1 || !strings.Contains(d.copied[0], " api import api:default/") {
			t.Errorf("copied %q", d.copied)
		}
	})
	var entities []catalog.Entity
	for i := range 21 {
		entities = append(entities, entity(fmt.Sprintf("svc-%d", i), "team", "service", "production"))
	}
	d = &desk{}
	within(t, 200, 40, newFake(nil, entities...), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.press("a", "i", "Y")
		h.shows("21 entities are too many for one line. d saves the plan")
		h.press("d", "Y")
		if len(d.copied) != 1 || !strings.HasSuffix(d.copied[0], "import --plan /home/ann/plan-2026-11-23-1.json") {
			t.Errorf("copied %q", d.copied)
		}
	})
	demo := bank()
	demo.id.Demo = true
	within(t, 200, 40, demo, nil, func(h *harness) {
		h.press("a", "i", "Y")
		h.shows("The demo's systems end with it")
		h.press("d")
		h.shows("There is no place for files here.")
	})
}

// TestProductionTypesOne checks that in production even one entity takes its number.
func TestProductionTypesOne(t *testing.T) {
	within(t, 100, 30, inProduction(), nil, func(h *harness) {
		h.press("j", "space", "i", "y", "enter", "2", "enter")
		if h.e.submits != 0 {
			t.Fatal("sent without its number")
		}
		h.press("1", "enter")
		if h.e.submits != 1 {
			t.Errorf("%d plans were sent", h.e.submits)
		}
	})
}

// TestReadOnlyReview checks that read-only mode gives a reason instead of a review.
func TestReadOnlyReview(t *testing.T) {
	f := bank()
	f.id.ReadOnly = true
	within(t, 100, 30, f, nil, func(h *harness) {
		h.press("j", "space", "i")
		h.shows("read-only: nothing is sent or changed.", "1 selected")
		if h.m.onShow() != screen(h.m.browse) {
			t.Errorf("on %s", h.m.onShow().name())
		}
	})
}

// TestReviewCountsTheUnusual checks the counts of mapped values and of opted-out entities that were picked.
func TestReviewCountsTheUnusual(t *testing.T) {
	within(t, 160, 40, mappedBank(), nil, func(h *harness) {
		h.press("a", "i")
		h.shows("3  mapped by your conviso.mapping (lifecycle beta -> homologation 2, lifecycle pilot -> homologation 1, type lambda -> api 1)",
			"1  type not in the map, sent as api (job 1)", "1  annotated to stay out of bulk imports, marked or named one by one")
	})
}

// TestHistory checks the history for each state of the queue.
func TestHistory(t *testing.T) {
	at := epoch.Add(-time.Hour)
	base := importer.Item{Ref: "component:default/checkout-web", Project: conviso.Project{Name: "checkout-web"}, AddedAt: at, SentAt: at, Attempts: 2, CheckedAt: at}
	for state, want := range map[importer.State][]string{
		importer.Queued: {"queued      05:40", "now         waits to be sent"}, importer.Sending: {"now         on its way", "sent        05:40, 2 tries"},
		importer.Accepted: {"looked for  05:40", "its asset has not appeared yet"}, importer.Imported: {"read back   05:40", "asset       9"},
		importer.Failed: {"failed      no tags"}, importer.Retrying: {"trouble     no tags", "its answer was lost"},
	} {
		item := base
		item.State = state
		switch state {
		case importer.Imported:
			item.AssetID = "9"
		case importer.Failed, importer.Retrying:
			item.Error, item.Lost = "checkout-web: no tags", true
		case importer.Queued:
			item.SentAt = time.Time{}
		default:
		}
		f := bank()
		f.queued = []importer.Item{item}
		within(t, 100, 60, f, nil, func(h *harness) {
			h.press("esc", "j", "enter")
			h.wait(time.Second)
			h.shows(append(want, "History on this machine")...)
		})
	}
	within(t, 100, 60, bank(), nil, func(h *harness) {
		h.press("j", "enter")
		h.wait(time.Second)
		h.shows("history     never imported from here")
	})
}

// TestLinks checks that links are closed, clean, and only written where supported.
func TestLinks(t *testing.T) {
	m := &app{gl: draw.NewGlyphs(false)}
	m.opt.Hyperlinks = true
	long := "https://portal.acme.test/" + strings.Repeat("a", 100)
	line := m.gl.Cut("url  "+m.link(long, long), 40)
	if !strings.HasSuffix(line, "\x1b]8;;\x1b\\") || strings.Count(line, "\x1b]8;") != 2 || draw.Width(line) != 40 {
		t.Errorf("cut to %q, %d columns", line, draw.Width(line))
	}
	for _, address := range []string{"https://a.test/\x1b\\", "javascript:x", "https://a.test/é", "", "ssh://a.test"} {
		if got := m.link(address, "text"); got != "text" {
			t.Errorf("%q became %q", address, got)
		}
	}
	for name, off := range map[string]func(){"ASCII": func() { m.gl = draw.NewGlyphs(true) }, "no colour": func() { m.opt.NoColor = true }, "off": func() { m.opt.Hyperlinks = false }} {
		m.gl, m.opt = draw.NewGlyphs(false), Options{Outside: Outside{Hyperlinks: true}}
		off()
		if got := m.link(long, "text"); got != "text" {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// TestCopyFailures checks that y copies and shows each failure, and says so if there is none.
func TestCopyFailures(t *testing.T) {
	d := &desk{}
	within(t, 100, 30, bankWithFailures(), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.press("a", "i", "y", "y")
		want := "component:default/payment-settlement: tags has invalid value\ncomponent:default/pix-limits: assetType is not included in the list"
		if len(d.copied) != 1 || d.copied[0] != want {
			t.Errorf("copied %q", d.copied)
		}
		h.shows("Sent to the terminal's clipboard", "component:default/payment-settlement: tags has invalid value", "component:default/pix-limits: assetType")
		h.press("esc")
		if h.m.onShow() != screen(h.m.job) {
			t.Errorf("on %s", h.m.onShow().name())
		}
	})
	within(t, 100, 30, bank(), func(o *Options) { o.Outside = d.outside() }, func(h *harness) {
		h.press("a", "i", "y", "y")
		h.shows("Nothing of this import has failed.")
	})
	within(t, 100, 30, bank(), nil, func(h *harness) {
		refs := make([]catalog.Ref, 1000)
		for i := range refs {
			refs[i] = catalog.Ref(fmt.Sprintf("component:default/svc-%d", i))
			h.e.arrive(importer.Item{Ref: refs[i], State: importer.Queued, AddedAt: epoch})
		}
		h.settle()
		h.e.drainErr = errors.New("not now")
		h.press("u")
		h.e.set(func(i *importer.Item) { i.State, i.Error = importer.Failed, "no" }, refs...)
		h.settle()
		text := h.m.job.failureText()
		lines := strings.Count(text, "\n")
		if len(text) > maxFailures+20 || !strings.HasSuffix(text, fmt.Sprintf("and %d more", 1000-lines)) {
			t.Errorf("%d bytes that end in %q", len(text), text[len(text)-40:])
		}
	})
}
