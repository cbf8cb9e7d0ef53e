package importer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/demo"
)

// monorepo adds three entities of one repository, each address spelled otherwise, and one of its own.
func monorepo(w *world) {
	for name, address := range map[string]string{
		"mono-c": "url:https://git.example/acme/mono/tree/main/c/", "mono-a": "url:https://GIT.example/acme/mono.git",
		"mono-b": "url:https://git.example/acme/mono/blob/release/1.0/catalog-info.yaml", "own": "url:https://git.example/acme/own/",
	} {
		d := component(name)
		d.Annotations = map[string]string{"backstage.io/source-location": address}
		w.catalog.add(d)
	}
}

// arrived returns the names that the platform was sent since the last call.
func (w *world) arrived(seen *int) string {
	projects := w.platform.Imports().Projects
	var names []string
	for _, p := range projects[*seen:] {
		names = append(names, p.Name)
	}
	*seen = len(projects)
	slices.Sort(names)
	return strings.Join(names, " ")
}

// TestSharedRepositoryOverTwoRuns protects scans, which stop where two assets have one repository: what a bulk
// import left, the next one leaves too, and what is asked for by hand goes.
func TestSharedRepositoryOverTwoRuns(t *testing.T) {
	for rule, want := range map[Sharing]struct {
		first, second, byHand string
		covered               int
		says                  string
	}{
		ShareFirst: {first: "mono-a own", second: "", byHand: "mono-b", covered: 2, says: "3 entities share 1 repository; one of each goes unless one is imported"},
		ShareSend:  {first: "mono-a mono-b mono-c own", second: "", byHand: "", covered: 0, says: "3 entities share 1 repository; all of them go"},
		ShareSkip:  {first: "own", second: "", byHand: "mono-b", covered: 3, says: "3 entities share 1 repository; none of them goes"},
	} {
		t.Run(string(rule), func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{}).inMemory()
				monorepo(w)
				w.config.Sharing = rule
				w.Engine = NewEngine(w.config)
				seen := 0
				run := func(r Request) *Plan {
					p := w.submit(r)
					if err := w.Drain(t.Context()); err != nil {
						t.Fatal(err)
					}
					return p
				}
				plan := run(Request{Bulk: w.refs()})
				if got := w.arrived(&seen); got != want.first {
					t.Errorf("the first run sends %q, want %q", got, want.first)
				}
				var lines []string
				for _, f := range plan.Findings() {
					lines = append(lines, f.String())
				}
				if !slices.Contains(lines, want.says) || plan.Skips(CauseShared) != want.covered {
					t.Errorf("the plan says %q and covers %d", lines, plan.Skips(CauseShared))
				}
				run(Request{Bulk: w.refs()})
				if got := w.arrived(&seen); got != want.second {
					t.Errorf("the second run sends %q, want %q", got, want.second)
				}
				named := run(Request{Named: []catalog.Ref{"component:default/mono-b"}})
				if got := w.arrived(&seen); got != want.byHand {
					t.Errorf("by hand goes %q, want %q", got, want.byHand)
				}
				if rule == ShareFirst && (len(named.Items) != 1 || !strings.Contains(named.Items[0].Note(), "the same repository as component:default/mono-a, imported")) {
					t.Errorf("by hand nothing is said: %+v", named.Items)
				}
			})
		})
	}
}

// TestChoiceInAReview protects a person's choice for what was marked in bulk: it counts what bulk marking has left,
// never what was unmarked since, and what is marked by hand goes whatever is chosen.
func TestChoiceInAReview(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{})
		monorepo(w)
		a, b, c, own := catalog.Ref("component:default/mono-a"), catalog.Ref("component:default/mono-b"), catalog.Ref("component:default/mono-c"), catalog.Ref("component:default/own")
		for name, r := range map[string]struct {
			request Request
			want    string
		}{
			"as it was marked":             {Request{Bulk: []catalog.Ref{a, own}, LeftOut: []catalog.Ref{b, c}}, "mono-a own"},
			"the first unmarked":           {Request{Bulk: []catalog.Ref{own}, LeftOut: []catalog.Ref{b, c}}, "own"},
			"all":                          {Request{Bulk: []catalog.Ref{a, own}, LeftOut: []catalog.Ref{b, c}, Sharing: ShareSend}, "mono-a mono-b mono-c own"},
			"none":                         {Request{Bulk: []catalog.Ref{a, own}, LeftOut: []catalog.Ref{b, c}, Sharing: ShareSkip}, "own"},
			"none, one by hand":            {Request{Named: []catalog.Ref{c}, Bulk: []catalog.Ref{a, own}, LeftOut: []catalog.Ref{b}, Sharing: ShareSkip}, "mono-c own"},
			"one of each, another by hand": {Request{Named: []catalog.Ref{c}, Bulk: []catalog.Ref{a, own}}, "mono-c own"},
			"all by hand":                  {Request{Named: []catalog.Ref{a, b, c}}, "mono-a mono-b mono-c"},
		} {
			plan := w.plan(r.request)
			var names []string
			for i := range plan.Items {
				names = append(names, plan.Items[i].Project.Name)
			}
			slices.Sort(names)
			if got := strings.Join(names, " "); got != r.want {
				t.Errorf("%s: it sends %q, want %q: %+v", name, got, r.want, plan.Skipped)
			}
			if plan.Shares() != (name != "all by hand") {
				t.Errorf("%s: a choice is offered: %t", name, plan.Shares())
			}
		}
	})
}

// TestHeldOnesGoByHand protects what opted out and orphans: no bulk import takes them, whatever else is chosen, and
// the plan says why; by hand they go, with a note.
func TestHeldOnesGoByHand(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{})
		for name, annotations := range map[string]map[string]string{
			"says-no": {"conviso.com/import": "Off"}, "unclear": {"conviso.com/import": "nope"}, "left-over": {"backstage.io/orphan": "true"},
			"both": {"backstage.io/orphan": "true", "conviso.com/import": "0"},
		} {
			d := component(name)
			d.Annotations = annotations
			w.catalog.add(d)
		}
		w.catalog.add(component("plain"))
		bulk := w.plan(Request{Bulk: w.refs(), Sharing: ShareSend})
		reasons := map[string]string{}
		for _, skip := range bulk.Skipped {
			reasons[skip.Name] = string(skip.Cause) + ": " + skip.Reason
		}
		want := map[string]string{"says-no": "opt-out: conviso.com/import says no", "both": "opt-out: conviso.com/import says no",
			"unclear":   `opt-out: conviso.com/import: "nope" is not understood, so it counts as no`,
			"left-over": "orphan: backstage.io/orphan: its location does not name it any more"}
		if len(bulk.Items) != 1 || fmt.Sprint(reasons) != fmt.Sprint(want) {
			t.Errorf("in bulk %d go, and it skips %v", len(bulk.Items), reasons)
		}
		hand := w.plan(Request{Named: w.refs()})
		for i := range hand.Items {
			item := &hand.Items[i]
			_, reason, _ := strings.Cut(want[item.Project.Name], ": ")
			if !strings.Contains(item.Note(), reason) {
				t.Errorf("%s goes with the note %q", item.Ref, item.Note())
			}
		}
		if len(hand.Items) != 5 {
			t.Errorf("by hand %d go", len(hand.Items))
		}
	})
}
