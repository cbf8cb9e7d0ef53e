//go:build unix

package cli

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"conviso-importer/internal/safego"
	"conviso-importer/ui"
)

const (
	// stopsWithin is how long the system takes at most to stop this process when it is told to.
	stopsWithin = 300 * time.Millisecond
	// tellsWithin is how long it takes at most to hand over that the process goes on.
	tellsWithin = time.Second
)

// jobs is the shell's job control: stopping, and going on where the table left off. While the
// table is shown, signals that stop the process are caught, since it has a screen to give back
// first.
type jobs struct {
	signals chan os.Signal
	// asked tells the table what was asked for from outside.
	asked chan ui.Job
}

func newJobs(ctx context.Context) *jobs {
	j := &jobs{signals: make(chan os.Signal, 2), asked: make(chan ui.Job)}
	safego.Go(ctx, func() { j.forward(ctx) })
	return j
}

func (j *jobs) forward(ctx context.Context) {
	for {
		job := ui.JobContinued
		select {
		case sig := <-j.signals:
			if sig == syscall.SIGTSTP {
				job = ui.JobStop
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

// listen catches the signals, or lets them act as ever.
func (j *jobs) listen(on bool) {
	if on {
		signal.Notify(j.signals, syscall.SIGTSTP, syscall.SIGCONT)
	} else {
		signal.Stop(j.signals)
	}
}

// stop stops the whole process group, as the terminal itself does at ctrl+z, and returns when
// it goes on. Where no shell could let it go on, the system does not stop it; that is an error.
func (j *jobs) stop() error {
	j.listen(false)
	defer j.listen(true)
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
