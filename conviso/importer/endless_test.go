package importer

import (
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestTwinOfNeverSeen protects the second of two entities of one name from waiting for ever for
// the first, whose asset never comes, and the user from a run that never ends.
func TestTwinOfNeverSeen(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Lose: func(p demo.Project) bool { return p.ID == "Component:default/twin" }})
		w.catalog.add(componentIn("default", "twin"))
		w.catalog.add(componentIn("payments", "twin"))
		w.submit(Request{Named: w.refs()})
		ctx, cancel := contextFor(t, 24*time.Hour)
		defer cancel()
		began := time.Now()
		if err := w.Drain(ctx); err != nil {
			t.Fatalf("after %s: %v", time.Since(began), err)
		}
		if sent := w.platform.Imports().Deliveries["Component:payments/twin"]; sent != 1 {
			t.Errorf("the second was sent %d times", sent)
		}
	})
}

// TestTwoNewAssetsOfASharedName protects against doubles where an answer was lost and two assets
// of the name have come, somebody else's among them: nothing tells which, so nothing is sent.
func TestTwoNewAssetsOfASharedName(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{MaxDelay: time.Second})
		w.catalog.add(componentIn("default", "twin"))
		w.catalog.add(componentIn("payments", "twin"))
		w.submit(Request{Named: w.refs()[:1]})
		once := true
		w.platform.Fail(func(r faulty.Request) faulty.Fault {
			if !importMutation(r) || !once {
				return faulty.Fault{}
			}
			once = false
			w.platform.AddAssets(testCompany, demo.Asset{Name: "twin"})
			return faulty.Fault{Status: 502, After: true}
		})
		ctx, cancel := contextFor(t, 24*time.Hour)
		defer cancel()
		if err := w.Drain(ctx); err != nil {
			t.Fatal(err)
		}
		w.wantOnce("twin")
		item := w.items()[w.refs()[0]]
		if item.State != Failed || !strings.Contains(item.Error, "one of them may be its own") {
			t.Errorf("it is %s: %s", item.State, item.Error)
		}
	})
}
