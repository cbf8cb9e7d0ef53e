package importer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/demo"
)

// scripted is a Reader whose every answer waits for the test.
type scripted struct {
	kinds   []string
	snaps   chan *catalog.Snapshot
	fail    chan error
	sets    chan *conviso.AssetSet
	changes chan []Item
	// watchFails fails a Watch under way.
	watchFails chan error

	mu     sync.Mutex
	queue  []Item
	broken error
	cached *catalog.Snapshot
	loads  int
}

func newScripted() *scripted {
	return &scripted{kinds: []string{"component"}, snaps: make(chan *catalog.Snapshot), fail: make(chan error), sets: make(chan *conviso.AssetSet),
		changes: make(chan []Item), watchFails: make(chan error)}
}

func (s *scripted) Identity() Identity      { return Identity{} }
func (s *scripted) Kinds() []string         { s.mu.Lock(); defer s.mu.Unlock(); return s.kinds }
func (s *scripted) UseKinds(kinds []string) { s.mu.Lock(); defer s.mu.Unlock(); s.kinds = kinds }
func (s *scripted) Runner() (string, bool)  { return "", false }
func (s *scripted) Cached(context.Context) (*catalog.Snapshot, *conviso.AssetSet) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cached, nil
}

func (s *scripted) LoadCatalog(ctx context.Context) iter.Seq2[*catalog.Snapshot, error] {
	s.mu.Lock()
	s.loads++
	s.mu.Unlock()
	return func(yield func(*catalog.Snapshot, error) bool) {
		for {
			select {
			case snap := <-s.snaps:
				if !yield(snap, nil) || snap.Complete {
					return
				}
			case err := <-s.fail:
				yield(nil, err)
				return
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			}
		}
	}
}

func (s *scripted) RefreshAssets(ctx context.Context, _ func(read, total int)) (*conviso.AssetSet, error) {
	select {
	case set := <-s.sets:
		return set, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *scripted) LoadAssets(ctx context.Context, p func(read, total int)) (*conviso.AssetSet, error) {
	return s.RefreshAssets(ctx, p)
}

func (s *scripted) Items(context.Context) ([]Item, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return nil, 0, s.broken
	}
	return s.queue, int64(len(s.queue)), nil
}

func (s *scripted) Watch(ctx context.Context, since int64) ([]Item, int64, error) {
	select {
	case items := <-s.changes:
		return items, items[len(items)-1].Seq, nil
	case err := <-s.watchFails:
		return nil, since, err
	case <-ctx.Done():
		return nil, since, ctx.Err()
	}
}

func (s *scripted) Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]Item) *Statuses {
	return status.Resolve(snap, assets, items, Namer{})
}

// until waits for an update that fits.
func until(t *testing.T, m *Monitor, what string, fits func(u *Update) bool) Update {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	u := m.Now()
	for !fits(&u) {
		next, err := m.Next(ctx, u.Seq)
		if err != nil {
			t.Fatalf("%s: %v; the last update is %+v", what, err, u)
		}
		u = next
	}
	return u
}

func entitiesNamed(complete bool, names ...string) *catalog.Snapshot {
	all := make([]catalog.Entity, len(names))
	for i, name := range names {
		all[i] = catalog.Entity{Ref: jobRef(name), Kind: "Component", Namespace: "default", Name: name}
	}
	return catalog.NewSnapshot(all, time.Now(), len(names), complete)
}

func (u *Update) len() int {
	if u.View.Catalog == nil {
		return -1
	}
	return u.View.Catalog.Len()
}

// TestMonitorReads protects a view that grows: what is on disk first, then the network's parts,
// where a part never takes the place of a whole and statuses belong to their rows.
func TestMonitorReads(t *testing.T) {
	simulate(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		s := newScripted()
		s.cached = entitiesNamed(true, "a", "b")
		m := NewMonitor(ctx, s, nil)
		m.Start()
		u := until(t, m, "disk", func(u *Update) bool { return u.Disk && u.len() == 2 && u.Catalog.Running })
		if u.View.Statuses.State(0) != Unknown {
			t.Errorf("without assets it is %s", u.View.Statuses.State(0))
		}
		s.snaps <- entitiesNamed(false, "a")
		u = until(t, m, "a part", func(u *Update) bool { return u.Catalog.Read == 1 })
		if u.len() != 2 {
			t.Errorf("a part of %d took the place of a whole", u.len())
		}
		s.snaps <- entitiesNamed(true, "a", "b", "c")
		s.sets <- conviso.NewAssetSet([]conviso.Asset{{ID: "1", Name: "b"}}, time.Now(), true)
		u = until(t, m, "both", func(u *Update) bool { return u.Catalog.Ended == 1 && u.Assets.Ended == 1 && u.View.Assets != nil })
		if u.len() != 3 || u.View.Statuses.State(0) != New || u.View.Statuses.State(1) != Imported {
			t.Errorf("%d rows, %s, %s", u.len(), u.View.Statuses.State(0), u.View.Statuses.State(1))
		}
		m.Refresh(true)
		s.fail <- fmt.Errorf("link down: %w", catalog.ErrUnavailable)
		u = until(t, m, "an outage", func(u *Update) bool { return u.Catalog.Err != nil })
		if u.Catalog.Down.IsZero() || u.len() != 3 || u.Catalog.Running {
			t.Errorf("during an outage: %+v, %d rows", u.Catalog, u.len())
		}
		since := u.Catalog.Down
		time.Sleep(time.Minute)
		m.Refresh(false)
		s.fail <- fmt.Errorf("still down: %w", catalog.ErrUnavailable)
		u = until(t, m, "still", func(u *Update) bool { return !u.Catalog.Running })
		if !u.Catalog.Down.Equal(since) {
			t.Errorf("down since %s, it was %s", u.Catalog.Down, since)
		}
	})
}

