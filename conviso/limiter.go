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
	maxWait = 2 * time.Minute // caps a Retry-After header
	// firstFloor is the minimum wait after a 429; it doubles with each further 429 up to
	// lastFloor. Jitter from zero could use up every attempt within the platform's minute.
	firstFloor = 2 * time.Second
	lastFloor  = time.Minute
	recovery   = 16 // the number of minutes in which the full rate would come back from zero
	slowest    = 6  // the rate per minute below which refusals do not reduce it
)

// limiter decides when a request may be sent. It limits concurrency and rate, and pauses all
// requests after a 429.
//
// The rate adapts, because the platform may allow less than it publishes or share its limit
// between processes: a refusal or a lost answer halves the rate, and each minute without one restores a
// sixteenth of the configured rate, which is the maximum. A rate halved by accident is whole
// again after eight minutes.
//
// Each process has its own limiter. A counter shared through a locked file would delay every
// request and still not know the key's use on other machines; the platform's refusals cover all
// of them.
//
// The number of requests in flight grows from inFlight to mostInFlight, by one with each answer to a request that
// had not to wait for the rate, where all places were taken meanwhile: then the latency is the bound. One that had
// to wait takes a place back, trouble takes all of them.
type limiter struct {
	slots chan struct{} // has the requests in flight, and the places that are kept back
	most  float64

	mu      sync.Mutex
	width   int       // how many requests may be in flight
	kept    int       // how many places are kept back
	fullAt  time.Time // when all others were taken last
	allowed float64   // the current rate per minute, as of adapted
	adapted time.Time
	rate    *rate.Limiter // enforces allowed. Each refusal replaces it, which voids earlier reservations.
	until   time.Time
	// refusals counts those since the last accepted request; concurrent ones count once.
	// refusedAt is the time of the last one, halvedAt of the last that reduced the rate.
	refusals            int
	refusedAt, halvedAt time.Time
}

func newLimiter(perMinute int) *limiter {
	if perMinute <= 0 {
		perMinute = DefaultRate
	}
	l := &limiter{slots: make(chan struct{}, mostInFlight), most: float64(min(perMinute, MaxRate)), width: mostInFlight}
	l.narrow(inFlight)
	l.allowed = l.most
	l.rate = rate.NewLimiter(split(l.allowed))
	return l
}

// split divides a rate into burst and steady rate: burst plus a steady minute never exceed perMinute.
func split(perMinute float64) (perSecond rate.Limit, burst int) {
	burst = min(200, int(perMinute/5))
	if burst <= 1 {
		return rate.Limit(perMinute / 60), 1
	}
	return rate.Limit((perMinute - float64(burst)) / 60), burst
}

type permit struct {
	limiter *limiter
	at      time.Time
	free    bool // it had not to wait for the rate
}

// acquire waits for a permit. It fails only with the context's error.
func (l *limiter) acquire(ctx context.Context) (permit, error) {
	select {
	case l.slots <- struct{}{}:
	case <-ctx.Done():
		return permit{}, ctx.Err()
	}
	p := permit{limiter: l, free: true}
	for {
		paused := l.paused()
		if err := pause.Sleep(ctx, paused); err != nil {
			p.release()
			return permit{}, err
		}
		// Take the token last, so that waiting requests cannot save up tokens and burst.
		bucket := l.restore()
		token := bucket.Reserve()
		delay := token.Delay()
		p.free = p.free && paused+delay <= 0
		if err := pause.Sleep(ctx, delay); err != nil {
			token.Cancel()
			p.release()
			return permit{}, err
		}
		if p.at = time.Now(); l.valid(bucket, p.at) {
			l.noteFull(p.at)
			return p, nil
		}
	}
}

func (p permit) release() {
	l := p.limiter
	l.mu.Lock()
	keep := mostInFlight-l.kept > l.width
	if keep {
		l.kept++
	}
	l.mu.Unlock()
	if !keep {
		<-l.slots
	}
}

// noteFull notes when all places are taken.
func (l *limiter) noteFull(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.slots)-l.kept >= l.width {
		l.fullAt = now
	}
}

// narrow lowers the number of requests in flight, those on their way included as they end. The caller holds the lock.
func (l *limiter) narrow(width int) {
	l.width = min(l.width, width)
	for mostInFlight-l.kept > l.width {
		select {
		case l.slots <- struct{}{}:
			l.kept++
		default:
			return
		}
	}
}

// widen allows one more request in flight. The caller holds the lock.
func (l *limiter) widen() {
	l.width++
	if l.kept > 0 && mostInFlight-l.kept < l.width {
		l.kept--
		<-l.slots
	}
}

func (l *limiter) paused() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return max(0, time.Until(l.until))
}

// valid reports whether a token of bucket still counts.
func (l *limiter) valid(bucket *rate.Limiter, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.rate == bucket && !now.Before(l.until)
}

// restore raises the rate by what the time since the last refusal has earned.
func (l *limiter) restore() *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if allowed := l.restored(now); allowed > l.allowed {
		l.allowed, l.adapted = allowed, now
		perSecond, burst := split(l.allowed)
		l.rate.SetLimitAt(now, perSecond)
		l.rate.SetBurstAt(now, burst)
	}
	return l.rate
}

// refused pauses after a 429, at least for asked up to maxWait, and returns the remaining pause.
func (p permit) refused(asked time.Duration) time.Duration {
	l := p.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	wait := min(asked, maxWait)
	// Requests in flight at the first refusal are refused too: count one.
	if p.at.After(l.refusedAt) {
		floor := min(firstFloor<<min(l.refusals, 10), lastFloor)
		l.refusals++
		l.refusedAt = now
		wait = max(wait, floor+rand.N(floor/2))
		l.halve(now)
	}
	if end := now.Add(wait); end.After(l.until) {
		l.until = end
	}
	// Start without a burst after the pause.
	perSecond, burst := split(l.allowed)
	l.rate = rate.NewLimiter(perSecond, burst)
	l.rate.AllowN(l.until, burst)
	l.adapted = l.until
	return l.until.Sub(now)
}

// halve halves the rate, at most once a minute: a platform that counts by the minute refuses until the
// minute ends.
func (l *limiter) halve(now time.Time) bool {
	l.narrow(inFlight)
	if !l.halvedAt.IsZero() && now.Sub(l.halvedAt) < time.Minute {
		return false
	}
	l.allowed, l.halvedAt = max(l.allowed/2, min(slowest, l.most)), now
	return true
}

// strained slows down without a pause after a failure that says nothing about the rate.
func (p permit) strained() {
	l := p.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	if now := time.Now(); l.halve(now) {
		perSecond, burst := split(l.allowed)
		l.rate.SetLimitAt(now, perSecond)
		l.rate.SetBurstAt(now, burst)
		l.adapted = latest(l.adapted, now)
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (p permit) accepted() {
	p.limiter.mu.Lock()
	defer p.limiter.mu.Unlock()
	l := p.limiter
	if p.at.After(l.refusedAt) {
		l.refusals = 0
	}
	switch {
	case !p.free:
		l.narrow(max(inFlight, l.width-1))
	case !l.fullAt.Before(p.at) && l.width < mostInFlight && p.at.After(l.halvedAt):
		l.widen()
	}
}
