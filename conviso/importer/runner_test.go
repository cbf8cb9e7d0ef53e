package importer

import (
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/breaker"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/secret"
)

// TestBreaker protects a platform that takes batches without answering, and the user's time:
// a handful of batches and probes goes there, the reads go on, and the drain ends with one
// sentence and everything still in the queue.
func TestBreaker(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(500)
		w := newWorld(t, demo.PlatformOptions{Latency: 200 * time.Millisecond}, names...).inMemory()
		w.platform.Fail(faulty.Share(1, 1, importMutation, faulty.Fault{Status: 502}))
		w.submit(Request{Bulk: w.refs()})
		err := w.Drain(t.Context())
		var silent *SilentError
		if !errors.Is(err, conviso.ErrUnavailable) || !errors.As(err, &silent) {
			t.Fatalf("got %v", err)
		}
		// The first batch goes alone, eight side by side follow; the breaker opens among their
		// answers.
		before := sendersInFlight + breaker.MaxLost
		sends := w.sends()
		if len(sends) > before+breaker.MaxProbes {
			t.Errorf("%d batches were sent, want at most %d and %d probes", len(sends), before, breaker.MaxProbes)
		}
		for i := 1; i <= breaker.MaxProbes; i++ {
			if gap := sends[len(sends)-i].At.Sub(sends[len(sends)-i-1].At); gap < breaker.FirstPause-time.Second {
				t.Errorf("probe %d went %s after what was before it", breaker.MaxProbes+1-i, gap)
			}
		}
		pauseBegan, lastProbe := sends[len(sends)-breaker.MaxProbes-1].At, sends[len(sends)-1].At
		if !slices.ContainsFunc(w.requests("assets"), func(r faulty.Request) bool { return r.At.After(pauseBegan) && r.At.Before(lastProbe) }) {
			t.Error("nothing was read while the breaker was open")
		}
		for ref, item := range w.items() {
			if !item.State.Pending() {
				t.Fatalf("%s is %s: %s", ref, item.State, item.Error)
			}
		}
		// The platform is well again: everything arrives, once.
		w.platform.Fail(nil)
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
	})
}

// TestProbe protects a run whose platform comes back: the probe's answer opens the way again.
func TestProbe(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(400)
		w := newWorld(t, demo.PlatformOptions{Latency: 100 * time.Millisecond}, names...).inMemory()
		began := time.Now()
		w.platform.Fail(func(r faulty.Request) faulty.Fault {
			if importMutation(r) && time.Since(began) < 20*time.Second {
				return faulty.Fault{After: true, Status: 504}
			}
			return faulty.Fault{}
		})
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(names...)
	})
}

// TestNoNetwork protects a dead network from being hammered, and a run from a short gap in a
// living one.
func TestNoNetwork(t *testing.T) {
	t.Run("for good", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			w := newWorld(t, demo.PlatformOptions{}, manyNames(500)...).inMemory()
			w.submit(Request{Bulk: w.refs()})
			var dials atomic.Int32
			w.dial = func() error { dials.Add(1); return syscall.ECONNREFUSED }
			err := w.Drain(t.Context())
			if !errors.Is(err, conviso.ErrUnavailable) || !strings.Contains(err.Error(), "127.0.0.1") {
				t.Fatalf("got %v", err)
			}
			// The look for the integration before the first batch tries for itself each time.
			if n := dials.Load(); n > 6*maxUnreachable {
				t.Errorf("%d connections were tried", n)
			}
			for ref, item := range w.items() {
				if !item.State.Pending() || item.Lost || item.Attempts != 0 {
					t.Fatalf("%s is %s after %d attempts: %s", ref, item.State, item.Attempts, item.Error)
				}
			}
		})
	})
	t.Run("for two seconds", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			names := manyNames(500)
			w := newWorld(t, demo.PlatformOptions{Latency: 500 * time.Millisecond}, names...).inMemory()
			w.submit(Request{Bulk: w.refs()})
			began := time.Now()
			w.dial = func() error {
				if at := time.Since(began); at > 2*time.Second && at < 4*time.Second {
					return syscall.ENETUNREACH
				}
				return nil
			}
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.wantStates(Imported, w.refs()...)
			w.wantOnce(names...)
		})
	})
}

