package importer

import (
	"fmt"
	"maps"
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
)

// fates are what may become of an entity's asset, and what its status says then.
var fates = []struct {
	name string
	// happens changes the asset e000 (1000); mono (1002) is another one.
	happens func(w *world)
	state   State
	says    string
}{
	{"nothing", func(*world) {}, Imported, "matched by name only"},
	{"renamed", func(w *world) { w.platform.RenameAsset("1000", "Payments 2") }, Imported, "its asset is called Payments 2 now"},
	{"absorbed", func(w *world) { w.platform.AbsorbAsset("1000", "1002") }, Imported, "its asset 1000 is inside asset 1002 (e002) now"},
	{"absorbed, then that deleted", func(w *world) { w.platform.AbsorbAsset("1000", "1002"); w.platform.RemoveAsset("1002") }, Gone, "was deleted at Conviso"},
	{"archived", func(w *world) { w.platform.ArchiveAsset("1000") }, Imported, "still at Conviso and not listed any more"},
	{"renamed, then archived", func(w *world) {
		w.platform.RenameAsset("1000", "old")
		w.platform.ArchiveAsset("1000")
	}, Imported, "its asset is called old now and is not listed any more"},
	{"deleted", func(w *world) { w.platform.RemoveAsset("1000") }, Gone, "its asset 1000 was deleted at Conviso"},
	{"deleted and made by somebody else", func(w *world) {
		w.platform.RemoveAsset("1000")
		w.platform.AddAssets(testCompany, demo.Asset{ID: "5000", Name: "e000"})
	}, Imported, "matched by name only"},
}

// status is an entity's status by a fresh read.
func (w *world) status(ref catalog.Ref) Status {
	w.t.Helper()
	time.Sleep(time.Second)
	v, err := w.Read(w.t.Context(), ReadOptions{})
	if err != nil {
		w.t.Fatal(err)
	}
	return v.Status(ref)
}

// TestKnownAssets protects the platform from doubles of what was renamed, absorbed or archived, and people from
// what they deleted coming back: in the process that sees it and in a later one, and nothing of it goes in bulk.
func TestKnownAssets(t *testing.T) {
	const ref = "component:default/e000"
	for _, c := range fates {
		for _, later := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, later %v", c.name, later), func(t *testing.T) {
				simulate(t, func(t *testing.T) {
					w := settled(t, 3)
					if later {
						w.restart(true)
					}
					c.happens(w)
					for range 2 {
						if s := w.status(ref); s.State != c.state || !strings.Contains(s.Reason, c.says) || (s.AssetID == "") != (c.state == Gone) {
							t.Errorf("%+v", s)
						}
						if s := w.status("component:default/e001"); s.State != Imported {
							t.Errorf("another one is %+v", s)
						}
						if err := w.allNew(); err != nil {
							t.Error(err)
						}
						w.restart(later)
					}
					if sent := w.platform.Imports().Deliveries; len(sent) > 0 {
						t.Errorf("sent were %v", sent)
					}
					if asked := len(w.requests("asset")); asked > 2 {
						t.Errorf("asked %d times", asked)
					}
				})
			})
		}
	}
}

// TestKnownByReadBack is the same for what was sent from here.
func TestKnownByReadBack(t *testing.T) {
	const ref = "component:default/a"
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "a", "b")
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		id := w.items()[ref].AssetID
		time.Sleep(time.Hour)
		w.platform.RemoveAsset(id)
		if s := w.status(ref); s.State != Gone {
			t.Errorf("%+v", s)
		}
		if err := w.allNew(); err != nil {
			t.Error(err)
		}
		w.wantOnce("a", "b")
		// By hand it goes, and is then imported as any other.
		w.submit(Request{Named: []catalog.Ref{ref}})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s := w.status(ref); s.State != Imported || s.AssetID == id {
			t.Errorf("%+v", s)
		}
		w.RemoveAll(w.items()[ref].AssetID)
		if s := w.status(ref); s.State != Gone {
			t.Errorf("deleted again it is %+v", s)
		}
	})
}

func (w *world) RemoveAll(ids ...string) {
	for _, id := range ids {
		w.platform.RemoveAsset(id)
	}
}

