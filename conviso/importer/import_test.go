package importer

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/secret"
)

var importMutation = faulty.Operation("importAssetToIntegration")

func manyNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("service-%03d", i)
	}
	return names
}

// TestImportReadsBack protects the main promise: an item is imported when its asset was read
// back, each is delivered once, and the integration is made first.
func TestImportReadsBack(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(60)
		w := newWorld(t, demo.PlatformOptions{MinDelay: 2 * time.Second, MaxDelay: 90 * time.Second, Latency: 50 * time.Millisecond}, names...)
		p := w.plan(Request{Bulk: w.refs()})
		if got := w.platform.Imports().Mutations; got != 0 {
			t.Fatalf("planning sent %d mutations", got)
		}
		if !p.CreateIntegration || len(p.Items) != 60 || p.Batches() != 3 {
			t.Fatalf("plan: create %v, %d items, %d batches", p.CreateIntegration, len(p.Items), p.Batches())
		}
		if err := w.Submit(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
		if _, err := w.Integration(t.Context()); err != nil {
			t.Errorf("the integration was not made: %v", err)
		}
		again := w.plan(Request{Bulk: w.refs()})
		if len(again.Items) != 0 || len(again.Skipped) != 60 || again.Skipped[0].State != Imported {
			t.Errorf("a second plan sends %d and skips %d", len(again.Items), len(again.Skipped))
		}
	})
}

// TestRejections protects the reason that the platform gives for each item that it refuses.
func TestRejections(t *testing.T) {
	simulate(t, func(t *testing.T) {
		reasons := map[string]string{"service-003": "tags has invalid value", "service-017": "name is taken", "service-029": "too long"}
		w := newWorld(t, demo.PlatformOptions{Reject: demo.RejectNames(reasons), MaxDelay: time.Second}, manyNames(40)...)
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		for ref, item := range w.items() {
			reason, refused := reasons[ref.Name()]
			switch {
			case refused && (item.State != Failed || !strings.Contains(item.Error, reason)):
				t.Errorf("%s is %s: %q, want failed with %q", ref, item.State, item.Error, reason)
			case !refused && item.State != Imported:
				t.Errorf("%s is %s: %q", ref, item.State, item.Error)
			}
		}
	})
}

// TestLostAnswers protects against doubles: what was taken although the answer was lost is
// found by reading back and is not sent again.
func TestLostAnswers(t *testing.T) {
	for name, fault := range map[string]faulty.Fault{
		"connection reset": {After: true, Reset: true},
		"bad gateway":      {After: true, Status: 502},
		"cut body":         {After: true, Cut: 10},
		"html":             {After: true, Status: 200, Body: "<html>"},
		"empty object":     {After: true, Status: 200, Body: "{}", Header: map[string][]string{"Content-Type": {"application/json"}}},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(30)
				w := newWorld(t, demo.PlatformOptions{MaxDelay: 20 * time.Second}, names...)
				w.platform.Fail(faulty.First(2, importMutation, fault))
				w.submit(Request{Bulk: w.refs()})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				w.wantOnce(names...)
			})
		})
	}
}

// TestLostRequests protects against losses: what never arrived is sent again, but only after
// the settle time has passed without a sign of it.
func TestLostRequests(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(10)
		w := newWorld(t, demo.PlatformOptions{}, names...)
		w.platform.Fail(faulty.First(1, importMutation, faulty.Fault{Status: 503}))
		w.submit(Request{Bulk: w.refs()})
		began := time.Now()
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
		if took := time.Since(began); took < time.Minute {
			t.Errorf("it was sent again after %s, before the settle time", took)
		}
	})
}

// TestPoison protects the many from the one: a project for which the platform refuses whole
// batches fails alone.
func TestPoison(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(50)
		w := newWorld(t, demo.PlatformOptions{}, names...)
		w.platform.Fail(func(r faulty.Request) faulty.Fault {
			if importMutation(r) && strings.Contains(string(r.Body), "service-031") {
				return faulty.JSON(200, `{"errors":[{"message":"Variable input of type Project was provided invalid value"}]}`)
			}
			return faulty.Fault{}
		})
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		for ref, item := range w.items() {
			want := Imported
			if ref.Name() == "service-031" {
				want = Failed
			}
			if item.State != want {
				t.Errorf("%s is %s: %s", ref, item.State, item.Error)
			}
		}
	})
}

// TestRefusedKey protects the queue and the user's time: a key that is refused stops all
// sending at once and loses nothing.
func TestRefusedKey(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Key: secret.New("fake-key-1")}, manyNames(60)...)
		w.submit(Request{Bulk: w.refs()})
		w.platform.SetKey(secret.New("fake-key-2"))
		if err := w.Drain(t.Context()); !errors.Is(err, conviso.ErrAuth) {
			t.Fatalf("got %v", err)
		}
		w.wantStates(Queued, w.refs()...)
		w.platform.SetKey(secret.New("fake-key-1"))
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
	})
}

// TestRateLimit protects the platform's limit: refused requests wait and arrive once.
func TestRateLimit(t *testing.T) {
	for name, silent := range map[string]bool{"with Retry-After": false, "without Retry-After": true} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(500)
				w := newWorld(t, demo.PlatformOptions{RateLimit: 10, NoRetryAfter: silent}, names...).inMemory()
				w.submit(Request{Bulk: w.refs()})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				w.wantOnce(names...)
			})
		})
	}
}

// TestCrash protects what was on its way when a run died: it is looked for, not sent again.
func TestCrash(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(5)
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 10 * time.Second}, names...)
		w.submit(Request{Bulk: w.refs()})
		claimed, err := w.queue.Claim(t.Context(), BatchSize, time.Now(), time.Time{})
		if err != nil || len(claimed) != 5 {
			t.Fatalf("claimed %d: %v", len(claimed), err)
		}
		// The request arrives, and the process dies before it can write the answer down.
		out := w.send(t.Context(), batch{items: claimed, first: true})
		if out.err != nil {
			t.Fatal(out.err)
		}
		if err := NewEngine(w.config).Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
	})
}

// TestNeverConfirmed protects honesty: what was taken and never appears stays accepted.
func TestNeverConfirmed(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Lose: func(demo.Project) bool { return true }}, "gone")
		w.submit(Request{Named: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Accepted, w.refs()...)
		w.wantOnce("gone")
	})
}

// TestWait protects the answers to requests that are on their way when a front end leaves:
// they are on disk before the queue is closed.
func TestWait(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Latency: 2 * time.Second}, manyNames(5)...)
		w.submit(Request{Bulk: w.refs()})
		ctx, cancel := contextFor(t, 9*time.Second)
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- w.Drain(ctx) }()
		time.Sleep(9 * time.Second)
		w.Wait()
		for ref, item := range w.items() {
			if item.State == Sending {
				t.Errorf("%s is still %s", ref, item.State)
			}
		}
		<-ended
	})
}

// TestInterrupted protects the queue from a run that is broken off in the middle.
func TestInterrupted(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(200)
		w := newWorld(t, demo.PlatformOptions{Latency: time.Second, MaxDelay: 3 * time.Second}, names...)
		w.submit(Request{Bulk: w.refs()})
		ctx, cancel := contextFor(t, 2500*time.Millisecond)
		defer cancel()
		if err := w.Drain(ctx); err == nil {
			t.Fatal("an interrupted drain must say so")
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
	})
}
