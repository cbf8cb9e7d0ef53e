package host

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"

	"conviso-importer/internal/safego"
	"conviso-importer/internal/secret"
	"conviso-importer/internal/termkeys"
)

const (
	// forceAfter is the time to end in after the first signal or panic: 5 s for open requests, the
	// rest to save their results.
	forceAfter = 8 * time.Second
	stuckAfter = 500 * time.Millisecond // the wait for the restore sequence, which a hanging link never accepts
)

// restoreScreen leaves the alternate screen, shows the cursor, ends bracketed paste and mouse reports.
const restoreScreen = "\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l"

// Causes of the context's cancellation.
var (
	errSignal = errors.New("a signal ended the run")
	errGone   = errors.New("the terminal is gone")
	errCrash  = errors.New("a fault of the program's own ended the run")
)

// Process is the program's process.
type Process struct {
	In, Out, Err *os.File
	Exit         func(code int) // Exit ends the process at once, where an orderly end takes too long
}

// Program is the program's name in messages and crash reports, and its exit codes.
type Program struct {
	Name, Version        string
	ReportDir            string // the folder for crash reports; empty for none
	Interrupted, Crashed int    // the exit codes after a signal and after a panic
}

// Ending handles signals, a terminal that goes away and panics: each cancels the run's context, and
// the terminal is restored. A second signal, or a run that takes longer than forceAfter to end,
// ends the process at once. Methods that are safe on a nil Ending say so; tests use nil.
type Ending struct {
	p       Process
	program Program
	ctx     context.Context
	cancel  context.CancelCauseFunc
	before  *term.State // the terminal's initial state; nil without a terminal
	signals chan os.Signal
	done    chan struct{}
	// shown reports whether the program has the alternate screen. On the main one the sequences
	// would move the cursor.
	shown  atomic.Bool
	hidden atomic.Bool // hidden reports whether the terminal's echo is off

	mu      sync.Mutex
	reports reports
	crashed string // the message about the first panic
}

// Begin starts to watch a run and returns its context. Call Stop at the end.
func Begin(parent context.Context, p Process, program Program) (context.Context, *Ending) {
	ctx, cancel := context.WithCancelCause(parent)
	e := &Ending{p: p, program: program, cancel: cancel, signals: make(chan os.Signal, 2), done: make(chan struct{}),
		reports: reports{dir: program.ReportDir, name: program.Name, version: program.Version, command: program.Name}}
	e.before, _ = term.GetState(p.In.Fd())
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		// Under nohup the run must outlive an ignored signal.
		if !signal.Ignored(sig) {
			signal.Notify(e.signals, sig)
		}
	}
	// A closed pipe must not kill an import half way: writes to it fail instead.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	e.ctx = safego.WithHandler(ctx, e.crash)
	safego.Go(e.ctx, e.watch)
	return e.ctx, e
}

func (e *Ending) watch() {
	asked := 0
	ended := e.ctx.Done()
	force := time.NewTimer(forceAfter)
	force.Stop()
	defer force.Stop()
	for {
		select {
		case sig := <-e.signals:
			if sig == syscall.SIGQUIT {
				e.quit()
			}
			e.cancel(errSignal)
			// A dropped link may send several SIGHUPs. Only a person or a service manager who asks
			// twice is in a hurry.
			if sig != syscall.SIGHUP {
				asked++
			}
			if asked > 1 {
				e.force()
			}
		case <-ended:
			ended = nil
			force.Reset(forceAfter)
		case <-force.C:
			e.force()
		case <-e.done:
			return
		}
	}
}

func (e *Ending) force() {
	code := make(chan int, 1)
	safego.Go(e.ctx, func() {
		e.giveBack(e.p.Out)
		code <- e.Code(e.program.Interrupted)
	})
	stuck := time.NewTimer(stuckAfter)
	defer stuck.Stop()
	select {
	case c := <-code:
		e.p.Exit(c)
	case <-stuck.C:
		if errors.Is(context.Cause(e.ctx), errCrash) {
			e.p.Exit(e.program.Crashed)
		}
		e.p.Exit(e.program.Interrupted)
	}
}

