package importer

import (
	"context"
	"time"

	"conviso-importer/internal/pause"
	"conviso-importer/internal/safego"
)

// lookEvery is the longest interval between two checks of a job.
const lookEvery = 500 * time.Millisecond

// WaitOptions say how long to wait for a job.
type WaitOptions struct {
	Accepted bool // ends the wait when every item was accepted, before it is read back
	// Timeout bounds the wait, 0 for none: context.DeadlineExceeded with the last trouble.
	Timeout time.Duration
	// Since is the newest change of the queue that the job knows: those behind it are read. Zero reads all.
	Since int64
	// Told is called with the job at least twice a second, never concurrently. It may be nil.
	Told func(j *Job)

	parts *parts // what is still planned; nil for nothing
}

// Run sends the queue until the job is settled and returns its final state in j. Other queued items
// are sent too. After an error the queue keeps the rest.
func (e *Engine) Run(ctx context.Context, j *Job, o WaitOptions) error {
	if j.Settled(o.Accepted) {
		return nil
	}
	return e.run(ctx, j, &o, e.Drain)
}

func (e *Engine) run(ctx context.Context, j *Job, o *WaitOptions, send func(context.Context) error) error {
	ctx, cancel := o.bounded(ctx)
	defer cancel()
	done := make(chan error, 1)
	safego.Go(ctx, func() { done <- safego.Call(ctx, func() error { return send(ctx) }) })
	watching, stop := context.WithCancel(ctx)
	defer stop()
	watched := make(chan struct{})
	safego.Go(watching, func() {
		defer close(watched)
		// The sender reports errors of the queue.
		_ = e.watch(watching, j, o)
	})
	var err error
	select {
	case <-watched:
		cancel()
		err = <-done
	case err = <-done:
		stop()
		<-watched
	}
	return e.last(ctx, j, o, err)
}

// Await follows a job that another process sends until it is settled.
func (e *Engine) Await(ctx context.Context, j *Job, o WaitOptions) error {
	ctx, cancel := o.bounded(ctx)
	defer cancel()
	return e.last(ctx, j, &o, e.watch(ctx, j, &o))
}

func (o *WaitOptions) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, o.Timeout)
}

// last brings the job up to the queue's last change.
func (e *Engine) last(ctx context.Context, j *Job, o *WaitOptions, err error) error {
	if readErr := e.look(context.WithoutCancel(ctx), j, o); readErr != nil {
		return readErr
	}
	switch {
	case j.Settled(o.Accepted):
		// The sender's error does not matter: it was cancelled because the job was done.
		return nil
	case err == nil:
		return ctx.Err()
	}
	return err
}

// look reads what has changed since the last look.
func (e *Engine) look(ctx context.Context, j *Job, o *WaitOptions) error {
	items, seq, err := e.queue.Changed(ctx, o.Since)
	if err == nil {
		o.Since = seq
		j.Update(items)
	}
	return err
}

// watch follows the queue. A look is only broken off at the end: where each had so much time, those at a large
// queue would never get further.
func (e *Engine) watch(ctx context.Context, j *Job, o *WaitOptions) error {
	for {
		before := o.Since
		err := e.look(ctx, j, o)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if o.Told != nil {
			o.Told(j)
		}
		if j.Settled(o.Accepted) {
			return nil
		}
		waiting, stop := context.WithTimeout(ctx, lookEvery)
		switch {
		case o.parts.coming():
			e.take(ctx, waiting, j, o.parts)
		case err != nil:
			<-waiting.Done()
		case o.Since > before:
			_ = pause.Sleep(waiting, gathering(j.Len()))
		default:
			_ = e.queue.Wait(waiting)
		}
		stop()
	}
}
