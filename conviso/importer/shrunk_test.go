package importer

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
)

// settled is a world of entities whose assets are all on the platform, and read once.
func settled(t *testing.T, n int) *world {
	t.Helper()
	var names []string
	var assets []demo.Asset
	for i := range n {
		name := fmt.Sprintf("e%03d", i)
		names, assets = append(names, name), append(assets, demo.Asset{ID: fmt.Sprint(1000 + i), Name: name})
	}
	w := newWorld(t, demo.PlatformOptions{}, names...)
	w.platform.AddAssets(testCompany, assets...)
	if counts := w.look(); counts[Imported] != n {
		t.Fatalf("at first: %v", counts)
	}
	return w
}

// look reads both lists and counts the states.
func (w *world) look() map[State]int {
	w.t.Helper()
	time.Sleep(time.Second)
	v, err := w.Read(w.t.Context(), ReadOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return counts(v.Statuses)
}

// counts are the rows by state.
func counts(s *Statuses) map[State]int {
	counts := map[State]int{}
	for row := range s.Len() {
		counts[s.State(row)]++
	}
	return counts
}

// allNew imports what is new in bulk.
func (w *world) allNew() error {
	w.t.Helper()
	time.Sleep(time.Second)
	v, err := w.Read(w.t.Context(), ReadOptions{})
	if err == nil {
		var plan *Plan
		if plan, err = w.Plan(w.t.Context(), v.SelectNew(catalog.Query{})); err == nil && len(plan.Items) > 0 {
			if err = w.Submit(w.t.Context(), plan); err == nil {
				err = w.Drain(w.t.Context())
			}
		}
	}
	return err
}

// restart is the same machine's next run; lost reports that the cache was lost.
func (w *world) restart(lost bool) {
	w.config.Catalog = &fakeCatalog{entities: w.catalog.entities, details: w.catalog.details, cached: w.catalog.cached}
	w.catalog = w.config.Catalog.(*fakeCatalog)
	if lost {
		w.catalog.cached = nil
		w.config.Assets = w.freshAssets()
	}
	w.Engine = NewEngine(w.config)
}

// TestShrunkList protects the platform from everything being sent again: a list that lost most of its assets makes
// nothing new, nothing goes in bulk or unattended, and only a second read and somebody's word change that.
func TestShrunkList(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 30)
		before := w.platform.Assets(testCompany)
		for _, a := range before {
			w.platform.RemoveAsset(a.ID)
		}
		var shrunk *ShrunkError
		for _, form := range []string{"the same process", "the next run"} {
			if err := w.allNew(); !errors.As(err, &shrunk) || shrunk.Agreed() {
				t.Fatalf("%s: %v", form, err)
			}
			if counts := w.look(); counts[Imported] != 30 {
				t.Errorf("%s: %v", form, counts)
			}
			if plan, err := w.AutoPlan(t.Context()); !errors.As(err, &shrunk) {
				t.Errorf("%s: auto-import plans %+v, %v", form, plan, err)
			}
			if err := w.AcceptShrunk(t.Context()); !errors.As(err, &shrunk) {
				t.Errorf("%s: accepted after less than a minute: %v", form, err)
			}
			w.restart(false)
		}
		w.restart(true)
		if _, err := w.Read(t.Context(), ReadOptions{}); !errors.As(err, &shrunk) {
			t.Errorf("without a cache: %v", err)
		}
		if err := w.allNew(); !errors.As(err, &shrunk) {
			t.Errorf("without a cache: %v", err)
		}
		if sent := w.platform.Imports().Batches; sent != 0 {
			t.Fatalf("%d batches were sent", sent)
		}
		time.Sleep(time.Minute)
		if _, err := w.RefreshAssets(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if lists := w.Shrunk(t.Context()); len(lists) != 1 || lists[0].Lost != 30 || lists[0].Agreed.IsZero() {
			t.Fatalf("after a second read: %+v", lists)
		}
		if err := w.AcceptShrunk(t.Context()); err != nil {
			t.Fatal(err)
		}
		// They were imported, and the platform does not find them: deleted on purpose stays deleted.
		if counts := w.look(); counts[Gone] != 30 {
			t.Errorf("after it was accepted: %v", counts)
		}
		if err := w.allNew(); err != nil || w.platform.Imports().Batches != 0 {
			t.Errorf("%v; sent were %+v", err, w.platform.Imports().Deliveries)
		}
	})
}

// TestShrunkAndBack protects from a fault that passes: when the list is whole again nothing is left of the doubt.
func TestShrunkAndBack(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 30)
		all := w.platform.Assets(testCompany)
		for _, a := range all {
			w.platform.RemoveAsset(a.ID)
		}
		w.look()
		w.platform.AddAssets(testCompany, all...)
		w.catalog.add(component("fresh"))
		time.Sleep(time.Hour)
		if err := w.allNew(); err != nil || len(w.Shrunk(t.Context())) > 0 {
			t.Fatalf("%v, %v", err, w.Shrunk(t.Context()))
		}
		if sent := w.platform.Imports().Deliveries; len(sent) != 1 || sent["Component:default/fresh"] != 1 {
			t.Errorf("sent were %v", sent)
		}
	})
}

// TestShrunkByHand protects what a person names: it goes, while the list is not believed, by what was known before.
func TestShrunkByHand(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 30)
		w.catalog.add(component("fresh"))
		for _, a := range w.platform.Assets(testCompany) {
			w.platform.RemoveAsset(a.ID)
		}
		w.look()
		w.submit(Request{Named: []catalog.Ref{"component:default/fresh", "component:default/e001"}})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, "component:default/fresh")
		if sent := w.platform.Imports().Deliveries; len(sent) != 1 {
			t.Errorf("sent were %v", sent)
		}
	})
}

// TestShrunkProvesNoAbsence protects from doubles: what was sent and not answered is not sent again because a list
// lost it with most of the rest.
func TestShrunkProvesNoAbsence(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 30)
		w.catalog.add(component("lost"))
		w.look()
		w.submit(Request{Named: []catalog.Ref{"component:default/lost"}})
		if _, err := w.queue.Claim(t.Context(), BatchSize, time.Now(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.queue.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, a := range w.platform.Assets(testCompany) {
			w.platform.RemoveAsset(a.ID)
		}
		for range 5 {
			time.Sleep(2 * time.Minute)
			if _, err := w.LoadAssets(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		if item := w.items()["component:default/lost"]; item.State != Retrying || item.Reads != 0 {
			t.Errorf("it is %s after %d reads", item.State, item.Reads)
		}
	})
}

// TestShrunkCatalog protects marks and bulk imports from a catalog that lost most of its entities.
func TestShrunkCatalog(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 30)
		w.catalog.entities = w.catalog.entities[:5]
		var shrunk *ShrunkError
		for _, form := range []string{"the same process", "the next run"} {
			if counts := w.look(); counts[Imported] != 30 {
				t.Errorf("%s: %v", form, counts)
			}
			if err := w.allNew(); !errors.As(err, &shrunk) || !shrunk.Lists[0].Catalog {
				t.Errorf("%s: %v", form, err)
			}
			w.restart(false)
		}
		time.Sleep(time.Minute)
		if _, err := w.ReadCatalog(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := w.AcceptShrunk(t.Context()); err != nil {
			t.Fatal(err)
		}
		if counts := w.look(); counts[Imported] != 5 {
			t.Errorf("after it was accepted: %v", counts)
		}
	})
}

// freshAssets is the platform's list with an empty cache.
func (w *world) freshAssets() *conviso.AssetSource {
	return conviso.NewAssetSource(w.client, w.store(), "elsewhere", testCompany)
}
