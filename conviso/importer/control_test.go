package importer

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// drains starts a Drain and returns where its end is told.
func (w *world) drains(ctx context.Context) <-chan error {
	done := make(chan error, 1)
	go func() { done <- w.Drain(ctx) }()
	return done
}

// busyWorld is a world of many entities whose platform takes two seconds for a request.
func busyWorld(t *testing.T, n int) (*world, []string) {
	t.Helper()
	names := manyNames(n)
	w := newWorld(t, demo.PlatformOptions{Latency: 2 * time.Second}, names...).inMemory()
	w.submit(Request{Bulk: w.refs()})
	return w, names
}

// awaits lets time pass until the platform has got so many imports.
func (w *world) awaits(sends int) {
	w.t.Helper()
	for range 1000 {
		if len(w.sends()) >= sends {
			return
		}
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
	}
	w.t.Fatalf("%d imports were sent, want %d", len(w.sends()), sends)
}

// TestPause protects whoever pauses: what is on its way ends and is looked for, nothing else
// leaves for however long, the assets are not read for nothing, and the runner goes on at once
// when it may.
func TestPause(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w, names := busyWorld(t, 1000)
		lock := &countedLock{Locker: w.config.Lock}
		w.config.Lock = lock
		w.Engine = NewEngine(w.config)
		done := w.drains(t.Context())
		w.awaits(5)
		if w.Pause(true) {
			t.Error("it was paused before")
		}
		time.Sleep(30 * time.Second)
		sent := len(w.sends())
		if flow := w.Flow(); !flow.Paused || flow.Stopping || flow.Trouble != (Trouble{}) {
			t.Errorf("it says %+v", flow)
		}
		counts := Counts{}
		for _, item := range w.items() {
			counts[item.State]++
		}
		if counts[Imported] != BatchSize*sent || counts[Queued] != 1000-BatchSize*sent {
			t.Errorf("after %d batches: %v", sent, counts)
		}
		reads := len(w.requests("assets"))
		time.Sleep(time.Hour)
		if now := len(w.sends()); now != sent {
			t.Errorf("%d batches left while it was paused", now-sent)
		}
		if more := len(w.requests("assets")) - reads; more > 0 {
			t.Errorf("the assets were read %d times in an hour for nothing", more)
		}
		if lock.freed > 0 {
			t.Error("another runner could have taken over")
		}
		resumed := time.Now()
		if !w.Pause(false) {
			t.Error("it was not paused")
		}
		w.awaits(sent + 1)
		// One read of all assets goes before.
		if after := time.Since(resumed); after > 10*time.Second {
			t.Errorf("it went on after %s", after)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
	})
}

// TestPauseBeforeDrain protects a pause that is older than the drain, and one that is over
// before it begins.
func TestPauseBeforeDrain(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w, names := busyWorld(t, 30)
		w.Pause(true)
		done := w.drains(t.Context())
		time.Sleep(time.Hour)
		if n := len(w.sends()); n > 0 {
			t.Errorf("%d batches left", n)
		}
		w.Pause(false)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		w.wantOnce(names...)
	})
}

// TestPausedInterrupted protects the end of a program that is left while it is paused.
func TestPausedInterrupted(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w, _ := busyWorld(t, 30)
		w.Pause(true)
		ctx, cancel := context.WithCancel(t.Context())
		done := w.drains(ctx)
		time.Sleep(time.Minute)
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// TestStop protects what is told to stop: what is on its way is answered and looked for, the
// rest stays queued, and the next drain sends it and nothing twice.
func TestStop(t *testing.T) {
	for name, paused := range map[string]bool{"sending": false, "paused": true} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w, names := busyWorld(t, 1000)
				done := w.drains(t.Context())
				w.awaits(5)
				if paused {
					w.Pause(true)
					time.Sleep(time.Hour)
				}
				w.Stop()
				if !w.Flow().Stopping {
					t.Error("it does not say that it stops")
				}
				asked, sent := time.Now(), len(w.sends())
				if err := <-done; !errors.Is(err, ErrStopped) {
					t.Fatalf("got %v", err)
				}
				if took := time.Since(asked); took > 2*time.Second+2*looksAfterStop {
					t.Errorf("it took %s", took)
				}
				// Batches that were claimed already may have waited for their turn.
				if now := len(w.sends()); now > sent+sendersInFlight {
					t.Errorf("%d batches left after it was told to stop", now-sent)
				}
				counts := Counts{}
				for _, item := range w.items() {
					counts[item.State]++
				}
				if taken := counts[Imported] + counts[Accepted]; taken != BatchSize*len(w.sends()) || taken+counts[Queued] != len(names) {
					t.Errorf("it left %v", counts)
				}
				if flow := w.Flow(); flow.Stopping {
					t.Error("it still says that it stops")
				}
				w.Pause(false)
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				w.wantOnce(names...)
			})
		})
	}
}

