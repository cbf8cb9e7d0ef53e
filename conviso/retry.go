package conviso

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/internal/transport"
)

const (
	// maxTries and patience bound the sending of one operation: no try begins later than
	// patience after the first.
	maxTries = 6
	patience = 3 * time.Minute
	// dialTries and dialPatience take their place while nothing has ever been reached: a
	// wrong address or a missing network does not get better in seconds, and somebody waits
	// to be told.
	dialTries    = 3
	dialPatience = 2 * time.Second
	// stalledTries bounds the tries whose answers stood still, each for half a minute.
	stalledTries = 3
	// firstBackoff doubles with each try up to lastBackoff; the wait is drawn from all of
	// it, so that clients that failed together do not come back together.
	firstBackoff = 250 * time.Millisecond
	lastBackoff  = 20 * time.Second
	// dialBackoff doubles with each try; half of it is sure, since three tries of the same
	// moment are one.
	dialBackoff = 500 * time.Millisecond
	// One in retryShare requests of the last minute may be a repeat, and leastRetries in any
	// case: a platform in trouble is not to be kept there by repeats, while one bad answer
	// among hundreds costs nobody anything.
	retryShare   = 10
	leastRetries = 10
)

// retries decides whether and when what failed is sent again, for all operations together.
type retries struct {
	// reached reports that an answer has ever come.
	reached atomic.Bool

	mu             sync.Mutex
	sent, repeated tally
}

// count notes that a request is sent.
func (r *retries) count(now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent.add(now)
}

// next says after which wait the request goes again that failed at its try of this number,
// begun so long ago. Where it may not, the failure's sentence is the last word, and says why
// if there would have been another try but for the others that failed.
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
		// The gate makes everybody wait, longer with each refusal, and slows everybody down:
		// the share of repeats is small already, and it is the platform that asked for them.
		return 0, true
	case !r.spend(time.Now()):
		fail.text += " (it was not tried again, since too many requests have failed within a minute)"
		return 0, false
	case unreached:
		most := dialBackoff << (try - 1)
		return most/2 + rand.N(most/2), true
	}
	return max(fail.wait, backoff(try)), true
}

// backoff is the wait after the try of this number.
func backoff(try int) time.Duration {
	return rand.N(min(firstBackoff<<min(try-1, 10), lastBackoff))
}

// spend takes one repeat from what the last minute's requests allow.
func (r *retries) spend(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.repeated.sum(now) >= max(leastRetries, r.sent.sum(now)/retryShare) {
		return false
	}
	r.repeated.add(now)
	return true
}

// tally counts what happened in the last minute, second by second.
type tally struct {
	// began is the moment of the first count, from which seconds are numbered by the clock
	// that nobody sets.
	began  time.Time
	counts [60]struct{ second, n int }
}

func (t *tally) add(now time.Time) {
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

func (t *tally) sum(now time.Time) int {
	second, sum := int(now.Sub(t.began)/time.Second), 0
	for _, c := range t.counts {
		if second-c.second < len(t.counts) {
			sum += c.n
		}
	}
	return sum
}

// asked is how long an answer wants to be left alone by its Retry-After header, at most
// maxWait: the longest of several values, and nothing where there is none or only nonsense.
func asked(header http.Header, now time.Time) time.Duration {
	if at, err := http.ParseTime(header.Get("Date")); err == nil {
		// The platform means its own clock.
		now = at
	}
	var longest time.Duration
	for _, line := range header.Values("Retry-After") {
		// A proxy may join several values by commas; a date has one of its own.
		for _, value := range append(strings.Split(line, ","), line) {
			wait, _ := transport.RetryAfter(http.Header{"Retry-After": {value}}, now, maxWait)
			longest = max(longest, wait)
		}
	}
	return longest
}