// giveBack restores the terminal that out leads to.
func (e *Ending) giveBack(out *os.File) {
	// Setting the modes from the background, where a command may run, would stop the process.
	if e.before == nil || !e.held() {
		return
	}
	_ = term.Restore(e.p.In.Fd(), e.before)
	if e.shown.Load() && term.IsTerminal(out.Fd()) {
		_, _ = out.WriteString(restoreScreen)
	}
}

// quit gives the terminal back, and ends the process with what all goroutines do, as Go does by itself.
func (e *Ending) quit() {
	given := make(chan struct{})
	safego.Go(e.ctx, func() {
		defer close(given)
		// A frame would be drawn over it.
		e.giveBack(mute(e.p.Out))
	})
	stuck := time.NewTimer(stuckAfter)
	defer stuck.Stop()
	select {
	case <-given:
	case <-stuck.C:
	}
	dump()
}

func (e *Ending) held() bool { return e.shown.Load() || e.hidden.Load() }

// hold records that the terminal is changed, or no longer. Only then is SIGQUIT handled: a program that
// hangs is best looked into by Go's own handler.
func (e *Ending) hold(what *atomic.Bool, on bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	what.Store(on)
	switch {
	case !e.held():
		signal.Reset(syscall.SIGQUIT)
	case !signal.Ignored(syscall.SIGQUIT):
		signal.Notify(e.signals, syscall.SIGQUIT)
	}
}

// Stop stops watching and releases the context.
func (e *Ending) Stop() {
	signal.Stop(e.signals)
	close(e.done)
	e.cancel(nil)
}

func (e *Ending) crash(p safego.Panic) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel(errCrash)
	if e.crashed == "" {
		e.crashed = e.reports.write(p)
	}
}

// Code returns c, or prints the message about a panic and returns the panic's exit code.
func (e *Ending) Code(c int) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.crashed == "" {
		return c
	}
	_, _ = e.p.Err.WriteString(e.crashed)
	return e.program.Crashed
}

// OnScreen records whether the program has the screen. It is safe on a nil Ending.
func (e *Ending) OnScreen(shown bool) {
	if e != nil {
		e.hold(&e.shown, shown)
	}
}

// HideEcho turns a terminal's echo off until show is called. It is safe on a nil Ending.
func (e *Ending) HideEcho(f *os.File) (show func()) {
	echo := hideEcho(f)
	if e == nil {
		return echo
	}
	e.hold(&e.hidden, true)
	return func() {
		echo()
		e.hold(&e.hidden, false)
	}
}

// Names sets the command in crash reports, without its arguments. It is safe on a nil Ending.
func (e *Ending) Names(command string) {
	if e != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.reports.command = command
	}
}

// Hide adds secrets to mask in crash reports and by Redact. It is safe on a nil Ending.
func (e *Ending) Hide(secrets ...secret.Secret) {
	if e != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		for _, s := range secrets {
			if !slices.Contains(e.reports.secrets, s) {
				e.reports.secrets = append(e.reports.secrets, s)
			}
		}
	}
}

// Redact masks this run's secrets. A nil Ending masks nothing.
func (e *Ending) Redact(text string) string {
	if e == nil {
		return text
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reports.redact(text)
}

// Input returns f as a reader of whole keys whose end ends the run: Bubble Tea ignores the end, and where
// SIGHUP is ignored nothing else reports a lost terminal. A nil Ending returns f.
func (e *Ending) Input(f *os.File) io.Reader {
	if e == nil {
		return f
	}
	return &terminalInput{File: f, keys: termkeys.NewReader(f), gone: func() { e.cancel(errGone) }}
}

// terminalInput embeds the file because Bubble Tea switches its modes and waits for it.
type terminalInput struct {
	*os.File

	keys io.Reader
	gone func()
}

func (t *terminalInput) Read(p []byte) (int, error) {
	n, err := t.keys.Read(p)
	if err != nil {
		t.gone()
	}
	return n, err
}
