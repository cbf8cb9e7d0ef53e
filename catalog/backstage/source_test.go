package backstage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/cache"
	"conviso-importer/catalog"
)

// openStore opens a store in dir and closes it with the test.
func openStore(t *testing.T, dir string) *cache.Store {
	t.Helper()
	store := cache.Open(dir, cache.Options{})
	if err := store.Problem(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// load runs a whole load and returns its snapshots.
func load(ctx context.Context, s *Source) (snapshots []*catalog.Snapshot, err error) {
	for snapshot, failed := range s.Load(ctx) {
		snapshots = append(snapshots, snapshot)
		err = failed
	}
	return snapshots, err
}

// TestSourceLoad checks that snapshots grow, and that the complete list can be read from disk
// afterwards.
func TestSourceLoad(t *testing.T) {
	dir := t.TempDir()
	b := &backstage{items: items(2500)}
	before := time.Now()
	source := NewSource(serve(t, b.ServeHTTP), openStore(t, dir), "https://a.example.com", nil)
	if _, ok := source.Cached(t.Context()); ok {
		t.Fatal("an empty store has a list")
	}
	snapshots, err := load(t.Context(), source)
	grown := make([]string, 0, len(snapshots))
	for _, s := range snapshots {
		grown = append(grown, fmt.Sprint(s.Len(), s.Complete, s.Total))
	}
	// The number of snapshots depends on the time.
	if err != nil || len(grown) < 2 || grown[0] != "1000 false 2500" || grown[len(grown)-1] != "2500 true 2500" {
		t.Fatal(grown, err)
	}
	cached, ok := NewSource(nil, openStore(t, dir), "https://a.example.com", []string{"component"}).Cached(t.Context())
	if !ok || cached.Len() != 2500 || !cached.Complete || cached.Total != 2500 || cached.ReadAt.Before(before.Truncate(time.Millisecond)) {
		t.Fatalf("%v %+v", ok, cached)
	}
	for row := range cached.Len() {
		if got, want := cached.At(row), snapshots[len(snapshots)-1].At(row); !reflect.DeepEqual(got, want) {
			t.Fatalf("row %d: got %+v, want %+v", row, got, want)
		}
	}
}

// TestSourceLoadIsPaced checks that the first page comes at once and further snapshots a few
// times a second.
func TestSourceLoadIsPaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asks := 0
		client := inMemory(t, func(*http.Request) (*http.Response, error) {
			time.Sleep(20 * time.Millisecond)
			next := ""
			if asks++; asks < 100 {
				next = fmt.Sprint(asks)
			}
			return answer(200, list(100, next, entityJSON("default", fmt.Sprint(asks)))), nil
		})
		start := time.Now()
		var first time.Duration
		n, last := 0, 0
		for snapshot, err := range NewSource(client, openStore(t, t.TempDir()), "x", nil).Load(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n == 1 {
				first = time.Since(start)
			}
			last = snapshot.Len()
		}
		if first > 50*time.Millisecond || n < 8 || n > 10 || last != 100 {
			t.Errorf("%d snapshots, the first after %s, the last of %d", n, first, last)
		}
	})
}

// TestSourceScopes checks that lists of catalogs and kinds are separate.
func TestSourceScopes(t *testing.T) {
	store := openStore(t, t.TempDir())
	client := serve(t, (&backstage{items: items(3)}).ServeHTTP)
	if _, err := load(t.Context(), NewSource(client, store, "https://a.example.com", nil)); err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]*Source{
		"catalog": NewSource(client, store, "https://b.example.com", nil),
		"kinds":   NewSource(client, store, "https://a.example.com", []string{"component", "api"}),
	} {
		if _, ok := other.Cached(t.Context()); ok {
			t.Errorf("another %s shares the list", name)
		}
	}
}

// TestSourceOfKinds checks that other kinds are another list, under the key of a program
// started with these kinds.
func TestSourceOfKinds(t *testing.T) {
	store := openStore(t, t.TempDir())
	client := serve(t, (&backstage{items: items(3)}).ServeHTTP)
	components := NewSource(client, store, "x", nil)
	both := components.OfKinds([]string{" API", "component", "api"})
	if got := both.Kinds(); !slices.Equal(got, []string{"api", "component"}) {
		t.Errorf("the kinds are %q", got)
	}
	if _, err := load(t.Context(), both); err != nil {
		t.Fatal(err)
	}
	if _, ok := components.Cached(t.Context()); ok {
		t.Error("the first source has the other kinds' list")
	}
	if _, ok := NewSource(nil, store, "x", []string{"component", "api"}).Cached(t.Context()); !ok {
		t.Error("a later start does not find the list")
	}
}

