package importer

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
)

// ofRepository is a component whose code is in a repository.
func ofRepository(name, repository string) catalog.Detail {
	d := component(name)
	d.Annotations = map[string]string{"backstage.io/source-location": "url:https://git.test/acme/" + repository + "/"}
	return d
}

// TestWaitingIsJudgedAgain protects from a second asset what waits in the queue while somebody else makes one that a
// plan would leave it for: it ends as imported or skipped with the reason. What its sender knew is sent.
func TestWaitingIsJudgedAgain(t *testing.T) {
	add := func(names ...string) func(w *world) {
		return func(w *world) {
			for _, name := range names {
				w.platform.AddAssets(testCompany, demo.Asset{Name: name})
			}
		}
	}
	private := component("pay")
	private.Annotations = map[string]string{catalog.AnnotationImport: "no"}
	optOut := func(w *world) {
		time.Sleep(refetchAfter + time.Minute)
		w.catalog.details[catalog.NewRef("Component", "default", "pay")] = private
	}
	pay := catalog.NewRef("Component", "default", "pay")
	named := Request{Named: []catalog.Ref{pay}}
	bulk := Request{Bulk: []catalog.Ref{pay}, InBulk: true}
	twins := []catalog.Detail{component("pay"), componentIn("legacy", "pay")}
	for name, c := range map[string]struct {
		entities  []catalog.Detail
		before    func(w *world) // before the plan
		request   Request
		meanwhile func(w *world) // between the plan and the send
		want      State
		reason    string
		status    State // of the entity afterwards, where it is another word
	}{
		"nothing has changed":                  {twins, nil, bulk, nil, Imported, "", ""},
		"its own name":                         {twins[:1], nil, bulk, add("pay"), Imported, "", ""},
		"its own name, by hand":                {twins[:1], nil, named, add("Pay"), Imported, "", ""},
		"a shared name":                        {twins, nil, bulk, add("pay"), Skipped, "has its name by now, and other entities share the name", Clash},
		"a shared name that was agreed to":     {twins, nil, named, add("pay"), Imported, "", ""},
		"another asset of a clash":             {twins, add("pay"), named, add("pay"), Imported, "", ""},
		"another name":                         {twins, nil, bulk, add("payments"), Imported, "", ""},
		"covered by now":                       {[]catalog.Detail{ofRepository("pay", "mono"), ofRepository("web", "mono")}, nil, bulk, add("web"), Skipped, "covered by the same repository, since web is imported", New},
		"covered, and the sender knew it":      {[]catalog.Detail{ofRepository("pay", "mono"), ofRepository("web", "mono")}, add("web"), named, add("other"), Imported, "", ""},
		"covered where all of them go":         {[]catalog.Detail{ofRepository("pay", "mono"), ofRepository("web", "mono")}, nil, Request{Bulk: bulk.Bulk, Sharing: ShareSend}, add("web"), Imported, "", ""},
		"another one of another repository":    {[]catalog.Detail{ofRepository("pay", "mono"), ofRepository("web", "web")}, nil, bulk, add("web"), Imported, "", ""},
		"opted out by now":                     {twins[:1], nil, bulk, optOut, Skipped, "conviso.com/import says no by now", New},
		"opted out by now, by hand":            {twins[:1], nil, named, optOut, Skipped, "conviso.com/import says no by now", New},
		"opted out before, and the sender saw": {[]catalog.Detail{private}, nil, named, func(*world) { time.Sleep(time.Hour) }, Imported, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{})
				for _, d := range c.entities {
					w.catalog.add(d)
				}
				if c.before != nil {
					c.before(w)
				}
				w.submit(c.request)
				if c.meanwhile != nil {
					c.meanwhile(w)
				}
				// Another process sends it.
				w.Engine = NewEngine(w.config)
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(c.want, pay)
				item := w.items()[pay]
				sent := w.platform.Imports().Deliveries["Component:default/pay"]
				if goes := c.meanwhile == nil || c.want == Imported && c.status == "" && !strings.HasPrefix(name, "its own"); goes != (sent == 1) || sent > 1 {
					t.Errorf("it was sent %d times: %+v", sent, item)
				}
				if sent == 0 && item.Attempts != 0 || !strings.Contains(item.Error, c.reason) || c.reason == "" && item.Error != "" {
					t.Errorf("it is %+v", item)
				}
				job := NewJob(time.Now())
				job.AddPlan(&Plan{Items: []PlanItem{{Ref: pay}}})
				job.Update([]Item{item})
				if got, _ := job.Item(pay); sent == 0 && got.Reason() == "" || !job.Settled(false) || job.Counts().Stopped != job.Counts().Skipped {
					t.Errorf("a job has it as %+v", got)
				}
				if c.status != "" {
					view, err := w.Read(t.Context(), ReadOptions{})
					if err != nil {
						t.Fatal(err)
					}
					if got := view.Status(pay); got.State != c.status {
						t.Errorf("its status is %+v", got)
					}
				}
			})
		})
	}
}

