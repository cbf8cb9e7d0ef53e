package ui

import (
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/measure"
	"conviso-importer/internal/secret"
)

// stateScenes are the states of loads and imports in which something waits or went wrong.
func stateScenes() map[string]scene {
	imports := func(then ...string) func(h *harness) {
		return func(h *harness) {
			h.press("a", "i", "y")
			progress(h)
			h.press(then...)
		}
	}
	return map[string]scene{
		"paused": {world: busyBank, play: imports("p")},
		"gone":   {world: goneBank, play: func(h *harness) { h.press("7") }},
		"shrunk": {world: func() *fakeEngine {
			f := bank()
			f.shrunk = []importer.Shrunk{{Doubt: measure.Doubt{Lost: 180, Of: 200, Len: 20, Since: epoch.Add(-2 * time.Minute)}}}
			return f
		}},
		"paused-table": {world: busyBank, play: imports("p", "esc")},
		"stop-asked":   {world: busyBank, play: imports("x")},
		"stopping":     {world: lingeringBank, play: imports("x", "y")},
		"stopped":      {world: busyBank, play: imports("x", "y")},
		"only-failed":  {world: busyBank, play: imports("4")},
		"failures":     {world: busyBank, play: imports("enter")},
		"log":          {world: busyBank, play: imports("p", "p", "@")},
		"sent-elsewhere": {world: func() *fakeEngine {
			f := leftOver()
			f.runner, f.holdDrain = "conviso-importer (pid 4711) on jump1 since 05:12", true
			return f
		}, play: func(h *harness) { h.press("enter", "p") }},
		"estimate": {world: busyBank, play: func(h *harness) {
			h.press("a", "i", "y")
			for _, ref := range h.m.work.Job.Refs()[:6] {
				h.wait(10 * time.Second)
				h.e.set(func(item *importer.Item) { item.State, item.AssetID = importer.Imported, "900" }, ref)
				h.settle()
			}
		}},
		"rate-limited":       {world: busyBank, play: func(h *harness) { imports()(h); limited(h) }},
		"rate-limited-table": {world: busyBank, play: func(h *harness) { imports("esc")(h); limited(h) }},
		"slowed":             {world: busyBank, play: func(h *harness) { h.press("a", "i", "y"); limited(h); h.wait(20 * time.Second) }},
		"import-trouble":     {world: busyBank, play: func(h *harness) { imports()(h); troubled(h) }},
		"unanswered":         {world: busyBank, play: func(h *harness) { imports()(h); h.wait(30 * time.Second) }},
		"loading-first": {world: func() *fakeEngine {
			f := bank()
			f.pages = append([][]catalog.Entity{nil}, f.pages...)
			f.holdCatalog, f.holdAssets = true, true
			return f
		}, play: func(h *harness) { h.wait(slowAfter) }},
		"partial": {world: brokenOff},
		"partial-marked": {world: func() *fakeEngine {
			f := brokenOff()
			f.catalogErr, f.holdCatalog = nil, true
			return f
		}, play: func(h *harness) { h.press("a") }},
		"auth-error-file": {world: func() *fakeEngine { return refusing("CONVISO_API_KEY_FILE", true) }},
		"auth-error-token": {world: func() *fakeEngine {
			f := bank()
			f.cached = true
			f.catalogErr = fmt.Errorf("%w: the catalog at backstage.acme.test refused the token: compare BACKSTAGE_TOKEN: %w",
				&secret.RefusedError{Setting: "BACKSTAGE_TOKEN", By: "Backstage"}, catalog.ErrAuth)
			return f
		}},
		"offline-since": {world: catalogDown, play: func(h *harness) { h.wait(time.Hour); h.press("r") }},
	}
}

// lingeringBank is a world whose requests on their way take their time.
func lingeringBank() *fakeEngine {
	f := busyBank()
	f.lingers = true
	return f
}

// limited has the platform refuse, and the program see it.
func limited(h *harness) {
	h.e.flows(func(f *importer.Flow) {
		now := h.e.now()
		f.Pace = conviso.Pace{RefusedAt: now.Add(-time.Second), Until: now.Add(11 * time.Second), PerMinute: 512, Most: 1000}
	})
	h.wait(flowEvery)
}

// troubled has the platform go away, and the program see it.
func troubled(h *harness) {
	h.e.flows(func(f *importer.Flow) {
		now := h.e.now()
		f.Trouble = importer.Trouble{What: "Conviso takes imports and does not answer", Cause: "import 25 projects: api.platform.test is failing (HTTP 502: Bad gateway)",
			Since: now.Add(-time.Minute), Next: now.Add(30 * time.Second)}
	})
	h.wait(flowEvery)
}

// brokenOff is a world whose catalog breaks off after the first page.
func brokenOff() *fakeEngine {
	f := bank()
	f.pages = [][]catalog.Entity{f.pages[0][:9], f.pages[0][9:]}
	f.catalogErr = fmt.Errorf("the catalog at backstage.acme.test answered 502 Bad Gateway: %w", catalog.ErrUnavailable)
	return f
}

// catalogDown is a world whose catalog is out of reach, with what was read before.
func catalogDown() *fakeEngine {
	f := bank()
	f.cached = true
	f.catalogErr = fmt.Errorf("the catalog at backstage.acme.test cannot be reached: the network is unreachable; check BACKSTAGE_URL and the network: %w", catalog.ErrUnavailable)
	return f
}