// TestSourcePartial checks that an interrupted, cancelled or abandoned load is not complete and
// leaves the cache.
func TestSourcePartial(t *testing.T) {
	b := &backstage{items: items(2500)}
	fail := false
	store := openStore(t, t.TempDir())
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if fail && r.URL.Query().Has("cursor") {
			envelope(w, 401, "AuthenticationError", "Illegal token")
			return
		}
		b.ServeHTTP(w, r)
	})
	source := NewSource(client, store, "x", nil)
	if _, err := load(t.Context(), source); err != nil {
		t.Fatal(err)
	}
	fail, b.items = true, items(1800)
	snapshots, err := load(t.Context(), source)
	last := snapshots[len(snapshots)-1]
	if !errors.Is(err, catalog.ErrAuth) || last.Complete || last.Len() != 1000 || last.Total != 1800 {
		t.Fatalf("%v: %d of %d", err, last.Len(), last.Total)
	}
	fail = false
	for s, err := range source.Load(t.Context()) {
		if err != nil || !s.Complete {
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	snapshots, err = load(ctx, source)
	if !errors.Is(err, context.Canceled) || len(snapshots) != 1 || snapshots[0] == nil || snapshots[0].Complete {
		t.Fatalf("cancelled: %v %v", snapshots, err)
	}
	if s, ok := source.Cached(t.Context()); !ok || s.Len() != 2500 {
		t.Fatal("the last complete list is gone")
	}
}

// TestSourceSavesForReadersThatLeave checks the write after a caller stops at the complete
// snapshot.
func TestSourceSavesForReadersThatLeave(t *testing.T) {
	source := NewSource(serve(t, (&backstage{items: items(3)}).ServeHTTP), openStore(t, t.TempDir()), "x", nil)
	for s, err := range source.Load(t.Context()) {
		if err != nil || s.Complete {
			break
		}
	}
	if s, ok := source.Cached(t.Context()); !ok || s.Len() != 3 {
		t.Fatal("the list was not written")
	}
}

// TestSourceWithoutDisk checks loads without a writable disk.
func TestSourceWithoutDisk(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	store := cache.Open(filepath.Join(file, "below"), cache.Options{})
	defer func() { _ = store.Close() }()
	source := NewSource(serve(t, (&backstage{items: items(3)}).ServeHTTP), store, "x", nil)
	snapshots, err := load(t.Context(), source)
	if store.Problem() == nil || err != nil || !snapshots[len(snapshots)-1].Complete {
		t.Fatal(store.Problem(), err)
	}
}

// TestSourceOffline checks what is cached, and the message for what is not.
func TestSourceOffline(t *testing.T) {
	store := openStore(t, t.TempDir())
	offline := NewSource(nil, store, "https://a.example.com", nil)
	snapshots, err := load(t.Context(), offline)
	if !errors.Is(err, catalog.ErrOffline) || !strings.Contains(err.Error(), "https://a.example.com") || len(snapshots) != 1 || snapshots[0].Len() != 0 || snapshots[0].Complete {
		t.Fatal(snapshots, err)
	}
	if _, err := load(t.Context(), NewSource(serve(t, (&backstage{items: items(3)}).ServeHTTP), store, "https://a.example.com", nil)); err != nil {
		t.Fatal(err)
	}
	if snapshots, err = load(t.Context(), offline); err != nil || len(snapshots) != 1 || !snapshots[0].Complete || snapshots[0].Len() != 3 {
		t.Fatal(snapshots, err)
	}
	if _, err := offline.Details(t.Context(), []catalog.Ref{"component:default/a"}); !errors.Is(err, catalog.ErrOffline) {
		t.Fatal(err)
	}
}

// TestSourceDetails checks that raw values survive the cache, hostile ones too.
func TestSourceDetails(t *testing.T) {
	dir := t.TempDir()
	full := item("Component", "default", "a")
	full["metadata"].(map[string]any)["description"] = "one\ntwo\u202e\x1b"
	var sizes []int
	source := NewSource(serve(t, refsServer(t, map[string]map[string]any{"component:default/a": full}, &sizes)), openStore(t, dir), "x", nil)
	if _, _, ok := source.CachedDetail("component:default/a"); ok {
		t.Fatal("an empty store has a detail")
	}
	details, err := source.Details(t.Context(), []catalog.Ref{"component:default/a", "component:default/gone"})
	if err != nil || len(details) != 1 {
		t.Fatal(details, err)
	}
	got, readAt, ok := NewSource(nil, openStore(t, dir), "x", []string{"api"}).CachedDetail("component:default/a")
	if want := details["component:default/a"]; !ok || time.Since(readAt) > time.Minute || !reflect.DeepEqual(got, want) || got.Description != "one\ntwo\u202e\x1b" {
		t.Fatalf("%v %s: got %+v, want %+v", ok, readAt, got, want)
	}
	if _, err := source.Details(canceled(t), []catalog.Ref{"component:default/a"}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func canceled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
