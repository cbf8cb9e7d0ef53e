//go:build unix

package host

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"conviso-importer/internal/safego"
)

const (
	// stopsWithin is how long the system takes at most to stop this process when it is told to.
	stopsWithin = 300 * time.Millisecond
	// tellsWithin is how long it takes at most to hand over that the process goes on.
	tellsWithin = time.Second
)

// Jobs is the shell's job control: stopping, and going on where the program left off. While it
// has the screen, signals that stop the process are caught, since the screen is given back
// first. T is what the program is told of a signal.
type Jobs[T any] struct {
	stop, continued T
	signals         chan os.Signal
	asked           chan T
}

// NewJobs starts job control, until ctx ends, for a program that understands stop as a request to
// stop, and continued as the news that it goes on after it was stopped without being asked.
func NewJobs[T any](ctx context.Context, stop, continued T) *Jobs[T] {
	j := &Jobs[T]{stop: stop, continued: continued, signals: make(chan os.Signal, 2), asked: make(chan T)}
	safego.Go(ctx, func() { j.forward(ctx) })
	return j
}

// Asked delivers what is asked from outside.
func (j *Jobs[T]) Asked() <-chan T { return j.asked }

func (j *Jobs[T]) forward(ctx context.Context) {
	for {
		job := j.continued
		select {
		case sig := <-j.signals:
			if sig == syscall.SIGTSTP {
				job = j.stop
			}
		case <-ctx.Done():
			return
		}
		select {
		case j.asked <- job:
		case <-ctx.Done():
			return
		}
	}
}

// OnScreen is told when the program takes the screen, from when on signals are caught, and when
// it gives it back, from when on they have their usual effect.
func (j *Jobs[T]) OnScreen(on bool) {
	if on {
		signal.Notify(j.signals, syscall.SIGTSTP, syscall.SIGCONT)
	} else {
		signal.Stop(j.signals)
	}
}

// Stop stops the whole process group, as the terminal itself does at ctrl+z, and returns when
// it goes on. Where no shell could let it go on, the system does not stop it; that is an error.
func (j *Jobs[T]) Stop() error {
	j.OnScreen(false)
	defer j.OnScreen(true)
	goesOn := make(chan os.Signal, 1)
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	// Go's runtime keeps a signal that was caught once, so that SIGTSTP would stop nothing;
	// this one stops in the same way, and spares a group that no shell looks after.
	if err := syscall.Kill(0, syscall.SIGTTIN); err != nil {
		return err
	}
	// Time goes on for a process that is stopped. One that was stopped for longer than this
	// waits may therefore find its timer expired before the signal that let it go on has come
	// through, for which the second wait is there.
	timer := time.NewTimer(stopsWithin)
	defer timer.Stop()
	for range 2 {
		select {
		case <-goesOn:
			return nil
		case <-timer.C:
			timer.Reset(tellsWithin)
		}
	}
	return errors.New("no shell runs this program, so nothing could let it go on after ctrl+z")
}
