package importer_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"conviso-importer/cache"
	"conviso-importer/catalog"
	"conviso-importer/catalog/backstage"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/status"
)

// openingOf is the opening of a list of three entities, of which one is imported.
func openingOf() *importer.Opening {
	readAt := time.Date(2026, 11, 23, 6, 40, 0, 0, time.UTC)
	snap := catalog.NewSnapshot([]catalog.Entity{component("ledger"), component("gateway"), component("vault")}, readAt, 3, true)
	assets := conviso.NewAssetSet([]conviso.Asset{{ID: "7", Name: "gateway"}}, readAt.Add(time.Minute), true)
	statuses := status.Resolve(snap, assets, nil, importer.Namer{})
	return status.NewOpening(snap, statuses, snap.Order(catalog.ColumnName, false), assets.ReadAt, 64)
}

func component(name string) catalog.Entity {
	return catalog.Entity{Ref: catalog.NewRef("Component", "", name), Kind: "Component", Namespace: "default", Name: name, Tags: []string{"go"}}
}

// opener is an engine that keeps openings in a store, for a catalog.
func opener(store *cache.Store, url string) *importer.Engine {
	return importer.NewEngine(importer.Config{Store: store, Kinds: []string{"component"}, Queue: queue.NewMemory(""),
		Catalog: backstage.NewSource(nil, store, url, nil), Assets: conviso.NewAssetSource(nil, store, url, "1042"),
		Identity: importer.Identity{CatalogURL: url, PlatformURL: "https://api.platform.test", Company: conviso.Company{ID: "1042"}}})
}

// TestOpening protects the first page of the next start: it is what this one showed, of the same
// catalog, platform, company and kinds.
func TestOpening(t *testing.T) {
	dir := t.TempDir()
	kept := openingOf()
	store := cache.Open(dir, cache.Options{})
	opener(store, "https://a.test").KeepOpening(kept)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	store = cache.Open(dir, cache.Options{})
	defer func() { _ = store.Close() }()
	got := opener(store, "https://a.test").Opening()
	if !reflect.DeepEqual(got, kept) {
		t.Fatalf("kept %+v, got %+v", kept, got)
	}
	if other := opener(store, "https://b.test").Opening(); other != nil {
		t.Errorf("another catalog opens with %+v", other)
	}
	snap, statuses := got.Picture()
	if snap.Len() != 3 || snap.Name(0) != "gateway" || !snap.ReadAt.Equal(kept.CatalogReadAt) {
		t.Errorf("the picture has %d rows from %q on", snap.Len(), snap.Name(0))
	}
	if statuses.State(0) != importer.Imported || statuses.At(0).AssetID != "7" || statuses.Count(importer.New) != 2 || statuses.In(importer.New).Len() != 2 {
		t.Errorf("the first row is %+v, %d are new", statuses.At(0), statuses.Count(importer.New))
	}
}

// TestOpeningIsForeign protects the terminal from a cache that somebody else has written: an
// opening whose parts do not belong together is none, and text is made safe.
func TestOpeningIsForeign(t *testing.T) {
	tests := []struct {
		name   string
		change func(o *importer.Opening)
		none   bool
	}{
		{"as it was", func(*importer.Opening) {}, false},
		{"an escape in a name", func(o *importer.Opening) { o.Entities[0].Name = "gate\x1b[2Jway" }, false},
		{"an escape in a reason", func(o *importer.Opening) { o.Statuses[0].Reason = "\x1b]52;c;\a" }, false},
		{"a status less", func(o *importer.Opening) { o.Statuses = o.Statuses[1:] }, true},
		{"a state that does not exist", func(o *importer.Opening) { o.Statuses[0].State = "done" }, true},
		{"more rows than all", func(o *importer.Opening) { o.Total = 2 }, true},
		{"figures of another list", func(o *importer.Opening) { o.Counts[importer.Failed] = 4 }, true},
		{"a negative figure", func(o *importer.Opening) { o.Counts[importer.Failed], o.Counts[importer.New] = -1, 3 }, true},
		{"one row twice", func(o *importer.Opening) { o.Entities[1] = o.Entities[0] }, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			store := cache.Open(dir, cache.Options{})
			o := openingOf()
			test.change(o)
			opener(store, "https://a.test").KeepOpening(o)
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
			store = cache.Open(dir, cache.Options{})
			defer func() { _ = store.Close() }()
			got := opener(store, "https://a.test").Opening()
			if (got == nil) != test.none {
				t.Fatalf("it opens with %+v", got)
			}
			if got == nil {
				return
			}
			for _, text := range []string{got.Entities[0].Name, got.Statuses[0].Reason} {
				if doc, _ := json.Marshal(text); len(doc) != len(text)+2 {
					t.Errorf("%s reaches the terminal", doc)
				}
			}
		})
	}
}
