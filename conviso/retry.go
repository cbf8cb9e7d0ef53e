package conviso

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/internal/transport"
)

const (
	// maxTries and patience limit one operation: no attempt begins later than patience after
	// the first.
	maxTries = 6
	patience = 3 * time.Minute
	// dialTries and dialPatience apply until a first response: a wrong address or a missing
	// network does not recover in seconds, and the user waits for the message.
	dialTries    = 3
	dialPatience = 2 * time.Second
	stalledTries = 3                      // limits attempts whose response stalled, since each takes half a minute
	firstBackoff = 250 * time.Millisecond // doubles up to lastBackoff, with full jitter: clients must not return together
	lastBackoff  = 20 * time.Second
	dialBackoff  = 500 * time.Millisecond // doubles with each attempt, with half of it as jitter
	// Retries are at most one in retryShare of the last minute's requests, but leastRetries in
	// any case: retries must not keep a struggling platform down.
	retryShare   = 10
	leastRetries = 10
)

// retries decides whether and when to retry, for all operations together.
type retries struct {
	reached atomic.Bool

	mu             sync.Mutex
	sent, repeated counter
}

func (r *retries) count(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent.add(now)
}

// next reports whether and when to retry; a failure's text tells if only the budget forbids it.
func (r *retries) next(fail *failure, try int, began time.Time) (wait time.Duration, again bool) {
	tries, limit := maxTries, patience
	unreached := fail.class == NotSent && !r.reached.Load()
	if unreached {
		tries, limit = dialTries, dialPatience
	}
	if errors.Is(fail.cause, transport.ErrStalled) {
		tries = stalledTries
	}
	switch {
	case !fail.again || try >= tries || time.Since(began) >= limit:
		return 0, false
	case fail.class == Rejected:
		// The platform asked for this retry, and the limiter delays all requests: it does not count.
		return 0, true
	case !r.allowRetry(time.Now()):
		fail.text += " (it was not tried again, since too many requests have failed within a minute)"
		return 0, false
	case unreached:
		most := dialBackoff << (try - 1)
		return most/2 + rand.N(most/2), true
	}
	return max(fail.wait, backoff(try)), true
}

func backoff(try int) time.Duration {
	return rand.N(min(firstBackoff<<min(try-1, 10), lastBackoff))
}

// allowRetry takes one retry from the budget of the last minute.
func (r *retries) allowRetry(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.repeated.total(now) >= max(leastRetries, r.sent.total(now)/retryShare) {
		return false
	}
	r.repeated.add(now)
	return true
}

type counter struct {
	began  time.Time // the first event; seconds are monotonic since then
	counts [60]struct{ second, n int }
}

func (t *counter) add(now time.Time) {
	if t.began.IsZero() {
		t.began = now
	}
	second := int(now.Sub(t.began) / time.Second)
	c := &t.counts[second%len(t.counts)]
	if c.second != second {
		c.second, c.n = second, 0
	}
	c.n++
}

func (t *counter) total(now time.Time) int {
	second, sum := int(now.Sub(t.began)/time.Second), 0
	for _, c := range t.counts {
		if second-c.second < len(t.counts) {
			sum += c.n
		}
	}
	return sum
}

// retryAfter returns how long a response asks to wait, at most maxWait; zero without a valid word.
func retryAfter(header http.Header, now time.Time) time.Duration {
	wait, _ := transport.RetryAfter(header, now, maxWait)
	return wait
}
