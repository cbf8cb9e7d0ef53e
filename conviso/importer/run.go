package importer

import (
	"context"
	"errors"
	"time"

	"conviso-importer/internal/pause"
	"conviso-importer/internal/safego"
)

// lookEvery is the longest time between two looks at a job that is waited for.
const lookEvery = 500 * time.Millisecond

// WaitOptions say how long a job is waited for.
type WaitOptions struct {
	// Accepted ends the wait when the platform has taken every item, before they are read back.
	Accepted bool
	// Timeout bounds the wait; 0 is no bound. Then the error is context.DeadlineExceeded, with
	// what kept the sending from getting on.
	Timeout time.Duration
	// Told, where there is one, is called in between with the job as it stands, at least twice
	// a second, by one goroutine at a time.
	Told func(j *Job)
}

// Send is Drain that returns the queue as it stands when the sender has stopped, whatever ended
// it: what a job ends with is never older than its sender.
func (e *Engine) Send(ctx context.Context) (items []Item, seq int64, err error) {
	err = e.Drain(ctx)
	items, seq, readErr := e.queue.Changed(context.WithoutCancel(ctx), 0)
	return items, seq, errors.Join(err, readErr)
}

// Run sends what is queued until the job is settled, and reads it once more when the sender has
// stopped. Other items that are queued go along. An error leaves the rest in the queue.
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
		// What is wrong with the queue ends the sender, who says so.
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

// Await follows a job that somebody else sends until it is settled.
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

// last reads the final states, which may be newer than what was watched.
func (e *Engine) last(ctx context.Context, j *Job, o WaitOptions, err error) error {
	items, _, readErr := e.queue.Changed(context.WithoutCancel(ctx), 0)
	if readErr != nil {
		return readErr
	}
	j.Update(items)
	switch {
	case j.Settled(o.Accepted):
		// How the sender ended says nothing any more: it was ended since its work was done.
		return nil
	case err == nil:
		return ctx.Err()
	}
	return err
}

// watch takes over changes until the job is settled or ctx ends.
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
			// It may pass.
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
