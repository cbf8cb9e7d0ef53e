package importer

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestStorm protects every promise about delivery at once: a platform that fails three in ten
// mutations, half of them after doing the work, with every kind of answer, and allows 300 requests a
// minute, gets 500 projects exactly once each, and never more requests in a minute than its limit and
// one burst.
func TestStorm(t *testing.T) {
	for name, silent := range map[string]bool{"with Retry-After": false, "without Retry-After": true} {
		t.Run(name, func(t *testing.T) { simulate(t, func(t *testing.T) { storm(t, 1, silent) }) })
	}
}

// answers are those that come in the form of the platform's API or from something in front of it: before
// the work is done, after it, and instead of it.
func answers() []faulty.Fault {
	all := faulty.Throttled()
	for _, f := range []faulty.Fault{
		graphQL("Timeout on ImportAssetToIntegrationPayload.success"), graphQL("Internal server error"), graphQL("Deadlock found: access denied"),
		faulty.JSON(200, `{"data":{"importAssetToIntegration":null}}`), faulty.JSON(409, `{"error":"conflict"}`), faulty.HTML(200), faulty.HTML(403),
	} {
		all = append(all, f, done(f))
	}
	return all
}

// burst is how many requests the client may send at once before any limit is known to it.
const burst = 200

func storm(t *testing.T, seed uint64, silent bool) {
	const limit = 300
	names := manyNames(500)
	// Pages of ten make reading as costly as it gets, so that the limit is felt.
	w := newWorld(t, demo.PlatformOptions{MinDelay: time.Second, MaxDelay: 40 * time.Second, Latency: 100 * time.Millisecond,
		RateLimit: limit, NoRetryAfter: silent, PageCap: 10}, names...).inMemory()
	w.platform.Fail(faulty.Either(faulty.Share(0.25, seed, faulty.Mutation, faulty.Outage()...), faulty.Share(0.1, seed+1, importMutation, answers()...)))
	w.submit(Request{Bulk: w.refs()})
	began := time.Now()
	for run := 1; ; run++ {
		// A row of failures may end a drain; the next one goes on with what is left.
		err := w.Drain(t.Context())
		if err == nil {
			// Four sends in a row that all failed leave an item failed: its user tries again.
			if plan := w.submit(Request{Bulk: w.refs()}); len(plan.Items) == 0 {
				break
			}
		}
		if run == 20 {
			t.Fatalf("still not done after %d drains: %v", run, err)
		}
		t.Logf("drain %d ended: %v", run, err)
	}
	w.wantStates(Imported, w.refs()...)
	w.wantOnce(names...)
	counts := w.platform.Counts()
	if counts.MaxPerMinute > limit+burst {
		t.Errorf("%d requests in a minute, want at most %d and a burst of %d", counts.MaxPerMinute, limit, burst)
	}
	t.Logf("%s, %d requests, at most %d in a minute, %d batches worked on", time.Since(began).Round(time.Second),
		counts.Requests, counts.MaxPerMinute, w.platform.Imports().Batches)
}

// TestLateAssets protects against sending twice what arrives late, as far as that can be: an
// item is sent twice only if its answer was lost and its asset appeared after the settle time.
// Nobody outside can tell it from one that never arrived.
func TestLateAssets(t *testing.T) {
	simulate(t, func(t *testing.T) {
		names := manyNames(300)
		w := newWorld(t, demo.PlatformOptions{MaxDelay: 3 * time.Minute, Latency: 50 * time.Millisecond}, names...).inMemory()
		answers := faulty.Share(0.3, 7, importMutation, faulty.Fault{After: true, Status: 502}, faulty.Fault{After: true, Reset: true})
		lost := map[string]bool{}
		w.platform.Fail(func(r faulty.Request) faulty.Fault {
			fault := answers(r)
			if fault.After {
				for _, name := range sentNames(t, r.Body) {
					lost[name] = true
				}
			}
			return fault
		})
		w.submit(Request{Bulk: w.refs()})
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		twice := 0
		for _, name := range names {
			switch got := w.platform.Imports().Deliveries["Component:default/"+name]; {
			case got == 0:
				t.Errorf("%s was not delivered", name)
			case got > 1 && !lost[name]:
				t.Errorf("%s was delivered %d times although its answer came", name, got)
			case got > 1:
				twice++
			}
		}
		if twice == 0 {
			t.Error("the test shows nothing: no asset came after the settle time")
		}
		t.Logf("%d of %d answers lost, delays up to 3 times the settle time: %d delivered more than once", len(lost), len(names), twice)
	})
}

// TestDeaths protects against a process that dies at any moment: nothing is lost and nothing
// is sent twice, whatever was on disk then and whatever was on its way.
func TestDeaths(t *testing.T) {
	simulate(t, func(t *testing.T) {
		t.Logf("%d deaths", deaths(t, 1))
	})
}

// TestDyingClaims protects a batch whose process dies each time that it is about to be sent:
// that the platform never got it is not held against it.
func TestDyingClaims(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{}, manyNames(5)...).inMemory()
		w.submit(Request{Bulk: w.refs()})
		for range maxLostSends + 1 {
			ctx, kill := contextFor(t, time.Hour)
			config := w.config
			config.Queue = &mortalQueue{Queue: w.config.Queue, left: 1000, claiming: true, kill: kill}
			if err := NewEngine(config).Drain(ctx); err == nil {
				t.Fatal("it did not die")
			}
			kill()
			w.wantStates(Sending, w.refs()...)
		}
		if err := w.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.wantStates(Imported, w.refs()...)
		w.wantOnce(manyNames(5)...)
	})
}

// deaths imports 500 entities through one run after the other, each of which dies at a random
// change of the queue, before or after that is on disk, and returns how many died.
func deaths(t *testing.T, seed uint64) int {
	names := manyNames(500)
	w := newWorld(t, demo.PlatformOptions{MinDelay: time.Second, MaxDelay: 30 * time.Second, Latency: 300 * time.Millisecond}, names...).inMemory()
	w.platform.Fail(faulty.Share(0.15, seed, importMutation, append(answers(), faulty.Fault{After: true, Status: 502}, faulty.Fault{After: true, Reset: true})...))
	w.submit(Request{Bulk: w.refs()})
	draw := rand.New(rand.NewPCG(seed, 2))
	for died := 0; ; died++ {
		if died == 500 {
			t.Fatal("the import does not get on")
		}
		ctx, kill := contextFor(t, time.Hour)
		mortal := &mortalQueue{Queue: w.config.Queue, left: 1 + draw.IntN(5), after: draw.IntN(2) == 0, kill: kill}
		config := w.config
		config.Queue = mortal
		err := NewEngine(config).Drain(ctx)
		kill()
		if err == nil && !mortal.dead {
			w.wantStates(Imported, w.refs()...)
			w.wantOnce(names...)
			return died
		}
	}
}

// sentNames are the names of the projects that a request carries.
func sentNames(t *testing.T, body []byte) []string {
	t.Helper()
	var names []string
	for _, name := range manyNames(300) {
		if strings.Contains(string(body), `"`+name+`"`) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		t.Errorf("no project in %.100s", body)
	}
	return names
}
