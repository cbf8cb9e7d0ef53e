package importer

import (
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestTwinOfRefused protects the second of two entities of one name from losing its asset to the first,
// which the platform has refused: the one that was taken is imported, the other stays failed, in the
// first run and in later ones.
func TestTwinOfRefused(t *testing.T) {
	for name, c := range map[string]struct {
		refused, taken string
		// fault, where set, is the answer to the second's import.
		fault faulty.Fault
	}{
		"refused by name":             {"legacy", "default", faulty.Fault{}},
		"the other one":               {"default", "legacy", faulty.Fault{}},
		"the second's answer is lost": {"legacy", "default", faulty.Fault{Status: 502, After: true}},
		"and it did not arrive":       {"legacy", "default", faulty.Fault{Status: 502}},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{MinDelay: 2 * time.Second, MaxDelay: 5 * time.Second})
				w.catalog.add(componentIn("default", "ledger"))
				w.catalog.add(componentIn("legacy", "ledger"))
				refs := map[string]int{"default": 0, "legacy": 1}
				first, second := w.refs()[refs[c.refused]], w.refs()[refs[c.taken]]
				w.platform.SetReject(func(demo.Project) string { return "tags has invalid value" })
				w.submit(Request{Named: w.refs()[refs[c.refused] : refs[c.refused]+1]})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Failed, first)
				w.platform.SetReject(nil)
				w.platform.Fail(faulty.First(1, importMutation, c.fault))
				w.submit(Request{Named: w.refs()[refs[c.taken] : refs[c.taken]+1]})
				began := time.Now()
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(began); took > 3*time.Minute {
					t.Errorf("it took %s", took)
				}
				for range 2 {
					w.wantStates(Imported, second)
					w.wantStates(Failed, first)
					time.Sleep(time.Minute)
					w.catalog.add(component("other" + name))
					w.submit(Request{Named: w.refs()[len(w.refs())-1:]})
					if err := w.Drain(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			})
		})
	}
}

// TestFailedIsCorrected protects the one way out of failed: its asset appears, and nobody else's it can be.
// Where two have failed, one asset proves nothing for either.
func TestFailedIsCorrected(t *testing.T) {
	for name, c := range map[string]struct {
		failed int
		want   State
	}{"one": {1, Imported}, "two of a name": {2, Failed}} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{Reject: func(demo.Project) string { return "no" }})
				w.catalog.add(componentIn("default", "ledger"))
				w.catalog.add(componentIn("legacy", "ledger"))
				// What shares a name is looked for in the whole list.
				w.catalog.add(component("pair"))
				w.catalog.add(componentIn("legacy", "pair"))
				w.submit(Request{Named: w.refs()[:c.failed]})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Failed, w.refs()[:c.failed]...)
				w.platform.SetReject(nil)
				w.platform.AddAssets(testCompany, demo.Asset{Name: "ledger"})
				w.submit(Request{Named: w.refs()[2:3]})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(c.want, w.refs()[:c.failed]...)
			})
		})
	}
}

// TestAssetGoesToTheLastSent protects an entity whose twin was taken long ago and never seen: the asset
// that appears after it was sent is its own.
func TestAssetGoesToTheLastSent(t *testing.T) {
	simulate(t, func(t *testing.T) {
		lose := func(p demo.Project) bool { return p.ID == "Component:default/ledger" }
		w := newWorld(t, demo.PlatformOptions{Lose: lose})
		w.catalog.add(componentIn("default", "ledger"))
		w.catalog.add(componentIn("legacy", "ledger"))
		for i, want := range []State{Accepted, Imported} {
			w.submit(Request{Named: w.refs()[i : i+1]})
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.wantStates(want, w.refs()[i])
		}
		w.wantStates(Accepted, w.refs()[0])
	})
}