// TestStopOfNothing protects a drain from a stop that came when there was nothing to stop, and
// a finished one from being called stopped.
func TestStopOfNothing(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w, names := busyWorld(t, 20)
		w.Stop()
		done := w.drains(t.Context())
		w.awaits(1)
		// All of it is on its way.
		w.Stop()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		w.wantOnce(names...)
	})
}

// TestStopUnseen protects the user's time: what the platform took and does not show is not
// waited for.
func TestStopUnseen(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Latency: time.Second, MinDelay: time.Hour, MaxDelay: time.Hour}, manyNames(200)...).inMemory()
		w.submit(Request{Bulk: w.refs()})
		done := w.drains(t.Context())
		w.awaits(1)
		w.Stop()
		asked := time.Now()
		if err := <-done; !errors.Is(err, ErrStopped) {
			t.Fatalf("got %v", err)
		}
		if took := time.Since(asked); took < looksAfterStop || took > 3*looksAfterStop {
			t.Errorf("it took %s", took)
		}
	})
}

// TestStopWaiting protects a drain that waits for another process: it can be stopped, and a
// pause does not end its wait.
func TestStopWaiting(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w, _ := busyWorld(t, 20)
		other := w.config.Lock
		w.config.Lock = heldLock{}
		w.Engine = NewEngine(w.config)
		done := w.drains(t.Context())
		w.Pause(true)
		w.Pause(false)
		time.Sleep(time.Minute)
		select {
		case err := <-done:
			t.Fatalf("it ended: %v", err)
		default:
		}
		w.Stop()
		if err := <-done; !errors.Is(err, ErrStopped) {
			t.Errorf("got %v", err)
		}
		other.Unlock()
	})
}

// countedLock counts how often the lock was given back.
type countedLock struct {
	queue.Locker

	freed int
}

func (l *countedLock) Unlock() { l.freed++; l.Locker.Unlock() }

// heldLock is the lock of another process that never ends.
type heldLock struct{}

func (heldLock) TryLock(time.Time) (bool, error)  { return false, nil }
func (heldLock) Unlock()                          {}
func (heldLock) Holder() (queue.RunnerInfo, bool) { return queue.RunnerInfo{}, true }

// TestFlowTellsTrouble protects a screen from looking stuck: while nothing gets through it is
// said what is wrong, since when and when it is tried again, and no longer.
func TestFlowTellsTrouble(t *testing.T) {
	for name, tt := range map[string]struct {
		fault faulty.Fault
		match func(faulty.Request) bool
		what  string
		cause string
	}{
		"silent":     {faulty.Fault{Status: 502}, importMutation, "Conviso takes imports and does not answer", "502"},
		"unreadable": {faulty.Fault{Status: 500}, faulty.Operation("assets"), "Conviso's assets cannot be read", "500"},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{Latency: 100 * time.Millisecond}, manyNames(500)...).inMemory()
				w.submit(Request{Bulk: w.refs()})
				began := time.Now()
				w.platform.Fail(func(r faulty.Request) faulty.Fault {
					if tt.match(r) {
						return tt.fault
					}
					return faulty.Fault{}
				})
				done := w.drains(t.Context())
				var told Trouble
				for range 600 {
					time.Sleep(100 * time.Millisecond)
					if told = w.Flow().Trouble; told.What == tt.what {
						break
					}
				}
				if told.What != tt.what || !strings.Contains(told.Cause, tt.cause) || told.Since.Before(began) || told.Next.Before(told.Since) {
					t.Errorf("it says %+v", told)
				}
				w.platform.Fail(nil)
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				if flow := w.Flow(); flow.Trouble != (Trouble{}) {
					t.Errorf("it still says %+v", flow.Trouble)
				}
			})
		})
	}
}

// TestFlowTellsPace protects the words about a rate limit.
func TestFlowTellsPace(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Latency: 100 * time.Millisecond}, manyNames(100)...).inMemory()
		w.submit(Request{Bulk: w.refs()})
		w.platform.Fail(faulty.First(1, importMutation, faulty.TooMany("20")))
		done := w.drains(t.Context())
		time.Sleep(5 * time.Second)
		flow := w.Flow()
		if wait := time.Until(flow.Pace.Until); wait < 10*time.Second || wait > 20*time.Second || !flow.Pace.Slowed() || flow.Trouble != (Trouble{}) {
			t.Errorf("it says %+v", flow)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		w.config.Platform = nil
		if flow := NewEngine(w.config).Flow(); flow.Pace != (conviso.Pace{}) {
			t.Errorf("without a platform it says %+v", flow)
		}
	})
}