// TestTwoCatalogsOneName protects against a second asset of a name that two catalogs have queued at the same time: no
// read shows one that is new, since it belongs to the other's item.
func TestTwoCatalogsOneName(t *testing.T) {
	simulate(t, func(t *testing.T) {
		one := newWorld(t, demo.PlatformOptions{}, "pay", "web")
		shared := queue.NewMemory(one.config.Identity.InstanceID)
		one.config.Queue = shared
		one.Engine = NewEngine(one.config)
		two := *one
		two.config.Identity.InstanceID, two.config.Queue = "backstage-two", shared.For("backstage-two")
		two.Engine = NewEngine(two.config)
		first, second := one.plan(Request{Bulk: one.refs()[:1]}), two.plan(Request{Bulk: two.refs()})
		for _, err := range []error{one.Submit(t.Context(), first), two.Submit(t.Context(), second), one.Drain(t.Context())} {
			if err != nil {
				t.Fatal(err)
			}
		}
		one.wantOnce("pay", "web")
		one.wantStates(Imported, "component:default/pay")
		two.wantStates(Imported, "component:default/web")
		if item := two.items()["component:default/pay"]; item.State != Skipped || item.Attempts != 0 || !strings.Contains(item.Error, "belongs to another entity") {
			t.Errorf("the second is %+v", item)
		}
	})
}

// TestPlanFileIsJudgedAgain protects what a plan file holds, which nobody looks over when it is sent: what is newly a
// clash, covered or opted out stays, what the file told goes.
func TestPlanFileIsJudgedAgain(t *testing.T) {
	pay := catalog.NewRef("Component", "default", "pay")
	for name, c := range map[string]struct {
		request   Request
		meanwhile func(w *world)
		skipped   Cause
	}{
		"nothing has changed":        {Request{Bulk: []catalog.Ref{pay}}, func(*world) {}, ""},
		"a clash by now":             {Request{Bulk: []catalog.Ref{pay}}, func(w *world) { w.platform.AddAssets(testCompany, demo.Asset{Name: "pay"}) }, CauseStatus},
		"a clash that the file told": {Request{Named: []catalog.Ref{pay}}, func(w *world) { w.platform.AddAssets(testCompany, demo.Asset{Name: "pay"}) }, ""},
		"covered by now":             {Request{Bulk: []catalog.Ref{pay}}, func(w *world) { w.platform.AddAssets(testCompany, demo.Asset{Name: "web"}) }, CauseShared},
		"opted out by now": {Request{Named: []catalog.Ref{pay}}, func(w *world) {
			d := w.catalog.details[pay]
			d.Annotations[catalog.AnnotationImport] = "no"
		}, CauseOptOut},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{})
				for _, d := range []catalog.Detail{ofRepository("pay", "mono"), ofRepository("web", "mono"), componentIn("legacy", "pay")} {
					w.catalog.add(d)
				}
				doc, err := json.Marshal(w.plan(c.request))
				if err != nil {
					t.Fatal(err)
				}
				c.meanwhile(w)
				time.Sleep(2 * freshFor)
				var file Plan
				if err := json.Unmarshal(doc, &file); err != nil {
					t.Fatal(err)
				}
				plan, err := w.Recheck(t.Context(), &file)
				if err != nil {
					t.Fatal(err)
				}
				if c.skipped == "" && len(plan.Items) != 1 || c.skipped != "" && (len(plan.Items) != 0 || plan.Skips(c.skipped) != 1) {
					t.Errorf("it sends %+v and skips %+v", plan.Items, plan.Skipped)
				}
			})
		})
	}
}
