package importer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"conviso-importer/conviso"
)

const (
	// sendersInFlight is how many batches may be on their way at once.
	sendersInFlight = 8
	// maxLostSends is how often an item may be sent whose answers were all lost.
	maxLostSends = 4
	// maxUnreachable is how many requests in a row may fail to reach the platform before a
	// drain ends; the queue keeps the rest.
	maxUnreachable = 6
	// maxLostBatches in a row pause the sending for lostPause: a platform that loses every
	// answer is not helped by more requests.
	maxLostBatches = 5
	lostPause      = 30 * time.Second
	// firstRead and slowestRead bound the time between two reads of the assets.
	firstRead   = time.Second
	slowestRead = 30 * time.Second
	// unconfirmedAfter is how long a drain waits for accepted items that do not appear;
	// later refreshes settle them.
	unconfirmedAfter = 15 * time.Minute
	// sendGrace is how long requests on their way may take after an interruption.
	sendGrace = 5 * time.Second
)

// Drain sends what is queued and reads back what was sent until nothing is pending, then
// returns nil. Where another process does so already, it waits for that one and takes over
// if it ends early. An error leaves the rest in the queue; it meets conviso.ErrAuth or
// conviso.ErrUnavailable where they apply, and the context's error after an interruption.
func (e *Engine) Drain(ctx context.Context) error {
	switch {
	case e.identity.ReadOnly:
		return ErrReadOnly
	case e.identity.Offline:
		return ErrOffline
	}
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
	if _, err := e.queue.Recover(ctx); err != nil {
		return err
	}
	return newRunner(e).run(ctx)
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
		if work == (Work{}) {
			return true, nil
		}
		if err := e.queue.Wait(ctx); err != nil {
			return false, err
		}
	}
}

// sent is the outcome of one batch's request.
type sent struct {
	items  []Item
	result conviso.ImportResult
	err    error
}

// read is the outcome of one read of the assets.
type read struct {
	set  *conviso.AssetSet
	err  error
	took time.Duration
}

// runner drains a queue: one goroutine decides and writes, others carry requests.
type runner struct {
	e        *Engine
	sentCh   chan sent
	readCh   chan read
	inFlight int
	reading  bool
	// nextRead is when the assets are read next, readGap the time to the one after.
	nextRead time.Time
	readGap  time.Duration
	// resume is when sending goes on after a refusal or a row of lost answers.
	resume time.Time
	// readCost is how long the last read took: reading may not crowd out sending.
	readCost time.Duration
	// unreachable, rejected and lost count what failed in a row.
	unreachable, rejected, lost int
	// trouble is the last failure, nil after a success; stop ends the drain.
	trouble, stop error
	// ensured holds the instances whose integration exists; probing says that a first batch
	// is on its way to find out.
	ensured map[string]bool
	probing bool
}

func newRunner(e *Engine) *runner {
	return &runner{e: e, sentCh: make(chan sent), readCh: make(chan read), readGap: firstRead, ensured: map[string]bool{}}
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
		if err := r.fill(ctx, requests, disk); err != nil {
			return err
		}
		work, err := r.e.queue.Work(disk)
		if err != nil {
			return err
		}
		if r.inFlight == 0 && !r.reading && (r.stop != nil || r.finished(work)) {
			return r.stop
		}
		r.schedule(requests, work)
		if err := r.await(ctx, disk, work); err != nil {
			return err
		}
	}
}

// finished says whether nothing is left that this drain can settle.
func (r *runner) finished(work Work) bool {
	if work.ToSend+work.Sending+work.Lost > 0 {
		return false
	}
	return work.Accepted == 0 || r.e.now().Sub(work.LastAccepted) > unconfirmedAfter
}

