//go:build unix

package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"conviso-importer/internal/safego"
)

const (
	stopsWithin = 300 * time.Millisecond // the longest time until the system stops this process
	tellsWithin = time.Second            // the longest time until SIGCONT arrives
)

// Jobs is the shell's job control. While the program has the screen, stop signals are caught so
// that it can give the screen back first. T is the message for a signal.
type Jobs[T any] struct {
	stop, continued T
	signals         chan os.Signal
	asked           chan T
}

// NewJobs starts job control until ctx ends; stop is sent for SIGTSTP, continued for SIGCONT.
func NewJobs[T any](ctx context.Context, stop, continued T) *Jobs[T] {
	j := &Jobs[T]{stop: stop, continued: continued, signals: make(chan os.Signal, 2), asked: make(chan T)}
	safego.Go(ctx, func() { j.forward(ctx) })
	return j
}

// Asked delivers the messages.
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

// OnScreen catches the signals while the program has the screen.
func (j *Jobs[T]) OnScreen(on bool) {
	if on {
		signal.Notify(j.signals, syscall.SIGTSTP, syscall.SIGCONT)
	} else {
		signal.Stop(j.signals)
	}
}

// Stop stops the process group as ctrl+z does, until continued; an error where no shell can.
func (j *Jobs[T]) Stop() error {
	j.OnScreen(false)
	defer j.OnScreen(true)
	goesOn := make(chan os.Signal, 1)
	signal.Notify(goesOn, syscall.SIGCONT)
	defer signal.Stop(goesOn)
	// Go's runtime keeps SIGTSTP once it was caught, so it would stop nothing. SIGTTIN stops in the
	// same way, and the system ignores it for an orphaned group.
	if err := syscall.Kill(0, syscall.SIGTTIN); err != nil {
		return err
	}
	// Timers run on while stopped: this one may expire before SIGCONT arrives.
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

// detach starts a program in its own session, out of reach of the terminal's signals.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
