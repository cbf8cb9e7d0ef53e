package importer

import (
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
)

// TestRefreshShowsDeletions protects what was deleted on purpose: an asset that was imported and then deleted on
// the platform is gone after the next refresh, not new.
func TestRefreshShowsDeletions(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "a", "b")
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		snap, err := w.ReadCatalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		states := func() (of []State) {
			time.Sleep(time.Hour)
			set, err := w.RefreshAssets(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			v := w.Settle(t.Context(), &View{Catalog: snap, Assets: set, Items: w.items(), Statuses: w.Resolve(snap, set, w.items())})
			statuses := v.Statuses
			for _, ref := range w.refs() {
				row, _ := snap.Row(ref)
				of = append(of, statuses.At(row).State)
			}
			return of
		}
		if got := states(); got[0] != Imported || got[1] != Imported {
			t.Fatalf("after the import: %v", got)
		}
		w.platform.RemoveAsset(w.items()[w.refs()[0]].AssetID)
		if got := states(); got[0] != Gone || got[1] != Imported {
			t.Errorf("after the deletion: %v", got)
		}
	})
}

// TestRefreshConcludesNothing protects from doubles: that an item is absent from a set which was
// only brought up to date does not count towards sending it again; that its asset is in it
// settles the item all the same.
func TestRefreshConcludesNothing(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "lost", "arrived")
		if _, err := w.LoadAssets(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		w.submit(Request{Bulk: w.refs()})
		if _, err := w.queue.Claim(t.Context(), BatchSize, time.Now(), time.Time{}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.queue.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.platform.AddAssets(testCompany, demo.Asset{Name: "arrived"})
		for range 3 {
			time.Sleep(time.Hour)
			before := w.platform.Counts().Requests
			if _, err := w.RefreshAssets(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if cost := w.platform.Counts().Requests - before; cost != 2 {
				t.Fatalf("%d requests: it is no refresh", cost)
			}
		}
		w.wantStates(Imported, "component:default/arrived")
		if item := w.items()["component:default/lost"]; item.State != Retrying || !item.Lost || item.Reads != 0 {
			t.Errorf("by refreshes alone it is %s, lost %v, after %d reads", item.State, item.Lost, item.Reads)
		}
		for range 2 {
			time.Sleep(time.Minute)
			if _, err := w.LoadAssets(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
		}
		w.wantStates(Queued, "component:default/lost")
	})
}

// TestSendingRestsOnTheList protects from doubles where the platform's dates cannot be trusted:
// an asset that came under an old date while another went stays unseen by a refresh, and by the
// plan behind it, and is found before anything is sent.
func TestSendingRestsOnTheList(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "a", "b")
		w.platform.AddAssets(testCompany, demo.Asset{ID: "1", Name: "other"})
		if _, err := w.LoadAssets(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		w.platform.RemoveAsset("1")
		w.platform.AddAssets(testCompany, demo.Asset{Name: "a", UpdatedAt: time.Now().Add(-24 * time.Hour)})
		set, err := w.RefreshAssets(t.Context(), nil)
		if err != nil || len(set.Named(conviso.NameKey("a"))) != 0 {
			t.Fatalf("the refresh sees it: %v, %v", set.All(), err)
		}
		if p := w.submit(Request{Bulk: w.refs()}); len(p.Items) != 2 {
			t.Fatalf("the plan has %+v", p.Items)
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, []catalog.Ref{"component:default/a", "component:default/b"}...)
		if taken := w.platform.Imports().Deliveries; len(taken) != 1 || taken["Component:default/b"] != 1 {
			t.Errorf("sent were %v", taken)
		}
	})
}
