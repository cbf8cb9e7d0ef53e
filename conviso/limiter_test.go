package conviso

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// TestRate checks that no minute has more requests than configured, and that the rate is used.
func TestRate(t *testing.T) {
	for _, perMinute := range []int{1, 7, 60, 1000, 1200, 5000} {
		t.Run(fmt.Sprint(perMinute), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newLimiter(perMinute)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				var mu sync.Mutex
				var times []time.Time
				var group sync.WaitGroup
				for range inFlight {
					group.Go(func() {
						for {
							permit, err := g.acquire(ctx)
							if err != nil {
								return
							}
							mu.Lock()
							times = append(times, time.Now())
							mu.Unlock()
							permit.release()
						}
					})
				}
				group.Wait()
				allowed := min(perMinute, MaxRate)
				for i := allowed; i < len(times); i++ {
					if gap := times[i].Sub(times[i-allowed]); gap < time.Minute-time.Microsecond {
						t.Fatalf("requests %d and %d are %s apart", i-allowed, i, gap)
					}
				}
				if len(times) < 3*allowed {
					t.Errorf("%d requests in 5 minutes", len(times))
				}
			})
		})
	}
}

// TestPace checks the rate's arithmetic and default.
func TestPace(t *testing.T) {
	for perMinute := 1; perMinute <= MaxRate; perMinute++ {
		perSecond, burst := split(float64(perMinute))
		if burst < 1 || burst > 200 || perSecond <= 0 || (burst > 1 && float64(burst)+60*float64(perSecond) > float64(perMinute)+1e-6) {
			t.Fatalf("%d a minute: %v a second, %d at once", perMinute, perSecond, burst)
		}
	}
	if g := newLimiter(0); g.rate.Burst() != 200 || g.rate.Limit() != rate.Limit(800.0/60) {
		t.Errorf("the default is %v a second, %d at once", g.rate.Limit(), g.rate.Burst())
	}
}

// TestInFlight checks the limit of concurrent requests, which grows while only the latency holds them up, and falls
// back with trouble.
func TestInFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		c := inMemory(t, func(*http.Request) (*http.Response, error) {
			mu.Lock()
			now++
			most = max(most, now)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			return ok(companyJSON)
		})
		began := time.Now()
		var group sync.WaitGroup
		for range 10 * inFlight {
			group.Go(func() {
				if _, err := c.Company(t.Context(), "1"); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		// Eight, then sixteen at most: each of the first answers gives a place.
		if took := time.Since(began); most != mostInFlight || took != 6*time.Second || c.Pace().InFlight != mostInFlight {
			t.Errorf("%d at once, %s, %d allowed", most, took, c.Pace().InFlight)
		}
	})
}

// TestInFlightFallsBack checks what takes the places back that the latency has given.
func TestInFlightFallsBack(t *testing.T) {
	for name, c := range map[string]struct {
		does func(g *limiter, p permit)
		want int
	}{
		"an answer":             {func(_ *limiter, p permit) { p.accepted() }, mostInFlight},
		"a refusal":             {func(_ *limiter, p permit) { p.refused(0) }, inFlight},
		"a lost answer":         {func(_ *limiter, p permit) { p.strained() }, inFlight},
		"one wait for the rate": {func(_ *limiter, p permit) { p.free = false; p.accepted() }, mostInFlight - 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := newLimiter(0)
				var held []permit
				for len(held) < mostInFlight {
					ctx, stop := context.WithTimeout(t.Context(), time.Second)
					p, err := g.acquire(ctx)
					stop()
					if err != nil {
						// All places are taken: an answer gives one more.
						if len(held) != g.width {
							t.Fatalf("%d are on their way, %d allowed", len(held), g.width)
						}
						held[0].accepted()
						continue
					}
					held = append(held, p)
				}
				c.does(g, held[0])
				if g.width != c.want {
					t.Errorf("%d may be on their way, want %d", g.width, c.want)
				}
				for _, p := range held {
					p.release()
				}
				time.Sleep(2 * time.Minute)
				free := 0
				for {
					ctx, stop := context.WithTimeout(t.Context(), time.Second)
					_, err := g.acquire(ctx)
					stop()
					if err != nil {
						break
					}
					free++
				}
				if free != c.want {
					t.Errorf("%d places were free, want %d", free, c.want)
				}
			})
		})
	}
}

// TestPauseGrows checks pauses without Retry-After: each refusal after a pause doubles it,
// concurrent refusals count once, a success resets it.
func TestPauseGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newLimiter(0)
		for i, seconds := range []int{2, 4, 8, 16, 32, 60, 60} {
			floor := time.Duration(seconds) * time.Second
			together := make([]permit, 8)
			for i := range together {
				together[i] = permit{limiter: g, at: time.Now()}
			}
			first := together[0].refused(0)
			for _, other := range together[1:] {
				other.refused(0)
			}
			if pause := g.paused(); pause != first || pause < floor || pause > floor*3/2 {
				t.Fatalf("pause %d is %s, floor %s", i, pause, floor)
			}
			time.Sleep(first)
			// Late responses to earlier requests neither reset nor extend the series.
			together[1].accepted()
			together[2].refused(0)
		}
		time.Sleep(time.Second)
		permit{limiter: g, at: time.Now()}.accepted()
		if pause := (permit{limiter: g, at: time.Now()}).refused(0); pause > 3*time.Second {
			t.Errorf("after a success the pause is %s", pause)
		}
		if pause := (permit{limiter: g, at: time.Now()}).refused(time.Hour); pause != maxWait {
			t.Errorf("the longest pause is %s", pause)
		}
	})
}

// TestPauseWhileWaiting checks that a pause also holds requests that already wait for the rate.
func TestPauseWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newLimiter(1)
		enter := func() {
			permit, err := g.acquire(t.Context())
			if err != nil {
				t.Error(err)
				return
			}
			permit.release()
		}
		enter()
		time.AfterFunc(30*time.Second, func() { permit{limiter: g, at: time.Now()}.refused(maxWait) })
		began := time.Now()
		enter() // its token comes after a minute, the pause ends after two and a half
		if waited := time.Since(began); waited < 150*time.Second {
			t.Errorf("it went after %s", waited)
		}
	})
}
