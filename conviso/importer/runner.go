package importer

import (
	"context"
	"fmt"
	"time"

	"conviso-importer/conviso/importer/breaker"
	"conviso-importer/conviso/importer/judge"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

const (
	sendersInFlight = 8 // the number of concurrent batches, mostInFlight that which a fast platform allows
	mostInFlight    = 16
	maxLostSends    = 4                // how often an item may be sent if every answer is lost
	maxUnreachable  = 6                // consecutive failures to connect, with growing waits, end a drain
	maxRejected     = 15 * time.Minute // how long every import may be refused
	sendGrace       = 5 * time.Second  // how long requests in flight may take after an interruption
	longestHold     = 5 * time.Minute  // exceeds every wait; a longer one was set by a clock that was ahead
)

// Drain sends the queue and reads back what was sent until nothing is pending. It waits while
// another process drains, and takes over if that ends early. After an error the queue keeps the
// rest; errors wrap conviso.ErrAuth or conviso.ErrUnavailable where they apply. Accepted items that
// do not appear stay accepted after queue.LateAfter. Pause pauses it; Stop ends it with ErrStopped.
func (e *Engine) Drain(ctx context.Context) error {
	switch {
	case e.identity.ReadOnly:
		return ErrReadOnly
	case e.identity.Offline:
		return ErrOffline
	}
	e.control.begin()
	defer e.control.end()
	select {
	case e.draining <- struct{}{}:
		defer func() { <-e.draining }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if done, err := e.awaitLock(ctx); done || err != nil {
		return err
	}
	defer e.lock.Unlock()
	defer e.home.Leave()
	if err := e.bind(ctx); err != nil {
		return err
	}
	r := newRunner(e)
	// Outcomes of an earlier drain go first: Recover would mark them lost.
	if err := e.keep(ctx, nil); err != nil {
		return &UnwrittenError{Items: len(e.unwritten), Err: err}
	}
	if _, err := e.queue.Recover(ctx); err != nil {
		return err
	}
	if e.keeps > 0 {
		if err := e.queue.Forget(ctx, e.now().Add(-e.keeps)); err != nil {
			return err
		}
	}
	return r.run(ctx)
}

// awaitLock takes the lock, or returns done when another runner has settled everything.
func (e *Engine) awaitLock(ctx context.Context) (done bool, err error) {
	for {
		locked, err := e.lock.TryLock(e.now())
		if err == nil && locked {
			if locked, err = e.home.Take(ctx); err != nil || !locked {
				e.lock.Unlock()
			}
		}
		if err != nil || locked {
			return false, err
		}
		work, err := e.queue.Work(ctx)
		if err != nil {
			return false, err
		}
		if work == (queue.Work{}) {
			return true, nil
		}
		asked, stopping := e.control.requested()
		if stopping {
			return false, ErrStopped
		}
		if err := e.waitOrRequest(ctx, asked); err != nil {
			return false, err
		}
	}
}

// runner drains a queue: one goroutine decides and writes, others do the requests.
type runner struct {
	e *Engine
	// clock is monotonic; it decides all durations. Stored times are from the engine's now.
	clock  func() time.Time
	sentCh chan sent
	readCh chan assetRead

	inFlight int
	alone    bool            // the batch in flight must be the only one
	ensured  map[string]bool // the instances whose integration exists
	// sentAt holds when open items were sent, doneAt when their requests ended.
	sentAt, doneAt map[queue.ID]time.Time
	// toSend is the number of items left by this runner's count: more means new ones. seen holds
	// the asset ids read since.
	seen   map[string]bool
	toSend int

	reads readings
	lists judge.Lists // what was read of the assets; see keepRead
	// The last whole read began at knownAt, any read at lookedAt; busySince is when work came.
	knownAt, lookedAt, busySince time.Time

	breaker breaker.Breaker
	resume  time.Time // when sending resumes after a refusal or a failed connection
	// unreachable and rejected count consecutive failures, the last at failedAt: batches sent
	// before it that fail too do not count.
	unreachable, rejected int
	failedAt              time.Time
	rejectedAt            time.Time // the first of the consecutive refusals
	rewrite               time.Time // the next try to write refused outcomes, writes the number of tries
	writes                int
	trouble, stop         error           // trouble is the last failure; stop ends the drain
	asked                 <-chan struct{} // closed on a user's request; leaveAt ends the reads of a stopped drain
	leaveAt               time.Time
}

func newRunner(e *Engine) *runner {
	return &runner{e: e, clock: time.Now, sentCh: make(chan sent), readCh: make(chan assetRead), reads: readings{gap: firstRead},
		ensured: map[string]bool{}, sentAt: map[queue.ID]time.Time{}, doneAt: map[queue.ID]time.Time{}, seen: map[string]bool{}}
}

// halt ends the drain after what is in flight; the first error wins.
func (r *runner) halt(err error) {
	if r.stop == nil {
		r.stop = err
	}
}

// run is the main loop. Requests outlive an interruption by sendGrace, so that most end with an
// answer; the rest is recorded as lost.
func (r *runner) run(ctx context.Context) error {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	// Outcomes must reach the disk even after an interruption.
	disk := context.WithoutCancel(ctx)
	defer r.collect(disk, cancel)
	for {
		r.rewriteDue(disk)
		if due := r.e.home.Next(); !due.IsZero() && !r.clock().Before(due) {
			_ = r.confirm() // The drain ends by itself.
		}
		work, err := r.e.queue.Work(disk)
		if err != nil {
			return err
		}
		if err := r.prepare(disk, &work); err != nil {
			return err
		}
		r.applyControl(work)
		r.reportTrouble()
		if r.done(work) {
			return r.stop
		}
		if err := r.fill(ctx, requests, disk, work); err != nil {
			return err
		}
		r.schedule(requests, work)
		if err := r.await(ctx, disk, work); err != nil {
			return err
		}
	}
}

// confirm renews this run's turn and reports whether it goes on; it ends the drain where another run has taken it.
func (r *runner) confirm() bool {
	err := r.e.home.Confirm()
	if err != nil {
		r.halt(err)
	}
	return err == nil
}

// prepare updates the runner for the start and for new work.
func (r *runner) prepare(ctx context.Context, work *queue.Work) error {
	now := r.clock()
	if work.NextSend.Sub(r.e.now()) > longestHold {
		if err := r.clearLongWaits(ctx); err != nil {
			return err
		}
		work.NextSend = r.e.now()
	}
	if work.ToSend > r.toSend && !r.e.inParts.Load() {
		// Items planned a while ago have joined: the last read may be too old. Those of an import in parts are
		// planned by lists that were read just now, and wait like the ones before them.
		clear(r.seen)
		r.busySince = time.Time{}
	}
	r.toSend = work.ToSend
	if work.ToSend == 0 {
		r.busySince = time.Time{}
		return nil
	}
	if !r.busySince.IsZero() {
		return nil
	}
	r.busySince = now
	if err := r.adopt(ctx); err != nil {
		return err
	}
	var err error
	*work, err = r.e.queue.Work(ctx)
	return err
}

// clearLongWaits clears waits that a clock ahead of time has set too long.
func (r *runner) clearLongWaits(ctx context.Context) error {
	items, err := r.e.queue.Pending(ctx)
	if err != nil {
		return err
	}
	var changed []Item
	for i := range items {
		if items[i].NotBefore.Sub(r.e.now()) > longestHold {
			items[i].NotBefore = time.Time{}
			changed = append(changed, items[i])
		}
	}
	r.write(ctx, changed)
	return nil
}

// finished reports whether this drain cannot settle more. Accepted items are given up after a whole
// read later than LateAfter.
func (r *runner) finished(work queue.Work) bool {
	if work.ToSend+work.Sending+work.Lost > 0 {
		return false
	}
	return work.Accepted == 0 || r.knownAt.Sub(r.lastAccepted(work)) > queue.LateAfter
}

// await blocks until an event.
func (r *runner) await(ctx, disk context.Context, work queue.Work) error {
	wake := time.NewTimer(r.sleep(work))
	defer wake.Stop()
	// Watch only while waiting: the runner's own changes are no event.
	waiting, stop := context.WithCancel(ctx)
	changed := make(chan struct{})
	safego.Go(waiting, func() {
		defer close(changed)
		_ = r.e.queue.Wait(waiting)
	})
	defer func() {
		stop()
		<-changed
	}()
	select {
	case out := <-r.sentCh:
		r.record(disk, out)
		return nil
	case out := <-r.readCh:
		r.reads.busy = false
		return r.verify(disk, out)
	case <-wake.C:
		return nil
	case <-r.asked:
		return nil
	case <-changed:
		if ctx.Err() == nil {
			return nil
		}
	case <-ctx.Done():
	}
	if r.trouble != nil {
		return fmt.Errorf("%w; the last trouble was: %w", ctx.Err(), r.trouble)
	}
	return ctx.Err()
}

// sleep returns the time until the next scheduled event. Due items that were not claimed wait for
// another event: a free sender, or an item of the same name that settles.
func (r *runner) sleep(work queue.Work) time.Duration {
	now := r.clock()
	wait := slowestRead
	sooner := func(at time.Time) {
		if at.After(now) {
			wait = min(wait, at.Sub(now))
		}
	}
	if work.ToSend > 0 {
		if due := work.NextSend.Sub(r.e.now()); due > 0 {
			wait = min(wait, due)
		}
		sooner(r.resume)
		sooner(r.breaker.Until)
	}
	sooner(r.leaveAt)
	sooner(r.e.home.Next())
	if due, _, ok := r.nextRead(work); ok {
		wait = min(wait, due.Sub(now))
	}
	if r.blocked() && r.stop == nil {
		wait = min(wait, r.rewrite.Sub(now))
	}
	return max(10*time.Millisecond, wait)
}

// collect waits for the requests in flight after the loop and records them.
func (r *runner) collect(disk context.Context, cancel context.CancelFunc) {
	grace := time.AfterFunc(sendGrace, cancel)
	defer grace.Stop()
	if r.reads.busy && r.inFlight == 0 {
		cancel()
	}
	for r.inFlight > 0 || r.reads.busy {
		select {
		case out := <-r.sentCh:
			r.record(disk, out)
			if r.inFlight == 0 {
				cancel()
			}
		case out := <-r.readCh:
			r.reads.busy = false
			if out.err == nil {
				_ = r.verify(disk, out)
			}
		}
	}
	if r.blocked() {
		r.rewrite = time.Time{}
		r.write(disk, nil)
	}
}
