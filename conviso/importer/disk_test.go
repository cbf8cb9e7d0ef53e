package importer

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/judge"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
)

// fullDisk is a queue whose disk is full for outcomes while full says so.
type fullDisk struct {
	queue.Queue

	full    func() bool
	refused int
}

func (q *fullDisk) Record(ctx context.Context, items []Item) error {
	if len(items) > 0 && q.full() {
		q.refused++
		// What a queue has done to the items before its disk failed must not matter.
		for i := range items {
			items[i].Seq += 1000
		}
		return syscall.ENOSPC
	}
	return q.Queue.Record(ctx, items)
}

// onFullDisk gives a world's engine a disk that is full while full says so.
func (w *world) onFullDisk(full func() bool) *fullDisk {
	disk := &fullDisk{Queue: w.inMemory().config.Queue, full: full}
	w.config.Queue = disk
	w.Engine = NewEngine(w.config)
	return disk
}

// TestDiskFullForAWhile protects outcomes that a full disk refuses: they stay in memory, are
// written when there is room, and nothing new goes meanwhile.
func TestDiskFullForAWhile(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(500)
		w := newWorld(t, demo.PlatformOptions{Latency: 500 * time.Millisecond, MaxDelay: 2 * time.Second}, names...)
		began := time.Now()
		var from, until time.Time
		disk := w.onFullDisk(func() bool {
			if from.IsZero() && len(w.sends()) > 3 {
				from = time.Now()
				until = from.Add(5 * time.Second)
			}
			return !from.IsZero() && time.Now().Before(until)
		})
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
		if disk.refused == 0 || disk.refused > 20 {
			t.Errorf("the disk was tried %d times in vain", disk.refused)
		}
		for _, r := range w.sends() {
			if r.At.After(from) && r.At.Before(until) {
				t.Error("a batch was sent although outcomes waited for the disk")
			}
		}
		// Looking for what nobody had lost would have taken the settle time.
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

// TestDiskStaysFull protects the user from silence and from doubles: the drain ends with the
// cause and the next step; with room again the same process writes what it knows and goes on,
// and another one looks for what was sent before it sends anything.
func TestDiskStaysFull(t *testing.T) {
	for name, same := range map[string]bool{"same process": true, "another process": false} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(300)
				w := newWorld(t, demo.PlatformOptions{Latency: 100 * time.Millisecond,
					Reject: demo.RejectNames(map[string]string{"refused": "tags has invalid value"})}, append(names, "refused")...)
				full := true
				w.onFullDisk(func() bool { return full })
				w.submit(Request{Named: []catalog.Ref{"component:default/refused"}})
				w.submit(Request{Bulk: w.refs()})
				err := w.Drain(t.Context())
				var unwritten *UnwrittenError
				if !errors.As(err, &unwritten) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "resume") {
					t.Fatalf("got %v", err)
				}
				if sent := len(w.sends()); sent > 1+sendersInFlight {
					t.Errorf("%d batches were sent although no outcome could be written", sent)
				}
				// Browsing goes on.
				if _, err := w.LoadAssets(t.Context(), nil); err != nil {
					t.Errorf("the assets cannot be read: %v", err)
				}
				full = false
				began := time.Now()
				if !same {
					w.Engine = NewEngine(w.config)
				}
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()[:300]...)
				w.wantStates(Failed, "component:default/refused")
				w.wantOnce(names...)
				if refused := w.platform.Imports().Rejected; same && refused != 1 {
					t.Errorf("what the platform had refused was sent %d times", refused)
				}
				if took := time.Since(began); same && took > 30*time.Second {
					t.Errorf("it took %s although every outcome was known", took)
				}
			})
		})
	}
}

// TestLastTry protects an outcome until the very end: what could not be written is tried once
// more when the front end waits for the engine.
func TestLastTry(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, manyNames(5)...)
		full := true
		w.onFullDisk(func() bool { return full })
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err == nil {
			t.Fatal("a full disk must end the drain")
		}
		w.wantStates(Sending, w.refs()...)
		full = false
		w.Wait()
		w.wantStates(Accepted, w.refs()...)
	})
}

// unreadableClaims is a queue whose disk cannot say which assets belong to whom.
type unreadableClaims struct{ queue.Queue }

func (unreadableClaims) Claims(context.Context, string) ([]string, error) { return nil, syscall.EIO }

// TestDiskFailsBeforeASend protects people from looking for the fault at the platform: an error of the queue's file
// ends the drain as what it is, and what was to be sent waits as before.
func TestDiskFailsBeforeASend(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "pay").inMemory()
		w.config.Queue = unreadableClaims{w.config.Queue}
		w.Engine = NewEngine(w.config)
		w.submit(Request{Bulk: w.refs()})
		items, err := w.config.Queue.Claim(t.Context(), 1, time.Now(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		set := conviso.NewAssetSet([]conviso.Asset{{ID: "7", Name: "pay"}}, time.Now(), true)
		r := newRunner(w.Engine)
		r.resume = r.clock().Add(time.Minute)
		r.inFlight = 1
		r.record(t.Context(), w.send(t.Context(), batch{items: items, began: r.clock(), lists: judge.Lists{set}}))
		if !errors.Is(r.stop, syscall.EIO) || errors.Is(r.stop, conviso.ErrUnavailable) || r.trouble != nil || r.unreachable != 0 {
			t.Errorf("it ends with %v, the trouble is %v, the platform was unreachable %d times", r.stop, r.trouble, r.unreachable)
		}
		if item := w.items()[w.refs()[0]]; item.State != Queued || item.Attempts != 0 || item.Error != "" || !item.NotBefore.IsZero() || len(w.sends()) != 0 {
			t.Errorf("it is %+v", item)
		}
	})
}
