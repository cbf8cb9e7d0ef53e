package importer

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// tied is a component whose annotation names an asset.
func tied(name, id string) catalog.Detail {
	d := component(name)
	d.AssetID, d.Annotations = id, map[string]string{catalog.AnnotationAsset: id}
	return d
}

func github(id, name string) demo.Asset { return demo.Asset{ID: id, Name: name, Integration: "GITHUB"} }

// passes counts the reads of assets of any source.
func (w *world) passes() int {
	return len(slices.DeleteFunc(w.requests("assets"), func(r faulty.Request) bool {
		return bytes.Contains(r.Body, []byte("integrationTypes")) || !bytes.Contains(r.Body, []byte(`"page":1}`))
	}))
}

// TestAnnotatedAsset protects the platform from doubles of what an annotation says is there, and people from
// annotations that name nothing: what each makes of the status, in a list and in bulk, and by hand.
func TestAnnotatedAsset(t *testing.T) {
	const ref = "component:default/payments"
	for name, c := range map[string]struct {
		id     string
		assets []demo.Asset
		// happens is done after the first read and before a day has passed.
		happens func(*world)
		state   State
		reason  string
		note    string
		sent    bool
	}{
		"of another source, of its name": {"7", []demo.Asset{github("7", "payments")}, nil, Imported, "by its annotation conviso.com/asset-id", "", false},
		"of another source and name":     {"7", []demo.Asset{github("7", "acme/pay")}, nil, Imported, "by its annotation", "", false},
		"of Backstage, of another name":  {"7", []demo.Asset{{ID: "7", Name: "pay"}}, nil, Imported, "by its annotation", "", false},
		"archived": {"7", []demo.Asset{{ID: "7", Name: "pay"}}, func(w *world) { w.platform.ArchiveAsset("7") }, Imported,
			"by its annotation", "", false},
		"no asset": {"99", nil, nil, New, "no asset of this name", "its annotation conviso.com/asset-id names asset 99, which Conviso does not have", true},
		"no asset, and one of its name": {"99", []demo.Asset{{ID: "7", Name: "payments"}}, nil, Imported, "matched by name only",
			"names asset 99, which Conviso does not have", false},
		"no id at all": {"https://app.example.com/assets/7", []demo.Asset{github("7", "payments")}, nil, New, "no asset of this name",
			"which Conviso does not have", true},
		"one of two of its name": {"7", []demo.Asset{github("7", "payments"), github("8", "payments")}, nil, Imported, "by its annotation",
			"Conviso also has payments from GITHUB (asset 8)", false},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{})
				w.catalog.add(tied("payments", c.id))
				w.platform.AddAssets(testCompany, c.assets...)
				if c.happens != nil {
					w.look()
					c.happens(w)
				}
				check := func(when string) {
					if s := w.status(ref); s.State != c.state || !strings.Contains(s.Reason, c.reason) || !strings.Contains(s.Note, c.note) && when != "at first" {
						t.Errorf("%s: %+v", when, s)
					}
				}
				check("at first")
				for _, r := range []Request{{Bulk: w.refs(), InBulk: true}, {Named: w.refs()}} {
					plan := w.plan(r)
					if (len(plan.Items) == 1) != c.sent {
						t.Fatalf("planned are %+v, skipped %+v", plan.Items, plan.Skipped)
					}
					if c.sent && (plan.Items[0].NoAsset == "" || strings.Contains(fmt.Sprint(plan.Items[0].Project), c.id)) {
						t.Errorf("%+v", plan.Items[0])
					}
				}
				check("after a plan")
				w.restart(true)
				check("by the next run")
				if sent := w.sends(); len(sent) > 0 {
					t.Errorf("%d requests", len(sent))
				}
			})
		})
	}
}

// TestSameNameElsewhere protects people from a second asset beside one that a scan has made without a word of it: the
// status stays, the plan and the details say it, and one read serves a day of imports.
func TestSameNameElsewhere(t *testing.T) {
	const ref, says = "component:default/payments", "Conviso also has payments from GITHUB (asset 7)"
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{PageCap: 12}, "payments", "ledger")
		for i := range 20 {
			w.platform.AddAssets(testCompany, demo.Asset{Name: fmt.Sprint("more-", i)})
		}
		w.platform.AddAssets(testCompany, github("7", "Payments "), github("8", "a"), github("9", "b"), demo.Asset{ID: "10", Name: "c"})
		if plan := w.plan(Request{Named: []catalog.Ref{ref}}); len(plan.Items) != 1 || plan.Items[0].Elsewhere != nil || w.passes() > 0 {
			t.Errorf("by hand nothing is read for it: %+v", plan.Items)
		}
		for range 3 {
			plan := w.plan(Request{Bulk: w.refs(), InBulk: true})
			f := plan.Findings()
			if len(plan.Items) != 2 || len(f) == 0 || f[0].String() !=
				"1 not merged: Conviso also has payments from GITHUB" {
				t.Errorf("%v", f)
			}
			if note := plan.Items[1].Note(); !strings.Contains(note, says) {
				t.Errorf("%q", note)
			}
			if s := w.status(ref); s.State != New || !strings.Contains(s.Note, says) {
				t.Errorf("%+v", s)
			}
			w.restart(true)
		}
		if n := w.passes(); n != 1 {
			t.Errorf("read %d times", n)
		}
		time.Sleep(25 * time.Hour)
		w.platform.RemoveAsset("7")
		if plan := w.plan(Request{Bulk: w.refs(), InBulk: true}); w.passes() != 2 || plan.Items[1].Elsewhere != nil {
			t.Errorf("a day later, after %d reads: %+v", w.passes(), plan.Items)
		}
		if plan := w.plan(Request{Named: []catalog.Ref{ref}}); len(plan.Items) != 1 || w.passes() != 2 {
			t.Errorf("%+v", plan.Items)
		}
		if err := w.allNew(); err != nil {
			t.Error(err)
		}
		w.wantOnce("payments", "ledger")
	})
}

