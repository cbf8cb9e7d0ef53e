package conviso

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// atWork makes n workers per client read and send until each client has done so many
// operations; refused ones wait and retry.
func atWork(t *testing.T, clients []*Client, n, operations int) {
	t.Helper()
	var workers sync.WaitGroup
	for k, c := range clients {
		todo := make(chan int, operations)
		for i := range operations {
			todo <- i
		}
		close(todo)
		for range n {
			workers.Go(func() {
				for i := range todo {
					if i%2 == 0 {
						if _, err := c.Company(t.Context(), "1042"); err != nil {
							t.Error(err)
							return
						}
						continue
					}
					id := fmt.Sprintf("Component:default/%d-%d", k, i)
					_, err := c.Import(t.Context(), "1042", []Project{{ID: id, Name: id}})
					for errors.Is(err, ErrUnavailable) {
						var send *SendError
						if !errors.As(err, &send) || send.Class != Rejected {
							t.Error(err)
							return
						}
						time.Sleep(send.Wait)
						_, err = c.Import(t.Context(), "1042", []Project{{ID: id, Name: id}})
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	workers.Wait()
}

// TestLowerLimit checks a platform that allows less than configured, with and without
// Retry-After, whether or not it counts refusals: at most one burst above its limit, fewer
// refusals over time, and everything arrives once.
func TestLowerLimit(t *testing.T) {
	const limit, operations, burst = 300, 900, 200
	for name, o := range map[string]demo.PlatformOptions{
		"with Retry-After":                       {},
		"without Retry-After":                    {NoRetryAfter: true},
		"counting refusals, without Retry-After": {CountRefused: true, NoRetryAfter: true},
		"slow platform, without Retry-After":     {NoRetryAfter: true, Latency: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o.RateLimit = limit
				if o.Latency == 0 {
					o.Latency = 150 * time.Millisecond
				}
				p := faulty.NewPlatform(o)
				began := time.Now()
				atWork(t, []*Client{ofDemo(t, p, DefaultRate)}, 24, operations)
				took, seen, imports := time.Since(began), p.Counts(), p.Imports()
				refused := seen.Requests - operations
				t.Logf("%s for %d operations, at most %d a minute, %d refused", took, operations, seen.MaxPerMinute, refused)
				if seen.MaxPerMinute > limit+burst {
					t.Errorf("%d in a minute", seen.MaxPerMinute)
				}
				if least := time.Duration(operations/limit) * time.Minute; took > 3*least {
					t.Errorf("it took %s", took)
				}
				if refused > limit/4 {
					t.Errorf("%d were refused", refused)
				}
				if len(imports.Projects) != operations/2 || len(imports.Deliveries) != operations/2 {
					t.Errorf("%d projects, %d different", len(imports.Projects), len(imports.Deliveries))
				}
			})
		})
	}
}

// TestSharedLimit checks a key that several processes use above the platform's limit: they
// settle at it, none starves, and refusals become rare after the first minutes.
func TestSharedLimit(t *testing.T) {
	const operations = 1200
	synctest.Test(t, func(t *testing.T) {
		// Without Retry-After nothing tells the two when to return.
		p := faulty.NewPlatform(demo.PlatformOptions{RateLimit: MaxRate, NoRetryAfter: true, Latency: 150 * time.Millisecond})
		began := time.Now()
		atWork(t, []*Client{ofDemo(t, p, DefaultRate), ofDemo(t, p, DefaultRate)}, 12, operations)
		took, seen, imports := time.Since(began), p.Counts(), p.Imports()
		refused := seen.Requests - 2*operations
		t.Logf("%s for twice %d operations, at most %d a minute, %d refused", took, operations, seen.MaxPerMinute, refused)
		if seen.MaxPerMinute > MaxRate+200 || refused > MaxRate/20 {
			t.Errorf("%d in a minute, %d were refused", seen.MaxPerMinute, refused)
		}
		if took > 5*time.Minute || len(imports.Deliveries) != operations {
			t.Errorf("%d projects after %s", len(imports.Deliveries), took)
		}
	})
}

// TestRateComesBack checks that the rate is halved, grows by a sixteenth a minute, and stops at
// the configured one.
func TestRateComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newLimiter(800)
		permit{limiter: g, at: time.Now()}.refused(0)
		time.Sleep(g.paused())
		for minute, want := range []float64{400, 450, 500, 550, 600, 650, 700, 750, 800, 800} {
			g.restore()
			perSecond, burst := split(want)
			if g.allowed < want-0.01 || g.allowed > want+0.01 || g.rate.Burst() != burst || g.rate.Limit() < perSecond-0.01 || g.rate.Limit() > perSecond+0.01 {
				t.Errorf("after %d minutes %.2f are allowed, %v a second, %d at once", minute, g.allowed, g.rate.Limit(), g.rate.Burst())
			}
			time.Sleep(time.Minute)
		}
		// Some requests are sent however long it is refused.
		for range 100 {
			permit{limiter: g, at: time.Now()}.refused(maxWait)
			time.Sleep(maxWait)
		}
		if g.allowed != slowest {
			t.Errorf("%.2f are allowed", g.allowed)
		}
		slow := newLimiter(2)
		permit{limiter: slow, at: time.Now()}.refused(0)
		if slow.allowed != 2 {
			t.Errorf("%.2f of 2 are allowed", slow.allowed)
		}
	})
}
