package conviso

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"conviso-importer/internal/pause"
)

const (
	// maxWait caps what a Retry-After header may ask for.
	maxWait = 2 * time.Minute
	// firstFloor is the least wait after a 429; it doubles with each further one up to
	// lastFloor. A floor, since jitter from zero can burn every try within the minute that
	// the platform counts.
	firstFloor = 2 * time.Second
	lastFloor  = time.Minute
	// recovery is in how many minutes the whole rate would come back.
	recovery = 16
	// slowest is the number of requests a minute below which no refusal takes the rate.
	slowest = 6
)

// gate decides when a request may go: a slot among those in flight, the rate, and one pause
// for everybody after the platform has said that it gets too many.
//
// The rate adapts, since the platform may allow less than it publishes, or share what it
// allows between this process and others: a refusal halves it, and every minute without one
// gives back a sixteenth of what is configured. So it swings between the limit and half of
// it and meets the limit once in some minutes, while a rate that was halved for a mishap is
// whole again after eight. It is never more than what is configured.
//
// Each process has a gate of its own. A count that processes share would be a file under a
// lock in the way of every request, and would know nothing of the same key's use on other
// machines or by the plugin; a platform that refuses knows them all, and each process that it
// refuses gives way. One process at a time sends, so that the others merely read lists.
type gate struct {
	slots chan struct{}
	// most is the configured number of requests in any minute.
	most float64

	mu sync.Mutex
	// allowed is the number of requests in any minute for now, as of adapted.
	allowed float64
	adapted time.Time
	// rate is for allowed. A new one takes its place with each refusal, so that what was
	// reserved under the old one does not count.
	rate *rate.Limiter
	// until is when the pause ends.
	until time.Time
	// strikes counts the refusals since the last request that went through, those of the
	// same moment once; struck is when the last of them was, halved when it cost rate.
	strikes        int
	struck, halved time.Time
}

// newGate admits perMinute requests in any minute.
func newGate(perMinute int) *gate {
	if perMinute <= 0 {
		perMinute = DefaultRate
	}
	g := &gate{slots: make(chan struct{}, inFlight), most: float64(min(perMinute, MaxRate))}
	g.allowed = g.most
	g.rate = rate.NewLimiter(pace(g.allowed))
	return g
}

// pace splits a number of requests a minute into a burst, so that a short run is as fast as
// the connection, and a steady rate: burst and a minute of the rate never exceed the number.
func pace(perMinute float64) (perSecond rate.Limit, burst int) {
	burst = min(200, int(perMinute/5))
	if burst <= 1 {
		// Requests this far apart never meet in a burst.
		return rate.Limit(perMinute / 60), 1
	}
	return rate.Limit((perMinute - float64(burst)) / 60), burst
}

// turn is the right to send one request, from at until leave.
type turn struct {
	gate *gate
	at   time.Time
}

// enter waits until a request may go and takes a slot. It fails only with the context's
// error.
func (g *gate) enter(ctx context.Context) (turn, error) {
	select {
	case g.slots <- struct{}{}:
	case <-ctx.Done():
		return turn{}, ctx.Err()
	}
	t := turn{gate: g}
	for {
		if err := pause.Sleep(ctx, g.paused()); err != nil {
			t.leave()
			return turn{}, err
		}
		// The token is taken last, so that waiting requests cannot save up tokens and go
		// all at once.
		limiter := g.regain()
		token := limiter.Reserve()
		if err := pause.Sleep(ctx, token.Delay()); err != nil {
			token.Cancel()
			t.leave()
			return turn{}, err
		}
		if t.at = time.Now(); g.open(limiter, t.at) {
			return t, nil
		}
	}
}

// leave gives the slot back.
func (t turn) leave() { <-t.gate.slots }

// paused is how long the pause lasts from now.
func (g *gate) paused() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(0, time.Until(g.until))
}

// open reports whether a token of the limiter still counts.
func (g *gate) open(limiter *rate.Limiter, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.rate == limiter && !now.Before(g.until)
}

// regain gives back what the time since the last refusal has earned, and returns the
// limiter.
func (g *gate) regain() *rate.Limiter {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if allowed := g.regained(now); allowed > g.allowed {
		g.allowed, g.adapted = allowed, now
		perSecond, burst := pace(g.allowed)
		g.rate.SetLimitAt(now, perSecond)
		g.rate.SetBurstAt(now, burst)
	}
	return g.rate
}

// refused starts or extends the pause after a 429, at least as long as the platform asked
// for, and returns how long it lasts.
func (t turn) refused(asked time.Duration) time.Duration {
	g := t.gate
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	wait := min(asked, maxWait)
	// What was under way when the platform refused is refused as well: one strike.
	if t.at.After(g.struck) {
		floor := min(firstFloor<<min(g.strikes, 10), lastFloor)
		g.strikes++
		g.struck = now
		wait = max(wait, floor+rand.N(floor/2))
		// A platform that counts a minute goes on refusing until the minute is over, however
		// few come; more than one halving in it would be for what was sent before.
		if g.halved.IsZero() || now.Sub(g.halved) >= time.Minute {
			g.allowed, g.halved = max(g.allowed/2, min(slowest, g.most)), now
		}
	}
	if end := now.Add(wait); end.After(g.until) {
		g.until = end
	}
	// Nobody saves up during the pause: behind it requests follow one by one.
	perSecond, burst := pace(g.allowed)
	g.rate = rate.NewLimiter(perSecond, burst)
	g.rate.AllowN(g.until, burst)
	g.adapted = g.until
	return g.until.Sub(now)
}

// accepted notes that the platform takes requests again.
func (t turn) accepted() {
	t.gate.mu.Lock()
	defer t.gate.mu.Unlock()
	if t.at.After(t.gate.struck) {
		t.gate.strikes = 0
	}
}
