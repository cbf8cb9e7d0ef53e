package importer

import (
	"slices"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
)

// TestTwinsGoByRef protects bulk imports from the order of a list: of entities that share a name
// the same one goes, whichever way it was asked for.
func TestTwinsGoByRef(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{})
		w.catalog.add(componentIn("zoo", "twin"))
		w.catalog.add(componentIn("alpha", "twin"))
		w.catalog.add(component("single"))
		view, err := w.Read(t.Context(), ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		refs := w.refs()
		backwards := slices.Clone(refs)
		slices.Reverse(backwards)
		want := []catalog.Ref{catalog.NewRef("component", "alpha", "twin"), jobRef("single")}
		for name, r := range map[string]Request{"as listed": {Bulk: refs}, "backwards": {Bulk: backwards},
			"all new": view.SelectNew(catalog.Query{}), "query": view.Select(catalog.Query{})} {
			var got []catalog.Ref
			for _, item := range w.plan(r).Items {
				got = append(got, item.Ref)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%s sends %v, want %v", name, got, want)
			}
		}
	})
}

// TestReadAge protects the servers from needless reads and users from old lists: a list that is
// young enough is taken as it is, an older one is read again, and so is one from the future.
func TestReadAge(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "a")
		read := func(o ReadOptions) int {
			t.Helper()
			view, err := w.Read(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			return view.Catalog.Len()
		}
		if n := read(ReadOptions{MaxAge: time.Hour}); n != 1 {
			t.Fatalf("%d entities at first", n)
		}
		w.catalog.add(component("b"))
		time.Sleep(30 * time.Minute)
		if n := read(ReadOptions{MaxAge: time.Hour}); n != 1 {
			t.Errorf("a list of half an hour ago was read again: %d entities", n)
		}
		if n := read(ReadOptions{}); n != 2 {
			t.Errorf("asked to read now: %d entities", n)
		}
		w.catalog.add(component("c"))
		time.Sleep(2 * time.Hour)
		if n := read(ReadOptions{MaxAge: time.Hour}); n != 3 {
			t.Errorf("a list of two hours ago was kept: %d entities", n)
		}
		w.latest = conviso.NewAssetSet(nil, time.Now().Add(time.Hour), true)
		requests := len(w.requests("assets"))
		read(ReadOptions{MaxAge: time.Hour})
		if len(w.requests("assets")) == requests {
			t.Error("a list that was read in the future is believed")
		}
	})
}
