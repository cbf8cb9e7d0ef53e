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

// ErrStopped ends a Drain that Stop has ended: what was on its way has come back, and the rest
// is in the queue.
var ErrStopped = errors.New("stopped as asked; the queue keeps what is left")

// looksAfterStop is how long a drain that was told to stop still looks for what the platform
// took, once nothing is on its way any more. Assets mostly appear within seconds; later reads
// find the rest.
const looksAfterStop = 10 * time.Second

// Flow is how the sending goes in this process, beside what the items themselves say.
type Flow struct {
	// Paused reports that no batch begins, Stopping that the drain ends after what is on its way.
	Paused, Stopping bool
	// Pace is how the platform makes requests wait.
	Pace conviso.Pace
	// Trouble is what keeps the drain from getting on.
	Trouble Trouble
}

// Trouble is something that a drain waits out. Its strings are safe to show.
type Trouble struct {
	// What says in a few words what is wrong, such as "Conviso cannot be reached"; empty
	// where nothing is. Cause is the last error.
	What, Cause string
	// Since is when it began, Next when it is tried again; zero where that is not known.
	Since, Next time.Time
}

// control is what people ask of the sending, and what they are told of it.
type control struct {
	mu               sync.Mutex
	paused, stopping bool
	// drains counts those that run or wait: without one there is nothing to stop.
	drains  int
	trouble Trouble
	// changed is closed when something is asked anew.
	changed chan struct{}
}

// Pause keeps new batches from starting while it is on, and reports whether it was so before.
// What is on its way is answered and recorded, and what was sent is looked for all the same.
// It concerns this process alone and lasts over drains; a drain that is paused keeps the
// runner's lock.
func (e *Engine) Pause(on bool) (was bool) {
	c := &e.control
	c.mu.Lock()
	defer c.mu.Unlock()
	was, c.paused = c.paused, on
	c.wake()
	return was
}

// Stop ends the Drain that runs, or waits for another process, after what is on its way: it
// returns ErrStopped, unless nothing is left. What was taken is looked for some seconds more.
// The next Drain sends the rest.
func (e *Engine) Stop() {
	c := &e.control
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopping = c.drains > 0
	c.wake()
}

// Flow says how the sending goes. It answers at once.
func (e *Engine) Flow() Flow {
	flow := Flow{}
	if told, ok := e.platform.(interface{ Pace() conviso.Pace }); ok {
		flow.Pace = told.Pace()
	}
	c := &e.control
	c.mu.Lock()
	defer c.mu.Unlock()
	flow.Paused, flow.Stopping, flow.Trouble = c.paused, c.stopping, c.trouble
	return flow
}

// wake tells the drain that something was asked. The caller holds the lock.
func (c *control) wake() {
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
}

// news returns a channel that is closed when something is asked after this call, and whether
// the drain is to stop.
func (c *control) news() (changed <-chan struct{}, stopping bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.changed == nil {
		c.changed = make(chan struct{})
	}
	return c.changed, c.stopping
}

// holds reports whether no batch may begin.
func (c *control) holds() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.paused || c.stopping
}

// begin notes that a drain runs.
func (c *control) begin() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drains++
}

// end notes that a drain has ended; what was asked of it was not asked of the next.
func (c *control) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trouble = Trouble{}
	if c.drains--; c.drains == 0 {
		c.stopping = false
	}
}

// tell notes what keeps the drain from getting on. What lasts keeps the time when it began.
func (c *control) tell(t Trouble) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.What == c.trouble.What {
		t.Since = c.trouble.Since
	}
	c.trouble = t
}

// tellTrouble tells what the runner waits out, if it does. That the platform gets too many
// requests is not trouble but its pace.
func (r *runner) tellTrouble() {
	var t Trouble
	var next time.Time
	switch {
	case r.blocked():
		t.What, next = "The queue's disk takes no writes", r.rewrite
	case r.breaker.open:
		t.What, next = "Conviso takes imports and does not answer", r.breaker.until
	case r.unreachable > 0:
		t.What, next = "Nothing can be sent", r.resume
	case r.reads.failures > 0:
		t.What, next = "Conviso's assets cannot be read", r.reads.next
	default:
		r.e.control.tell(t)
		return
	}
	if r.trouble != nil {
		t.Cause = safetext.Line(fmt.Sprint(r.trouble))
	}
	t.Since = r.e.now()
	if now := r.clock(); next.After(now) {
		t.Next = r.e.now().Add(next.Sub(now))
	}
	r.e.control.tell(t)
}

// obey takes over what was asked of the drain; the loop wakes when something is asked after
// that. A drain that was told to stop ends when what was on its way has been looked for.
func (r *runner) obey(work queue.Work) {
	var stopping bool
	if r.asked, stopping = r.e.control.news(); !stopping || r.inFlight > 0 || r.finished(work) {
		return
	}
	if r.leaveAt.IsZero() {
		r.leaveAt = r.clock().Add(looksAfterStop)
	}
	if work.Sending+work.Lost+work.Accepted == 0 || !r.clock().Before(r.leaveAt) {
		r.halt(ErrStopped)
	}
}

// over reports whether the loop has to end.
func (r *runner) over(work queue.Work) bool {
	switch {
	case r.inFlight > 0:
		return false
	case errors.Is(r.stop, ErrStopped):
		// Nobody waits for a read that may take long.
		return true
	}
	return !r.reads.busy && (r.stop != nil || r.finished(work))
}

// waitUnasked waits for a change of the queue, or for something to be asked, which is no
// error.
func (e *Engine) waitUnasked(ctx context.Context, asked <-chan struct{}) error {
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
