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

// TestAssetSourceRemembers protects the first screen: what one process read the next one
// shows at once, with its age, per platform and company.
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

// TestAssetSourceOffline protects the offline mode from a panic and from a complete set of
// nothing.
func TestAssetSourceOffline(t *testing.T) {
	set, err := NewAssetSource(nil, openStore(t, ""), "https://a", "1").Load(t.Context(), nil)
	if !errors.Is(err, ErrOffline) || set == nil || set.Complete {
		t.Errorf("%+v %v", set, err)
	}
}

// TestAssetSourceKeepsTheLastWhole protects the cache from partial sets.
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

// TestAssetSourceReplaces protects the disk: a newer set takes the older one's place, page
// by page, and a set that misses a page is no set.
func TestAssetSourceReplaces(t *testing.T) {
	store := openStore(t, t.TempDir())
	source := NewAssetSource(nil, store, "https://a", "1")
	set := func(n int, at time.Time) *AssetSet {
		all := make([]Asset, n)
		for i := range all {
			all[i] = Asset{ID: fmt.Sprint(i), Name: fmt.Sprintf("é %d", i)}
		}
		return NewAssetSet(all, at, true)
	}
	begin := time.Now().Add(-time.Hour)
	source.keep(set(4100, begin))
	old, _, _ := source.heads.Get(source.prefix)
	source.keep(set(10, begin.Add(time.Minute)))
	if got, found := source.Cached(); !found || got.Len() != 10 {
		t.Fatalf("%v", got)
	}
	if _, _, found := source.pages.Get(source.page(old, 2)); old.Pages != 3 || found {
		t.Errorf("the old set's pages are still there: %+v", old)
	}
	now, _, _ := source.heads.Get(source.prefix)
	if err := source.pages.Delete(source.page(now, 0)); err != nil {
		t.Fatal(err)
	}
	if _, found := source.Cached(); found {
		t.Error("a set without its page was found")
	}
	if err := source.pages.Put(source.page(now, 0), []Asset{{ID: "1"}}, begin); err != nil {
		t.Fatal(err)
	}
	if _, found := source.Cached(); found {
		t.Error("a set with another's page was found")
	}
}

// TestEmptySetIsKept protects the difference between no assets and no knowledge.
func TestEmptySetIsKept(t *testing.T) {
	source := NewAssetSource(members(0).client(t), openStore(t, ""), "https://a", "1")
	if _, err := source.Load(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if got, found := source.Cached(); !found || !got.Complete || got.Len() != 0 {
		t.Errorf("%v %+v", found, got)
	}
}

// FuzzDecodeAssets protects start-up from a damaged cache, and the encoding both ways.
func FuzzDecodeAssets(f *testing.F) {
	whole, _ := encodeAssets([]Asset{{ID: "1", Name: "payments"}, {ID: "", Name: "é"}})
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, blob []byte) {
		assets, err := decodeAssets(blob)
		if err != nil {
			return
		}
		again, err := encodeAssets(assets)
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
	all := make([]Asset, 100_000)
	for i := range all {
		all[i] = Asset{ID: fmt.Sprint(100_000 + i), Name: fmt.Sprintf("asset-%06d", i)}
	}
	NewAssetSource(nil, openStore(b, dir), "a", "1").keep(NewAssetSet(all, time.Now(), true))
	for b.Loop() {
		store := cache.Open(dir, cache.Options{})
		if set, found := NewAssetSource(nil, store, "a", "1").Cached(); !found || set.Len() != len(all) {
			b.Fatal("lost")
		}
		_ = store.Close()
	}
}
