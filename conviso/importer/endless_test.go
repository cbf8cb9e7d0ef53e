package importer

import (
	"os"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
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
		w.platform.Fail(func(r demo.Request) demo.Fault {
			if !importMutation(r) || !once {
				return demo.Fault{}
			}
			once = false
			w.platform.AddAssets(testCompany, demo.Asset{Name: "twin"})
			return demo.Fault{Status: 502, After: true}
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

// TestDeletedIsTold protects the user of a queue that was deleted under a run from a new, empty
// one that says nothing, also where the first try to open it anew fails.
func TestDeletedIsTold(t *testing.T) {
	dir := t.TempDir()
	q := openIn(t, dir)
	add := func(name string) error {
		_, err := q.Add(t.Context(), []queue.Entry{{Ref: catalog.NewRef("component", "default", name)}}, time.Now())
		return err
	}
	if err := add("a"); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(q.path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := add("b"); err == nil {
		t.Error("a folder that others can write to was used")
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := add("c"); err == nil {
		t.Error("nobody is told that promises are gone")
	}
	if err := add("d"); err != nil {
		t.Errorf("it does not go on: %v", err)
	}
}

// TestGateComesBack protects a write from a file that another process is taking away, after one
// moment in which the lock could not be asked for.
func TestGateComesBack(t *testing.T) {
	q := openIn(t, t.TempDir())
	lock := q.path + repairLock
	if err := os.Rename(lock, lock+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(lock, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	g := gate{path: q.path}
	err := g.alone(func() error {
		go func() {
			_, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/b"}}, time.Now())
			done <- err
		}()
		select {
		case err := <-done:
			t.Errorf("it wrote while another process had the file alone: %v", err)
			done <- err
		case <-time.After(300 * time.Millisecond):
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
