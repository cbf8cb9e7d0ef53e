package importer

import (
	"context"
	"fmt"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

const (
	// sendersInFlight is how many batches may be on their way at once.
	sendersInFlight = 8
	// maxLostSends is how often an item may be sent whose answers were all lost.
	maxLostSends = 4
	// maxUnreachable is how often in a row the platform may be out of reach, the tries a
	// growing time apart and one batch at a time, before a drain ends; the queue keeps the
	// rest.
	maxUnreachable = 6
	// sendGrace is how long requests on their way may take after an interruption.
	sendGrace = 5 * time.Second
	// longestHold is past every wait that an item is put back with: one that is to wait
	// longer was dated by a clock that has been set back since.
	longestHold = 5 * time.Minute
)

// Drain sends what is queued and reads back what was sent until nothing is pending, then
// returns nil. Where another process does so already, it waits for that one and takes over
// if it ends early. An error leaves the rest in the queue; it meets conviso.ErrAuth or
// conviso.ErrUnavailable where they apply, and the context's error after an interruption.
// Items that the platform took and does not show stay accepted after a quarter of an hour.
// Pause holds it, and Stop ends it with ErrStopped.
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
	if err := e.bind(ctx); err != nil {
		return err
	}
	r := newRunner(e)
	// What an earlier drain of this process could not write down goes first: Recover would
	// take it for lost.
	if err := e.keep(ctx, nil); err != nil {
		return &UnwrittenError{Items: len(e.held), Err: err}
	}
	if _, err := e.queue.Recover(ctx); err != nil {
		return err
	}
	return r.run(ctx)
}

// awaitLock takes the runner lock, or reports done when another runner has settled all.
func (e *Engine) awaitLock(ctx context.Context) (done bool, err error) {
	for {
		locked, err := e.lock.TryLock(e.now())
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
		asked, stopping := e.control.news()
		if stopping {
			return false, ErrStopped
		}
		if err := e.waitUnasked(ctx, asked); err != nil {
			return false, err
		}
	}
}

// runner drains a queue: one goroutine decides and writes, others carry requests.
type runner struct {
	e *Engine
	// clock is time.Now, whose readings have a part that no setting of the wall clock moves:
	// whatever is decided by a span of time is decided by it. Times that are stored and shown
	// are the engine's now.
	clock  func() time.Time
	sentCh chan sent
	readCh chan read

	inFlight int
	// alone reports that a batch is on its way beside which none may go.
	alone bool
	// ensured holds the instances whose integration exists.
	ensured map[string]bool
	// sentAt holds when the items were sent whose fate is open, doneAt when their requests
	// ended, of those that this runner sent.
	sentAt, doneAt map[queue.ID]time.Time
	// toSend is how many items are still to be sent by what this runner has done, so that
	// more of them are new ones; seen holds the ids of the assets that were read since.
	seen   map[string]bool
	toSend int

	reads readings
	// knownAt is when the last read began of all assets, lookedAt that of any; busySince is
	// when there last was something new to send.
	knownAt, lookedAt, busySince time.Time

	breaker breaker
	// resume is when sending goes on after a refusal or a request that did not arrive.
	resume time.Time
	// unreachable and rejected count those in a row, failedAt is when the last one counted:
	// batches that went before it and fail alike say nothing new.
	unreachable, rejected int
	failedAt              time.Time
	// rewrite is when outcomes that the disk refused are written again, writes the number of
	// tries so far.
	rewrite time.Time
	writes  int
	// trouble is the last failure, nil after a success; stop ends the drain.
	trouble, stop error
	// asked is closed when a person asks something new of the drain; leaveAt is when one that
	// was told to stop looks for nothing any more.
	asked   <-chan struct{}
	leaveAt time.Time
}

func newRunner(e *Engine) *runner {
	return &runner{e: e, clock: time.Now, sentCh: make(chan sent), readCh: make(chan read), reads: readings{gap: firstRead},
		ensured: map[string]bool{}, sentAt: map[queue.ID]time.Time{}, doneAt: map[queue.ID]time.Time{}, seen: map[string]bool{}}
}

// halt ends the drain as soon as what is on its way has come back; the first reason counts.
func (r *runner) halt(err error) {
	if r.stop == nil {
		r.stop = err
	}
}

// run is the runner's loop. Requests outlive an interruption by sendGrace, so that most of
// those on their way end with an answer; the rest is recorded as lost.
func (r *runner) run(ctx context.Context) error {
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	// What is known must reach the disk, interrupted or not.
	disk := context.WithoutCancel(ctx)
	defer r.collect(disk, cancel)
	for {
		r.rewriteDue(disk)
		work, err := r.e.queue.Work(disk)
		if err != nil {
			return err
		}
		if err := r.prepare(disk, &work); err != nil {
			return err
		}
		r.obey(work)
		r.tellTrouble()
		if r.over(work) {
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

// prepare deals with what is new about the work: its beginning, and what came after a pause.
func (r *runner) prepare(ctx context.Context, work *queue.Work) error {
	now := r.clock()
	if work.NextSend.Sub(r.e.now()) > longestHold {
		if err := r.thaw(ctx); err != nil {
			return err
		}
		work.NextSend = r.e.now()
	}
	if work.ToSend > r.toSend {
		// Items that were planned a while ago have joined: what is known may be older.
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

// thaw frees items that a clock which was ahead has put off for longer than any wait is.
func (r *runner) thaw(ctx context.Context) error {
	items, err := r.e.queue.Pending(ctx)
	if err != nil {
		return err
	}
	var held []Item
	for i := range items {
		if items[i].NotBefore.Sub(r.e.now()) > longestHold {
			items[i].NotBefore = time.Time{}
			held = append(held, items[i])
		}
	}
	r.write(ctx, held)
	return nil
}

// finished reports whether nothing is left that this drain can settle. Accepted items are given
// up for now when the assets were read whole after they had been waited for.
func (r *runner) finished(work queue.Work) bool {
	if work.ToSend+work.Sending+work.Lost > 0 {
		return false
	}
	return work.Accepted == 0 || r.knownAt.Sub(r.lastAccepted(work)) > queue.LateAfter
}

// await blocks until something happens that the loop has to look at.
func (r *runner) await(ctx, disk context.Context, work queue.Work) error {
	wake := time.NewTimer(r.sleep(work))
	defer wake.Stop()
	// The queue is watched only while the runner waits: its own changes are no news to it.
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

// sleep is the time until the loop has something to do by itself. Items that are due and
// were not claimed wait for something that wakes the loop: a free sender, or an item of the
// same name to settle.
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
		sooner(r.breaker.until)
	}
	sooner(r.leaveAt)
	if due, _, ok := r.nextRead(work); ok {
		wait = min(wait, due.Sub(now))
	}
	if r.blocked() && r.stop == nil {
		wait = min(wait, r.rewrite.Sub(now))
	}
	return max(10*time.Millisecond, wait)
}

// collect waits for the requests on their way when the loop has ended, and records them.
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
