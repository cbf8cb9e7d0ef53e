package conviso

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"conviso-importer/cache"
)

func openStore(t testing.TB, dir string) *cache.Store {
	t.Helper()
	s := cache.Open(dir, cache.Options{})
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestAssetSourceRemembers checks that the next process reads the cached set with its time, per
// platform and company.
func TestAssetSourceRemembers(t *testing.T) {
	dir := t.TempDir()
	l := members(5001)
	first := NewAssetSource(l.client(t), openStore(t, dir), "https://a", "1028")
	if _, found := first.Cached(); found {
		t.Fatal("an empty store has nothing")
	}
	want, err := first.Load(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	store := openStore(t, dir)
	got, found := NewAssetSource(nil, store, "https://a", "1028").Cached()
	if !found || !got.Complete || !got.ReadAt.Equal(want.ReadAt) || !slices.Equal(got.All(), want.All()) {
		t.Fatalf("%v %+v", found, got)
	}
	for _, other := range [][2]string{{"https://a", "102"}, {"https://b", "1028"}, {"https://a\n1028", ""}} {
		if _, found := NewAssetSource(nil, store, other[0], other[1]).Cached(); found {
			t.Errorf("%q must not see another's assets", other)
		}
	}
}

// TestAssetSourceOffline checks the offline error and an empty set that is not complete.
func TestAssetSourceOffline(t *testing.T) {
	set, err := NewAssetSource(nil, openStore(t, ""), "https://a", "1").Load(t.Context(), nil)
	if !errors.Is(err, ErrOffline) || set == nil || set.Complete {
		t.Errorf("%+v %v", set, err)
	}
}

// TestAssetSourceKeepsTheLastWhole checks that partial sets are not cached.
func TestAssetSourceKeepsTheLastWhole(t *testing.T) {
	l := members(300)
	l.limit = 100
	source := NewAssetSource(l.client(t), openStore(t, t.TempDir()), "https://a", "1")
	if _, err := source.Load(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	l.before = func(_ *list, _, page int) (*http.Response, error) {
		if page == 2 {
			return reply(401, "text/html", ""), nil
		}
		return nil, nil
	}
	partial, err := source.Load(t.Context(), nil)
	if err == nil || partial.Complete || partial.Len() == 0 {
		t.Fatalf("%+v %v", partial, err)
	}
	if got, found := source.Cached(); !found || got.Len() != 300 {
		t.Error("the whole set is lost")
	}
}

// keeps stores a complete set in a source.
func keeps(s *AssetSource, all []Asset, at time.Time) {
	s.adopt(baseline{set: NewAssetSet(all, at, true), mark: at, whole: at})
}

func numbered(n int) []Asset {
	all := make([]Asset, n)
	for i := range all {
		all[i] = Asset{ID: fmt.Sprint(100_000 + i), Name: fmt.Sprintf("é %d", i)}
	}
	return all
}

// TestAssetSourceIsWhole checks that a set with a missing or foreign page is none, and that a
// newer set replaces an older one.
func TestAssetSourceIsWhole(t *testing.T) {
	store := openStore(t, t.TempDir())
	source := NewAssetSource(nil, store, "https://a", "1")
	begin := time.Now().Add(-time.Hour)
	keeps(source, numbered(9100), begin)
	keeps(source, []Asset{{ID: "1", Name: "a"}, {ID: "2", Name: "b"}}, begin.Add(time.Minute))
	if got, found := source.Cached(); !found || got.Len() != 2 {
		t.Fatalf("%v", got)
	}
	head, _, _ := source.list.Head()
	pages := cache.New(store, "assets", cache.Codec[[]Asset]{Version: 1, Append: appendAssets, Decode: decodeAssets})
	key := "https://a\n1\n" + head.Pages[0]
	if err := pages.Put(key, []Asset{{ID: "1"}}, begin); err != nil {
		t.Fatal(err)
	}
	if _, found := source.Cached(); found {
		t.Error("a set with another's page was found")
	}
	if err := pages.Delete(key); err != nil {
		t.Fatal(err)
	}
	if _, found := source.Cached(); found {
		t.Error("a set without its page was found")
	}
}

// TestAssetSourceWritesWhatDiffers checks that one changed asset rewrites one page.
func TestAssetSourceWritesWhatDiffers(t *testing.T) {
	source := NewAssetSource(nil, openStore(t, t.TempDir()), "https://a", "1")
	at := time.Now().Add(-time.Hour)
	all := numbered(50_000)
	keeps(source, all, at)
	names := func() map[string]bool {
		head, _, _ := source.list.Head()
		pages := map[string]bool{}
		for _, name := range head.Pages {
			pages[name] = true
		}
		return pages
	}
	for name, change := range map[string]func([]Asset) []Asset{
		"nothing": func(all []Asset) []Asset { return all },
		"comes":   func(all []Asset) []Asset { return append(all, Asset{ID: "900000", Name: "new"}) },
		"goes":    func(all []Asset) []Asset { return slices.Delete(all, 20_000, 20_001) },
		"renamed": func(all []Asset) []Asset { all[100].Name = "other"; return all },
	} {
		before := names()
		at = at.Add(time.Second)
		all = change(slices.Clone(all))
		keeps(source, all, at)
		written := 0
		for page := range names() {
			if !before[page] {
				written++
			}
		}
		// A page whose last asset is gone merges with the next.
		if most := 2; written > most || name == "nothing" && written > 0 || len(before) < 10 {
			t.Errorf("%s: %d of %d pages are others", name, written, len(before))
		}
		if got, found := source.Cached(); !found || !slices.Equal(got.All(), all) || !got.ReadAt.Equal(at) {
			t.Errorf("%s: another set came back", name)
		}
	}
}

// TestEmptySetIsKept checks that an empty set is cached.
func TestEmptySetIsKept(t *testing.T) {
	source := NewAssetSource(members(0).client(t), openStore(t, ""), "https://a", "1")
	if _, err := source.Load(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got, found := source.Cached(); !found || !got.Complete || got.Len() != 0 {
		t.Errorf("%v %+v", found, got)
	}
}

// FuzzDecodeAssets checks damaged pages, and encoding and decoding.
func FuzzDecodeAssets(f *testing.F) {
	whole, _ := appendAssets(nil, []Asset{{ID: "1", Name: "payments"}, {ID: "", Name: "é"}})
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, blob []byte) {
		assets, err := decodeAssets(blob)
		if err != nil {
			return
		}
		again, err := appendAssets(nil, assets)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := decodeAssets(again); err != nil || !slices.Equal(back, assets) {
			t.Fatalf("%v %v %v", assets, back, err)
		}
	})
}

func BenchmarkCached100k(b *testing.B) {
	dir := b.TempDir()
	all := numbered(100_000)
	keeps(NewAssetSource(nil, openStore(b, dir), "a", "1"), all, time.Now())
	for b.Loop() {
		store := cache.Open(dir, cache.Options{})
		if set, found := NewAssetSource(nil, store, "a", "1").Cached(); !found || set.Len() != len(all) {
			b.Fatal("lost")
		}
		_ = store.Close()
	}
}