// TestSharedAnnotation protects two parts of one asset: both are imported by it, and one without the annotation
// is not by it.
func TestSharedAnnotation(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "c")
		w.catalog.add(tied("a", "7"))
		w.catalog.add(tied("b", "7"))
		w.platform.AddAssets(testCompany, github("7", "mono"))
		if err := w.allNew(); err != nil {
			t.Error(err)
		}
		w.wantOnce("c")
		if counts := w.look(); counts[Imported] != 3 || len(w.platform.Imports().Projects) != 1 {
			t.Errorf("%v", counts)
		}
		// Without the annotation the asset says nothing of it any more.
		w.catalog.entities[1].AssetID = ""
		if s := w.status("component:default/a"); s.State != New {
			t.Errorf("%+v", s)
		}
	})
}

// TestUncompared protects from a plan that looks complete and is not: assets of other sources that cannot be read, or
// one that an annotation names, are said, and what is not decided is not sent.
func TestUncompared(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "payments")
		w.catalog.add(tied("tied", "7"))
		w.platform.AddAssets(testCompany, github("7", "payments"))
		w.platform.Fail(func(r faulty.Request) faulty.Fault {
			if r.Operation == "assets" && !strings.Contains(string(r.Body), "integrationTypes") || r.Operation == "asset" {
				return faulty.HTML(500)
			}
			return faulty.Fault{}
		})
		plan := w.plan(Request{Bulk: w.refs(), InBulk: true})
		if len(plan.Items) != 1 || !strings.HasPrefix(plan.Findings()[0].String(), "1 not compared with assets of other sources (") {
			t.Errorf("%+v: %v", plan.Items, plan.Findings())
		}
		if s := w.status("component:default/tied"); s.State != Unknown || !strings.Contains(s.Reason, "names asset 7, and whether Conviso has that is not known yet") {
			t.Errorf("%+v", s)
		}
		w.platform.Fail(nil)
		if plan := w.plan(Request{Bulk: w.refs(), InBulk: true}); plan.Uncompared != "" || len(plan.Items) != 1 || len(plan.Items[0].Elsewhere) != 1 {
			t.Errorf("%+v", plan)
		}
		if s := w.status("component:default/tied"); s.State != Imported {
			t.Errorf("%+v", s)
		}
	})
}

// TestManyAnnotated protects the platform from a flood of look-ups: many are found by one read.
func TestManyAnnotated(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{})
		for i := range known.MaxAsked + 50 {
			w.catalog.add(tied(fmt.Sprintf("e%03d", i), fmt.Sprint(5000+i)))
			w.platform.AddAssets(testCompany, github(fmt.Sprint(5000+i), fmt.Sprint("r", i)))
		}
		if counts := w.look(); counts[Imported] != known.MaxAsked+50 || len(w.requests("asset")) > 0 {
			t.Errorf("%v after %d look-ups", counts, len(w.requests("asset")))
		}
	})
}

// TestTiedOnItsWay protects what the queue has from an annotation that came later.
func TestTiedOnItsWay(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	const ref = catalog.Ref("component:default/a")
	for state, want := range map[State]State{Queued: Queued, Sending: Sending, Retrying: Retrying, Accepted: Accepted, Failed: Imported, Imported: Imported} {
		snap := catalog.NewSnapshot([]catalog.Entity{{Ref: ref, Name: "a", Annotated: catalog.Annotated{AssetID: "7"}}}, at, 1, true)
		assets := conviso.NewAssetSet([]conviso.Asset{{ID: "7", Name: "x"}, {ID: "8", Name: "a"}}, at, true)
		s := status.Resolve(snap, assets, queue.ByRef([]Item{{Ref: ref, State: state, AssetID: "8"}}), Namer{})
		if got := s.At(0); got.State != want || s.State(0) != want || want == Imported && got.AssetID != "7" {
			t.Errorf("%s is %+v and %s", state, got, s.State(0))
		}
	}
}