// fill starts batches while there are free senders and due items.
func (r *runner) fill(ctx, requests, disk context.Context) error {
	for r.stop == nil && ctx.Err() == nil && !r.probing && r.inFlight < sendersInFlight && !r.e.now().Before(r.resume) {
		items, err := r.e.queue.Claim(disk, BatchSize, r.e.now())
		if err != nil || len(items) == 0 {
			return err
		}
		// The first batch of an instance makes the integration, so that no other goes
		// beside it.
		r.probing = !r.ensured[items[0].Instance]
		r.inFlight++
		go func(first bool) { r.sentCh <- r.e.send(requests, items, first) }(r.probing)
	}
	return nil
}

// send carries one batch to the platform, where it is an instance's first one after the
// integration that it belongs to.
func (e *Engine) send(ctx context.Context, items []Item, first bool) sent {
	out := sent{items: items}
	if first {
		if err := e.ensureIntegration(ctx, items[0].Instance); err != nil {
			out.err = &conviso.SendError{Class: conviso.NotSent, Err: err}
			if errors.Is(err, conviso.ErrAuth) {
				out.err = &conviso.SendError{Class: conviso.Auth, Err: err}
			}
			return out
		}
	}
	projects := make([]conviso.Project, len(items))
	for i := range items {
		projects[i] = items[i].Project
	}
	out.result, out.err = e.platform.Import(ctx, e.identity.Company.ID, projects)
	return out
}

// schedule starts a read of the assets when one is due.
func (r *runner) schedule(requests context.Context, work Work) {
	if r.reading || r.stop != nil || work.Lost+work.Accepted == 0 {
		return
	}
	if r.nextRead.IsZero() {
		r.nextRead = r.e.now().Add(r.readGap)
	}
	if r.e.now().Before(r.nextRead) {
		return
	}
	r.reading = true
	go func() {
		began := r.e.now()
		set, err := r.e.assets.Load(requests, nil)
		r.readCh <- read{set: set, err: err, took: r.e.now().Sub(began)}
	}()
}

// await blocks until something happens that the loop has to look at.
func (r *runner) await(ctx, disk context.Context, work Work) error {
	wake := time.NewTimer(r.sleep(work))
	defer wake.Stop()
	changed := make(chan struct{})
	waiting, stopWaiting := context.WithCancel(ctx)
	defer stopWaiting()
	go func() {
		defer close(changed)
		_ = r.e.queue.Wait(waiting)
	}()
	select {
	case out := <-r.sentCh:
		r.inFlight--
		return r.record(disk, out)
	case out := <-r.readCh:
		r.reading = false
		return r.verify(disk, out)
	case <-wake.C:
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
func (r *runner) sleep(work Work) time.Duration {
	now := r.e.now()
	next := now.Add(slowestRead)
	if due := latest(work.NextSend, r.resume); !work.NextSend.IsZero() && due.After(now) {
		next = earliest(next, due)
	}
	if !r.reading && !r.nextRead.IsZero() {
		next = earliest(next, r.nextRead)
	}
	return max(10*time.Millisecond, next.Sub(now))
}

// collect waits for the requests on their way when the loop has ended, and records them.
func (r *runner) collect(disk context.Context, cancel context.CancelFunc) {
	grace := time.AfterFunc(sendGrace, cancel)
	defer grace.Stop()
	if r.reading && r.inFlight == 0 {
		cancel()
	}
	for r.inFlight > 0 || r.reading {
		select {
		case out := <-r.sentCh:
			r.inFlight--
			_ = r.record(disk, out)
			if r.inFlight == 0 {
				cancel()
			}
		case out := <-r.readCh:
			r.reading = false
			if out.err == nil {
				_ = r.verify(disk, out)
			}
		}
	}
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// backoff is the time before a request that did not arrive is tried again: full jitter over
// a quarter of a second, doubled with each try, at most 20 seconds.
func backoff(try int) time.Duration {
	ceiling := min(20*time.Second, 250*time.Millisecond<<min(try, 10))
	return rand.N(ceiling) + 1
}

// politeness is the time before a refused request is tried again where the platform names
// none: at least half of two seconds doubled with each try, at most a minute.
func politeness(try int) time.Duration {
	ceiling := min(time.Minute, 2*time.Second<<min(try, 10))
	return ceiling/2 + rand.N(ceiling/2)
}
