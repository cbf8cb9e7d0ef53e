package importer

import (
	"context"
	"errors"
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
	// Told is called with the job at least twice a second, never concurrently. It may be nil.
	Told func(j *Job)
}

// Send is Drain that also returns the queue as of its end, whatever the error.
func (e *Engine) Send(ctx context.Context) (items []Item, seq int64, err error) {
	err = e.Drain(ctx)
	items, seq, readErr := e.queue.Changed(context.WithoutCancel(ctx), 0)
	return items, seq, errors.Join(err, readErr)
}

// Run sends the queue until the job is settled and returns its final state in j. Other queued items
// are sent too. After an error the queue keeps the rest.
func (e *Engine) Run(ctx context.Context, j *Job, o WaitOptions) error {
	if j.Settled(o.Accepted) {
		return nil
	}
	ctx, cancel := o.bounded(ctx)
	defer cancel()
	done := make(chan error, 1)
	safego.Go(ctx, func() { done <- safego.Call(ctx, func() error { return e.Drain(ctx) }) })
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
	return e.last(ctx, j, o, e.watch(ctx, j, o))
}

func (o *WaitOptions) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.Timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, o.Timeout)
}

func (e *Engine) last(ctx context.Context, j *Job, o WaitOptions, err error) error {
	items, _, readErr := e.queue.Changed(context.WithoutCancel(ctx), 0)
	if readErr != nil {
		return readErr
	}
	j.Update(items)
	switch {
	case j.Settled(o.Accepted):
		// The sender's error does not matter: it was cancelled because the job was done.
		return nil
	case err == nil:
		return ctx.Err()
	}
	return err
}

func (e *Engine) watch(ctx context.Context, j *Job, o WaitOptions) error {
	var since int64
	for !j.Settled(o.Accepted) {
		if o.Told != nil {
			o.Told(j)
		}
		looking, stop := context.WithTimeout(ctx, lookEvery)
		items, seq, err := e.Watch(looking, since)
		quiet := looking.Err() != nil
		stop()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && !quiet:
			if err := pause.Sleep(ctx, lookEvery); err != nil {
				return err
			}
		case err == nil:
			since = seq
			j.Update(items)
		}
	}
	if o.Told != nil {
		o.Told(j)
	}
	return nil
}
