package conviso

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// maxWait caps what a Retry-After header may ask for.
	maxWait = 2 * time.Minute
	// firstFloor is the least wait after a 429; it doubles with each further one up to
	// lastFloor. A floor, since jitter from zero can burn every try within the minute that
	// the platform counts.
	firstFloor = 2 * time.Second
	lastFloor  = time.Minute
)

// gate decides when a request may go: a slot among those in flight, the rate, and one pause
// for everybody after the platform has said that it gets too many.
type gate struct {
	slots chan struct{}
	rate  *rate.Limiter

	mu sync.Mutex
	// until is when the pause ends.
	until time.Time
	// strikes counts the refusals since the last request that went through.
	strikes int
}

// newGate admits perMinute requests in any minute.
func newGate(perMinute int) *gate {
	perSecond, burst := pace(perMinute)
	return &gate{slots: make(chan struct{}, inFlight), rate: rate.NewLimiter(perSecond, burst)}
}

// pace splits a number of requests a minute into a burst, so that a short run is as fast as
// the connection, and a steady rate: burst and a minute of the rate never exceed the number.
func pace(perMinute int) (perSecond rate.Limit, burst int) {
	if perMinute <= 0 {
		perMinute = DefaultRate
	}
	perMinute = min(perMinute, MaxRate)
	burst = min(200, perMinute/5)
	if burst <= 1 {
		// Requests this far apart never meet in a burst.
		return rate.Limit(float64(perMinute) / 60), 1
	}
	return rate.Limit(float64(perMinute-burst) / 60), burst
}

// enter waits until a request may go and takes a slot; leave gives the slot back. It fails
// only with the context's error.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	leave = func() { <-g.slots }
	for {
		if err := sleep(ctx, g.paused()); err != nil {
			leave()
			return nil, err
		}
		// The token is taken last, so that waiting requests cannot save up tokens and go
		// all at once.
		token := g.rate.Reserve()
		if err := sleep(ctx, token.Delay()); err != nil {
			token.Cancel()
			leave()
			return nil, err
		}
		if g.paused() == 0 {
			return leave, nil
		}
	}
}

// paused is how long the pause lasts from now.
func (g *gate) paused() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.until))
}

// refused starts or extends the pause after a 429, at least as long as the platform asked
// for, and returns how long it lasts.
func (g *gate) refused(asked time.Duration) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	wait := min(asked, maxWait)
	// Several requests that were under way together are refused together: one strike.
	if !now.Before(g.until) {
		floor := min(firstFloor<<min(g.strikes, 10), lastFloor)
		g.strikes++
		wait = max(wait, floor+rand.N(floor/2))
	}
	if end := now.Add(wait); end.After(g.until) {
		g.until = end
	}
	return g.until.Sub(now)
}

// accepted notes that the platform takes requests again.
func (g *gate) accepted() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !time.Now().Before(g.until) {
		g.strikes = 0
	}
}

// sleep waits for d or the context's end, whose error it returns.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