// TestRevokedKey protects a company whose key was revoked in the middle of a run: beyond the
// batches on their way no other leaves, and the queue keeps the rest.
func TestRevokedKey(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{Key: secret.New("fake-key-1"), Latency: time.Second}, manyNames(1000)...).inMemory()
		began := 0
		var refused time.Time
		w.platform.Fail(func(r faulty.Request) faulty.Fault {
			if !importMutation(r) {
				return faulty.Fault{}
			}
			if began++; began == 13 {
				w.platform.SetKey(secret.New("fake-key-2"))
				// The answer comes after the platform's latency.
				refused = r.At.Add(time.Second)
			}
			return faulty.Fault{}
		})
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); !errors.Is(err, conviso.ErrAuth) {
			t.Fatalf("got %v", err)
		}
		late := 0
		for _, r := range w.sends() {
			if !r.At.Before(refused) {
				late++
			}
		}
		// One batch may have stood behind a read that held its place among the requests.
		if late > 1 {
			t.Errorf("%d batches left after the key had been refused", late)
		}
		queued := 0
		for ref, item := range w.items() {
			if !item.State.Pending() && item.State != Imported {
				t.Fatalf("%s is %s: %s", ref, item.State, item.Error)
			}
			if item.State == Queued {
				queued++
			}
		}
		if queued < 500 {
			t.Errorf("only %d stayed queued", queued)
		}
	})
}

// TestLatestAssets protects the platform from being read whole again and again: what was sent
// is looked for among the latest assets, unless the platform does not give them alone.
func TestLatestAssets(t *testing.T) {
	for name, refuse := range map[string]bool{"given": false, "refused": true} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(100)
				w := newWorld(t, demo.PlatformOptions{MinDelay: 10 * time.Second, MaxDelay: 30 * time.Second}, names...).inMemory()
				if refuse {
					w.platform.Fail(func(r faulty.Request) faulty.Fault {
						if latestAssets(r) {
							return faulty.JSON(200, `{"errors":[{"message":"Argument 'updatedAt' on InputObject 'AssetsSearch' is not accepted"}]}`)
						}
						return faulty.Fault{}
					})
				}
				w.submit(Request{Bulk: w.refs()})
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				whole, part := 0, 0
				for _, r := range w.requests("assets") {
					if latestAssets(r) {
						part++
					} else {
						whole++
					}
				}
				// One whole read is the plan's.
				if !refuse && (whole > 2 || part == 0) || refuse && (whole < 2 || part > 1) {
					t.Errorf("%d whole reads and %d of the latest", whole, part)
				}
			})
		})
	}
}

// latestAssets reports whether a request asks for the assets since a moment.
func latestAssets(r faulty.Request) bool {
	return r.Operation == "assets" && (strings.Contains(string(r.Body), "createdAt") || strings.Contains(string(r.Body), "updatedAt"))
}

// TestTroubleStays protects scripts: a run whose time is up while nothing can be sent says that
// the platform was the trouble, whatever a read in between has shown.
func TestTroubleStays(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, "one").inMemory()
		refusal := errors.New("too many requests")
		for name, c := range map[string]struct {
			runner runner
			want   error
		}{
			"refused":     {runner{rejected: 1}, refusal},
			"unreachable": {runner{unreachable: 1}, refusal},
			"lost":        {runner{breaker: breaker.Breaker{Row: 1}}, refusal},
			"over":        {runner{}, nil},
		} {
			r := newRunner(w.Engine)
			r.rejected, r.unreachable, r.breaker, r.trouble = c.runner.rejected, c.runner.unreachable, c.runner.breaker, refusal
			if err := r.verify(t.Context(), assetRead{set: conviso.NewAssetSet(nil, time.Now(), true), whole: true, began: time.Now()}); err != nil {
				t.Fatal(err)
			}
			if !errors.Is(r.trouble, c.want) {
				t.Errorf("%s: after a read the trouble is %v, want %v", name, r.trouble, c.want)
			}
		}
	})
}
