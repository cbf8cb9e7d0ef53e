package importer

import (
	"sync/atomic"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// wallClock is a wall clock that somebody sets: it has no part that keeps going steadily.
type wallClock struct{ ahead atomic.Int64 }

func (c *wallClock) now() time.Time { return time.Now().Round(0).Add(time.Duration(c.ahead.Load())) }

// set puts it so far ahead of the time.
func (c *wallClock) set(ahead time.Duration) { c.ahead.Store(int64(ahead)) }

// withClock gives a world's engine a wall clock to play with.
func (w *world) withClock() *wallClock {
	clock := &wallClock{}
	w.inMemory()
	w.config.Now = clock.now
	w.Engine = NewEngine(w.config)
	return clock
}

// TestClockSetWhileSending protects the settle time from a wall clock that is set while answers
// are missing: set forward it must not send again what is only late, set back it must not wait
// for the day to come round.
func TestClockSetWhileSending(t *testing.T) {
	for name, set := range map[string]struct{ jump, after time.Duration }{
		"a day forward":         {24 * time.Hour, 5 * time.Second},
		"a day back":            {-24 * time.Hour, 5 * time.Second},
		"a day forward at once": {24 * time.Hour, 100 * time.Millisecond},
		"a day back at once":    {-24 * time.Hour, 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(60)
				w := newWorld(t, demo.PlatformOptions{MinDelay: 20 * time.Second, MaxDelay: 40 * time.Second}, names...)
				clock := w.withClock()
				// One batch is worked on without an answer, one does not arrive.
				n := 0
				w.platform.Fail(func(r faulty.Request) faulty.Fault {
					if !importMutation(r) {
						return faulty.Fault{}
					}
					n++
					return faulty.Fault{Status: map[int]int{1: 502, 2: 503}[n], After: n == 1}
				})
				w.submit(Request{Bulk: w.refs()})
				began := time.Now()
				jump := time.AfterFunc(set.after, func() { clock.set(set.jump) })
				defer jump.Stop()
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				w.wantOnce(names...)
				// The settle time, the reads around it and the delay of what was sent again.
				if took := time.Since(began); took < time.Minute || took > 3*time.Minute {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// TestClockSetBetweenRuns protects a queue whose times lie in the future, since the clock was
// ahead when it was written: nothing waits for them.
func TestClockSetBetweenRuns(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(75)
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 10 * time.Second}, names...)
		clock := w.withClock()
		clock.set(24 * time.Hour)
		w.submit(Request{Bulk: w.refs()})
		// One batch is accepted, one lost, one put back, all a day ahead.
		for state, lost := range map[State]bool{Accepted: false, Retrying: true, Queued: false} {
			items, err := w.config.Queue.Claim(t.Context(), BatchSize, clock.now(), time.Time{})
			if err != nil || len(items) != BatchSize {
				t.Fatalf("claimed %d: %v", len(items), err)
			}
			if state == Accepted {
				if out := w.send(t.Context(), batch{items: items, first: true}); out.err != nil {
					t.Fatal(out.err)
				}
			}
			for i := range items {
				items[i].State, items[i].Lost = state, lost
				if state == Queued {
					items[i].NotBefore = clock.now().Add(time.Minute)
				}
			}
			if err := w.config.Queue.Record(t.Context(), items); err != nil {
				t.Fatal(err)
			}
		}
		clock.set(0)
		w.Engine = NewEngine(w.config)
		began := time.Now()
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
		if took := time.Since(began); took > 3*time.Minute {
			t.Errorf("it took %s", took)
		}
	})
}

// TestNeverSeenFromTheFuture protects a drain from waiting a day for items that were accepted
// by a clock that was ahead.
func TestNeverSeenFromTheFuture(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Lose: func(demo.Project) bool { return true }}, "gone")
		clock := w.withClock()
		clock.set(24 * time.Hour)
		w.submit(Request{Named: w.refs()})
		began := time.Now()
		back := time.AfterFunc(time.Minute, func() { clock.set(0) })
		defer back.Stop()
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Accepted, w.refs()...)
		if took := time.Since(began); took < queue.LateAfter || took > queue.LateAfter+2*time.Minute {
			t.Errorf("the drain took %s", took)
		}
	})
}

// TestOldAcceptedItems protects what was accepted by an earlier run from being given up
// unseen: a drain reads all assets at least once, then leaves it for later.
func TestOldAcceptedItems(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Lose: func(demo.Project) bool { return true }}, "late")
		w.submit(Request{Named: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Accepted, w.refs()...)
		snap, err := w.ReadCatalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sent := w.items()[w.refs()[0]].SentAt
		if s := w.Resolve(snap, nil, w.items()).At(0); s.State != Accepted || s.Reason != "taken on "+sent.Format(status.WhenLayout)+" and not seen on the platform yet" {
			t.Errorf("its status is %+v", s)
		}
		time.Sleep(48 * time.Hour)
		began := time.Now()
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took > time.Minute {
			t.Errorf("a second drain waited %s for it", took)
		}
		w.platform.AddAssets(testCompany, demo.Asset{Name: "late"})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
	})
}

// TestAutoImportCatchesUp protects against a row of checks after a machine slept or its clock
// was set: one is due at once, the next an interval later.
func TestAutoImportCatchesUp(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "one")
		clock := w.withClock()
		if _, err := w.SetAutoImport(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		check := func() {
			t.Helper()
			if _, err := w.AutoCheck(t.Context()); err != nil {
				t.Fatal(err)
			}
			if next := w.AutoImport().Next; !next.Equal(clock.now().Add(time.Hour).Truncate(0)) {
				t.Errorf("after a check the next is due in %s", next.Sub(clock.now()))
			}
		}
		check()
		for name, jump := range map[string]time.Duration{"ten hours of sleep": 10 * time.Hour, "a clock set back": -24 * time.Hour} {
			clock.ahead.Add(int64(jump))
			if next := w.AutoImport().Next; !next.Equal(clock.now()) {
				t.Errorf("after %s a check is due in %s, want now", name, next.Sub(clock.now()))
			}
			check()
		}
	})
}

// TestStaleAssets protects plans from assets that seem to have been read in the future: they
// are read again.
func TestStaleAssets(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "one")
		w.latest = conviso.NewAssetSet(nil, time.Now().Add(24*time.Hour), true)
		w.platform.AddAssets(testCompany, demo.Asset{Name: "one"})
		if p := w.plan(Request{Bulk: []catalog.Ref{w.refs()[0]}}); len(p.Items) != 0 {
			t.Error("an entity that is imported was planned by a read that cannot be true")
		}
	})
}
