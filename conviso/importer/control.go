package importer

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
	"conviso-importer/internal/safetext"
)

// ErrStopped ends a Drain after Stop; the queue keeps the rest.
var ErrStopped = errors.New("stopped as asked; the queue keeps what is left")

// looksAfterStop is how long a stopped drain still reads back. Assets mostly appear within seconds;
// later reads find the rest.
const looksAfterStop = 10 * time.Second

// control holds the user's requests to the sender and its trouble.
type control struct {
	mu               sync.Mutex
	paused, stopping bool
	drains           int // counts drains that run or wait; Stop needs one
	trouble          Trouble
	changed          chan struct{} // closed on the next request
}

// Pause stops new batches while on, and reports the previous state. Requests in flight are recorded
// and read back as usual. It applies to this process and all its drains; a paused drain keeps the
// runner's lock.
func (e *Engine) Pause(on bool) (was bool) {
	c := &e.control
	c.mu.Lock()
	defer c.mu.Unlock()
	was, c.paused = c.paused, on
	c.wake()
	return was
}

// Stop ends the running or waiting Drain after what is in flight; Drain returns ErrStopped unless
// nothing is left. Reading back goes on for some seconds. The next Drain sends the rest.
func (e *Engine) Stop() {
	c := &e.control
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopping = c.drains > 0
	c.wake()
}

// Flow returns the current flow without blocking.
func (e *Engine) Flow() Flow {
	flow := Flow{}
	if p, ok := e.platform.(interface{ Pace() conviso.Pace }); ok {
		flow.Pace = p.Pace()
	}
	c := &e.control
	c.mu.Lock()
	defer c.mu.Unlock()
	flow.Paused, flow.Stopping, flow.Trouble = c.paused, c.stopping, c.trouble
	return flow
}

// wake signals the drain. The caller holds the lock.
func (c *control) wake() {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// requested returns a channel closed on the next request, and whether to stop.
func (c *control) requested() (changed <-chan struct{}, stopping bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed, c.stopping
}

// suspended reports whether no batch may start.
func (c *control) suspended() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.paused || c.stopping
}

func (c *control) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drains++
}

func (c *control) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = Trouble{}
	if c.drains--; c.drains == 0 {
		c.stopping = false
	}
}

// setTrouble records the trouble; the same trouble keeps its start.
func (c *control) setTrouble(t Trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.What == c.trouble.What {
		t.Since = c.trouble.Since
	}
	c.trouble = t
}

// reportTrouble records what the runner waits for. Rate limiting is not trouble.
func (r *runner) reportTrouble() {
	var t Trouble
	var next time.Time
	switch {
	case r.blocked():
		t.What, next = "The queue's disk takes no writes", r.rewrite
	case r.breaker.Open:
		t.What, next = "Conviso takes imports and does not answer", r.breaker.Until
	case r.unreachable > 0:
		t.What, next = "Nothing can be sent", r.resume
	case r.reads.failures > 0:
		t.What, next = "Conviso's assets cannot be read", r.reads.next
	default:
		r.e.control.setTrouble(t)
		return
	}
	if r.trouble != nil {
		t.Cause = safetext.Line(fmt.Sprint(r.trouble))
	}
	t.Since = r.e.now()
	if now := r.clock(); next.After(now) {
		t.Next = r.e.now().Add(next.Sub(now))
	}
	r.e.control.setTrouble(t)
}

// applyControl applies the user's requests. A stopped drain ends when its sends were read back.
func (r *runner) applyControl(work queue.Work) {
	var stopping bool
	if r.asked, stopping = r.e.control.requested(); !stopping || r.inFlight > 0 || r.finished(work) {
		return
	}
	if r.leaveAt.IsZero() {
		r.leaveAt = r.clock().Add(looksAfterStop)
	}
	if work.Sending+work.Lost+work.Accepted == 0 || !r.clock().Before(r.leaveAt) {
		r.halt(ErrStopped)
	}
}

func (r *runner) done(work queue.Work) bool {
	switch {
	case r.inFlight > 0:
		return false
	case errors.Is(r.stop, ErrStopped):
		// A read may take long; do not wait for it.
		return true
	}
	return !r.reads.busy && (r.stop != nil || r.finished(work))
}

// waitOrRequest waits for a change of the queue or a request of the user.
func (e *Engine) waitOrRequest(ctx context.Context, asked <-chan struct{}) error {
	waiting, stop := context.WithCancel(ctx)
	defer stop()
	safego.Go(waiting, func() {
		select {
		case <-asked:
			stop()
		case <-waiting.Done():
		}
	})
	if err := e.queue.Wait(waiting); err != nil && waiting.Err() == nil {
		return err
	}
	return ctx.Err()
}
