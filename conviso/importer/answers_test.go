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

// graphQL answers with an error instead of the import's payload.
func graphQL(message string) faulty.Fault {
	return faulty.JSON(200, fmt.Sprintf(`{"data":{"importAssetToIntegration":null},"errors":[{"message":%q,"path":["importAssetToIntegration"]}]}`, message))
}

// done does the work all the same.
func done(f faulty.Fault) faulty.Fault {
	f.After = true
	return f
}

// TestErrorAfterWork protects against doubles: a GraphQL error that comes after the work says nothing
// about it, however often it comes.
func TestErrorAfterWork(t *testing.T) {
	for i, message := range []string{"Timeout on ImportAssetToIntegrationPayload.success", "Internal server error", "Deadlock found when trying to get lock",
		"Description of service-001 is forbidden", "Field 'x' doesn't exist on type 'y'"} {
		for _, c := range []struct{ entities, times int }{{1, 1}, {40, 1}, {40, 1000}, {150, 1000}} {
			if i > 0 && (c.entities > 40 || c.entities == 1) {
				continue
			}
			t.Run(fmt.Sprintf("%.20s, %d of %d", message, c.times, c.entities), func(t *testing.T) {
				simulate(t, func(t *testing.T) {
					names := manyNames(c.entities)
					w := newWorld(t, demo.PlatformOptions{MinDelay: time.Second, MaxDelay: 30 * time.Second}, names...).inMemory()
					w.platform.Fail(faulty.First(c.times, importMutation, done(graphQL(message))))
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
}

// poisoned answers a batch that holds one of the names with an error of the platform's own.
func poisoned(f faulty.Fault, names ...string) func(faulty.Request) faulty.Fault {
	return func(r faulty.Request) faulty.Fault {
		for _, name := range names {
			if importMutation(r) && strings.Contains(string(r.Body), `"`+name+`"`) {
				return f
			}
		}
		return faulty.Fault{}
	}
}

// TestPoisonWithoutAName protects innocents from a project for which the platform breaks: batches of it
// go in halves, each after one settle time, and only that project fails. That holds across runs.
func TestPoisonWithoutAName(t *testing.T) {
	for name, c := range map[string]struct {
		poison []string
		fault  faulty.Fault
		// each is how long one run may take, where it is not the whole time.
		each time.Duration
	}{
		"one":                 {[]string{"service-031"}, graphQL("Internal server error"), 0},
		"two of a batch":      {[]string{"service-003", "service-004"}, graphQL("Internal server error"), 0},
		"one in each batch":   {[]string{"service-003", "service-030"}, graphQL("Internal server error"), 0},
		"in runs of a minute": {[]string{"service-031"}, graphQL("Internal server error"), 70 * time.Second},
		"a firewall's page":   {[]string{"service-031"}, faulty.HTML(403), 0},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(50)
				w := newWorld(t, demo.PlatformOptions{Latency: 100 * time.Millisecond, MaxDelay: 3 * time.Second}, names...).inMemory()
				w.platform.Fail(poisoned(c.fault, c.poison...))
				w.submit(Request{Bulk: w.refs()})
				began := time.Now()
				for open := true; open && time.Since(began) < 2*time.Hour; {
					ctx, cancel := contextFor(t, 4*time.Hour)
					if c.each > 0 {
						ctx, cancel = contextFor(t, c.each)
					}
					_ = NewEngine(w.config).Drain(ctx)
					cancel()
					open = false
					for _, item := range w.items() {
						open = open || item.State.Pending()
					}
				}
				for ref, item := range w.items() {
					want := Imported
					for _, name := range c.poison {
						if ref.Name() == name {
							want = Failed
						}
					}
					if item.State != want {
						t.Errorf("%s is %s: %s", ref, item.State, item.Error)
					}
					if n := w.platform.Imports().Deliveries["Component:default/"+ref.Name()]; want == Imported && n != 1 {
						t.Errorf("%s was delivered %d times", ref, n)
					}
				}
				// From 25 it takes five halvings and three more tries alone, each after a settle time of a minute.
				if took := time.Since(began); took > 15*time.Minute && c.each == 0 {
					t.Errorf("it took %s", took)
				}
				t.Logf("%d imports in %s", len(w.sends()), time.Since(began).Round(time.Second))
			})
		})
	}
}

// TestNamedByASentence protects the others of a batch whose answer names one project, and the key from
// the words of that answer: the one is looked for and fails with the sentence.
func TestNamedByASentence(t *testing.T) {
	for _, c := range []struct{ name, message string }{
		{"forbidden-words", "Description of forbidden-words is too long"},
		{"unauthorized-access", "unauthorized-access: name is reserved"},
		{"token-service", "invalid token-service: expired token in the description"},
		{"payments", "payments: access denied by policy 7"},
		{"svc-1", "Tag 'resource not accessible' of Component:default/svc-1 is unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := append(manyNames(8), c.name)
				w := newWorld(t, demo.PlatformOptions{MaxDelay: 5 * time.Second}, names...)
				w.platform.Fail(poisoned(faulty.JSON(200, fmt.Sprintf(`{"data":null,"errors":[{"message":%q}]}`, c.message)), c.name))
				w.submit(Request{Bulk: w.refs()})
				began := time.Now()
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()[:8]...)
				item := w.items()[w.refs()[8]]
				if item.State != Failed || item.Error != c.message || item.Lost {
					t.Errorf("it is %s: %s", item.State, item.Error)
				}
				if took := time.Since(began); took < time.Minute || took > 3*time.Minute {
					t.Errorf("it took %s", took)
				}
				w.wantOnce(names[:8]...)
			})
		})
	}
	t.Run("was done all the same", func(t *testing.T) {
		simulate(t, func(t *testing.T) {
			w := newWorld(t, demo.PlatformOptions{MaxDelay: 5 * time.Second}, "payments", "other")
			w.platform.Fail(faulty.First(1, importMutation, done(graphQL("payments: forbidden word"))))
			w.submit(Request{Bulk: w.refs()})
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.wantStates(Imported, w.refs()...)
			w.wantOnce("payments", "other")
		})
	})
}