// TestMonitorItems protects what is made of changes of the queue: each is told once, and with a
// view that has it, however they are gathered.
func TestMonitorItems(t *testing.T) {
	simulate(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		s := newScripted()
		s.broken = errors.New("the disk is away")
		s.cached = entitiesNamed(true, "a", "b", "c")
		m := NewMonitor(ctx, s, nil)
		m.Start()
		until(t, m, "a broken queue", func(u *Update) bool { return u.QueueErr != nil && !u.QueueRead })
		s.mu.Lock()
		s.broken, s.queue = nil, []Item{{Ref: jobRef("a"), Seq: 1, State: Queued}}
		s.mu.Unlock()
		u := until(t, m, "a queue again", func(u *Update) bool { return u.QueueRead })
		if u.QueueErr != nil || len(u.Changed) != 1 {
			t.Errorf("%v, %d items", u.QueueErr, len(u.Changed))
		}
		told := map[int64]int{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			for n := int64(2); n <= 200; n++ {
				s.changes <- []Item{{Ref: jobRef([]string{"a", "b", "c"}[n%3]), Seq: n, State: Sending}}
			}
		}()
		for told[200] == 0 {
			next, err := m.Next(ctx, u.Seq)
			if err != nil {
				t.Fatal(err)
			}
			u = next
			for _, item := range u.Changed {
				told[item.Seq]++
				if got := u.View.Items[item.Ref]; got.Seq < item.Seq {
					t.Errorf("item %d is told, the view has %d", item.Seq, got.Seq)
				}
			}
		}
		<-done
		if len(told) != 199 || slices.Max(slices.Collect(maps.Values(told))) != 1 {
			t.Errorf("%d changes were told, some %d times", len(told), slices.Max(slices.Collect(maps.Values(told))))
		}
		m.Take(nil, 0, nil, []Item{{Ref: jobRef("a"), Seq: 150, State: Queued}, {Ref: jobRef("b"), Seq: 300, State: Failed}}, 300)
		u = until(t, m, "what somebody else read", func(u *Update) bool { return u.View.Items[jobRef("b")].Seq == 300 })
		if u.View.Items[jobRef("a")].Seq == 150 {
			t.Error("an older item took the place of a newer one")
		}
	})
}

// TestMonitorKinds protects a change of kinds: the old list goes at once, and nothing that was
// being read of it comes back.
func TestMonitorKinds(t *testing.T) {
	simulate(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		s := newScripted()
		m := NewMonitor(ctx, s, nil)
		m.Start()
		s.snaps <- entitiesNamed(true, "a")
		until(t, m, "components", func(u *Update) bool { return u.len() == 1 })
		m.Refresh(false)
		m.UseKinds([]string{"api"})
		if u := m.Now(); u.View.Catalog != nil || u.Generation != 1 || !slices.Equal(u.View.Kinds, []string{"api"}) {
			t.Errorf("right after the change: %+v", u)
		}
		m.Take(entitiesNamed(true, "old"), 0, nil, nil, 0)
		// The reads of before have seen their end.
		synctest.Wait()
		s.snaps <- entitiesNamed(true, "x", "y")
		u := until(t, m, "APIs", func(u *Update) bool { return u.len() >= 0 })
		if u.len() != 2 {
			t.Errorf("%d rows", u.len())
		}
	})
}

// TestMonitorOnTheEngine protects the whole of it on a real engine: an import by another engine
// shows in the view as it goes.
func TestMonitorOnTheEngine(t *testing.T) {
	simulate(t, func(t *testing.T) {
		ctx, end := context.WithCancel(t.Context())
		defer end()
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 2 * time.Second}, manyNames(30)...)
		m := NewMonitor(ctx, w.Engine, nil)
		m.Start()
		until(t, m, "both lists", func(u *Update) bool {
			return u.Catalog.Ended == 1 && u.Assets.Ended == 1 && u.View.Statuses.Count(New) == 30
		})
		w.submit(Request{Bulk: w.refs()})
		if err := NewEngine(w.config).Drain(ctx); err != nil {
			t.Fatal(err)
		}
		until(t, m, "the import", func(u *Update) bool { return u.View.Statuses.Count(Imported) == 30 })
	})
}

func (s *scripted) Shrunk(context.Context) []Shrunk { return nil }

func (s *scripted) Settle(_ context.Context, v *View) *View { return v }