// TestStranger protects the one exception from being forgotten: a folder that has never seen an asset cannot know
// that it was absorbed.
func TestStranger(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 3)
		w.platform.AbsorbAsset("1000", "1002")
		w.inMemory()
		if s := w.status("component:default/e000"); s.State != New {
			t.Errorf("%+v", s)
		}
	})
}

// TestManyLost protects the platform from a flood of look-ups, and statuses from what was not looked up.
func TestManyLost(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 1000)
		for i := range 300 {
			w.platform.ArchiveAsset(fmt.Sprint(1000 + i))
		}
		before := len(w.requests("assets"))
		if counts := w.look(); counts[Imported] != 700+known.MaxAsked || counts[Unknown] != 100 {
			t.Errorf("%v", counts)
		}
		if asked, reads := len(w.requests("asset")), len(w.requests("assets"))-before; asked != known.MaxAsked || reads < 2 {
			t.Errorf("%d look-ups after %d requests for the list", asked, reads)
		}
		if counts := w.look(); counts[Imported] != 1000 {
			t.Errorf("after another read: %v", counts)
		}
		if asked := len(w.requests("asset")); asked != 300 {
			t.Errorf("%d look-ups", asked)
		}
	})
}

// TestAskedAgain protects from an answer that holds for ever: after a day the platform is asked again, and until
// then, or while it does not answer, what is known stays.
func TestAskedAgain(t *testing.T) {
	const ref = "component:default/e000"
	simulate(t, func(t *testing.T) {
		w := settled(t, 3)
		w.platform.ArchiveAsset("1000")
		w.look()
		w.platform.ForgetUnlisted()
		if s := w.status(ref); s.State != Imported {
			t.Errorf("at once: %+v", s)
		}
		time.Sleep(25 * time.Hour)
		if s := w.status(ref); s.State != Gone {
			t.Errorf("a day later: %+v", s)
		}
	})
}

// TestRenamedAssetMarksOne protects an asset from marking two entities: one renamed to another entity's name.
func TestRenamedAssetMarksOne(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a, b := catalog.Ref("component:default/a"), catalog.Ref("component:default/b")
	snap := catalog.NewSnapshot([]catalog.Entity{{Ref: b, Name: "b"}, {Ref: a, Name: "a"}}, at, 2, true)
	assets := Known{a: {ID: "1"}}
	for name, c := range map[string]struct {
		assets []conviso.Asset
		items  []Item
		want   [2]State
	}{
		"renamed":               {[]conviso.Asset{{ID: "1", Name: "b"}}, nil, [2]State{Clash, Imported}},
		"renamed, and one more": {[]conviso.Asset{{ID: "1", Name: "b"}, {ID: "2", Name: "b"}}, nil, [2]State{Clash, Imported}},
		"read back for b":       {[]conviso.Asset{{ID: "1", Name: "b"}}, []Item{{Ref: b, State: Imported, AssetID: "1", CheckedAt: at}}, [2]State{Imported, Clash}},
	} {
		t.Run(name, func(t *testing.T) {
			s := status.ResolveKnown(snap, conviso.NewAssetSet(c.assets, at, true), queue.ByRef(c.items), assets, Namer{})
			for row, want := range c.want {
				if got := s.At(row); got.State != want || s.State(row) != want {
					t.Errorf("row %d is %s (%s), want %s", row, got.State, got.Reason, want)
				}
			}
		})
	}
}

// TestRemembersOnce protects the disk: the same lists are remembered once, and only what is new of later ones.
func TestRemembersOnce(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := settled(t, 5)
		all, err := w.queue.Known(t.Context())
		if err != nil || len(all) != 5 {
			t.Fatalf("%v, %v", all, err)
		}
		count := &countingQueue{Queue: w.queue}
		w.config.Queue = count
		w.restart(false)
		w.look()
		w.look()
		w.catalog.add(component("x"))
		w.platform.AddAssets(testCompany, demo.Asset{ID: "9", Name: "x"})
		w.look()
		if !slices.Equal(count.written, []int{1}) {
			t.Errorf("written were %v", count.written)
		}
		if all := w.known.All(); len(all) != 6 || !maps.Equal(all, w.known.All()) {
			t.Errorf("known are %v", all)
		}
	})
}