// TestThrottled protects everything that is queued from a platform that asks for patience, in whatever
// form: the batches wait and go again whole, without a look, and nobody is blamed.
func TestThrottled(t *testing.T) {
	for i, fault := range faulty.Throttled() {
		t.Run(fmt.Sprintf("form %d, for a while", i), func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(60)
				w := newWorld(t, demo.PlatformOptions{MaxDelay: time.Second}, names...).inMemory()
				w.platform.Fail(faulty.First(3, importMutation, fault))
				w.submit(Request{Bulk: w.refs()})
				began := time.Now()
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				w.wantOnce(names...)
				if n := len(w.sends()); n > 7 {
					t.Errorf("%d imports for 3 batches and 3 refusals", n)
				}
				if took := time.Since(began); took > 55*time.Second {
					t.Errorf("it took %s, as if the settle time were waited for", took)
				}
			})
		})
		if i%4 != 0 {
			continue
		}
		t.Run(fmt.Sprintf("form %d, for ever", i), func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(60)
				w := newWorld(t, demo.PlatformOptions{}, names...).inMemory()
				w.platform.Fail(faulty.First(1000, importMutation, fault))
				w.submit(Request{Bulk: w.refs()})
				began := time.Now()
				err := w.Drain(t.Context())
				if took := time.Since(began); !errors.Is(err, conviso.ErrUnavailable) || took < maxRejected || took > maxRejected+3*time.Minute {
					t.Fatalf("after %s: %v", took, err)
				}
				for ref, item := range w.items() {
					if !item.Waits() || item.Attempts != 0 || item.BatchMax != BatchSize {
						t.Fatalf("%s is %s, lost %v, after %d attempts, in batches of %d", ref, item.State, item.Lost, item.Attempts, item.BatchMax)
					}
				}
				w.platform.Fail(nil)
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantOnce(names...)
			})
		})
	}
}

// TestFirewall protects the key from the blame for a page that somebody else has sent, and the queue from
// failing for it.
func TestFirewall(t *testing.T) {
	for _, n := range []int{1, 60} {
		simulate(t, func(t *testing.T) {
			names := manyNames(n)
			w := newWorld(t, demo.PlatformOptions{}, names...).inMemory()
			w.platform.Fail(faulty.First(1000, importMutation, faulty.HTML(403)))
			w.submit(Request{Bulk: w.refs()})
			if err := w.Drain(t.Context()); !errors.Is(err, conviso.ErrUnavailable) || errors.Is(err, conviso.ErrAuth) {
				t.Fatalf("%d: %v", n, err)
			}
			for ref, item := range w.items() {
				if !item.State.Pending() {
					t.Errorf("%s is %s: %s", ref, item.State, item.Error)
				}
			}
			w.platform.Fail(nil)
			if err := w.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.wantStates(Imported, w.refs()...)
			w.wantOnce(names...)
		})
	}
}

// TestKeyRunsOut protects the queue from a key that expires between two batches, and from one that may
// read but not create: sending stops with one sentence, and what was not taken stays queued.
func TestKeyRunsOut(t *testing.T) {
	says := func(body string) faulty.Fault { return faulty.JSON(200, body) }
	for name, c := range map[string]struct {
		fault faulty.Fault
		taken int // batches that are taken before, -1 where the integration cannot be made either
		says  string
	}{
		"expired":                {faulty.JSON(401, `{"error":"API key has expired"}`), 2, "API key has expired"},
		"expired, in 200":        {says(`{"errors":[{"message":"API key has expired"}]}`), 2, "API key has expired"},
		"revoked":                {says(`{"data":null,"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}`), 1, "UNAUTHENTICATED"},
		"may not create":         {faulty.JSON(403, `{"errors":[{"message":"Forbidden"}]}`), 0, "Forbidden"},
		"may not create, in 200": {graphQL("You are not authorized to perform this action"), 0, "not authorized to perform this action"},
		"may not create, as an answer": {says(`{"data":{"importAssetToIntegration":{"success":false,"importedCount":0,"errors":["You do not have permission to create assets"]}}}`), 0,
			"You do not have permission to create assets"},
		"may not create anything": {graphQL("You are not authorized to perform this action"), -1, "not authorized"},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				names := manyNames(100)
				w := newWorld(t, demo.PlatformOptions{Key: secret.New("fake-key-1"), Latency: time.Second}, names...).inMemory()
				sends := 0
				w.platform.Fail(func(r faulty.Request) faulty.Fault {
					if importMutation(r) || c.taken < 0 && faulty.Mutation(r) {
						if sends++; sends > c.taken {
							return c.fault
						}
					}
					return faulty.Fault{}
				})
				w.submit(Request{Bulk: w.refs()})
				err := w.Drain(t.Context())
				if !errors.Is(err, conviso.ErrAuth) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "create assets in company") || strings.Contains(err.Error(), "\n") {
					t.Fatalf("got %v", err)
				}
				if c.taken == 0 && len(w.sends()) != 1 {
					t.Errorf("%d batches were sent, want the first alone", len(w.sends()))
				}
				queued := 0
				for ref, item := range w.items() {
					switch {
					case item.State == Queued && !item.Lost && item.Attempts == 0:
						queued++
					case item.State != Accepted && item.State != Imported:
						t.Fatalf("%s is %s: %s", ref, item.State, item.Error)
					}
				}
				if want := len(names) - max(0, c.taken)*BatchSize; queued != want {
					t.Errorf("%d are queued, want %d", queued, want)
				}
				w.platform.Fail(nil)
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				w.wantOnce(names...)
			})
		})
	}
}
