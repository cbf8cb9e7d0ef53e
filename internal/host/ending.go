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
)

const (
	// forceAfter is how long a run may take to end after the first signal or a fault of its
	// own: requests on their way get five seconds, writing down what became of them the rest.
	forceAfter = 8 * time.Second
	// stuckAfter is how long a terminal may take to accept the bytes that restore it; one
	// whose link hangs accepts none.
	stuckAfter = 500 * time.Millisecond
)

// restoreScreen leaves the alternate screen, shows the cursor and turns off bracketed paste
// and mouse reports, whatever of these was on.
const restoreScreen = "\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l"

// Why a run was ended before its time.
var (
	errSignal = errors.New("a signal ended the run")
	errGone   = errors.New("the terminal is gone")
	errCrash  = errors.New("a fault of the program's own ended the run")
)

// Process is what the program uses of its process.
type Process struct {
	In, Out, Err *os.File
	// Exit ends the process at once; it is called where ending in order takes too long.
	Exit func(code int)
}

// Program is what messages and crash reports say of the program, and how it ends.
type Program struct {
	Name, Version string
	// ReportDir is the folder for crash reports; empty where there is none.
	ReportDir string
	// Interrupted is the exit code of a run that was ended from outside, Crashed that of one
	// that a fault of the program's own ended.
	Interrupted, Crashed int
}

// Ending handles everything that ends a run before its time, and leaves the terminal as it was:
// signals, a terminal that goes away, a fault of the program's own. Each of them cancels the
// run's context. A second signal, or a run that takes longer than forceAfter to end, ends the
// process at once. The methods that are safe on a nil Ending say so; tests of a run use nil.
type Ending struct {
	p       Process
	program Program
	ctx     context.Context
	cancel  context.CancelCauseFunc
	// before is the terminal's state at the start; nil without a terminal.
	before  *term.State
	signals chan os.Signal
	done    chan struct{}
	// shown reports whether the program has taken the screen: only then is there one to leave.
	// On any other the sequences would move the cursor.
	shown atomic.Bool

	mu      sync.Mutex
	reports reports
	// crashed is the sentence about the first fault; empty where there was none.
	crashed string
}

// Begin starts to watch a run, and returns the context that is cancelled when the run must end.
// Call Stop at its end.
func Begin(parent context.Context, p Process, program Program) (context.Context, *Ending) {
	ctx, cancel := context.WithCancelCause(parent)
	e := &Ending{p: p, program: program, cancel: cancel, signals: make(chan os.Signal, 2), done: make(chan struct{}),
		reports: reports{dir: program.ReportDir, name: program.Name, version: program.Version, command: program.Name}}
	e.before, _ = term.GetState(p.In.Fd())
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		// A parent that has these ignored, such as nohup, wants the run to outlive them.
		if !signal.Ignored(sig) {
			signal.Notify(e.signals, sig)
		}
	}
	// A reader that has gone must not kill an import half way: writes to it fail instead.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	e.ctx = safego.WithHandler(ctx, e.crash)
	safego.Go(e.ctx, e.watch)
	return e.ctx, e
}

// watch waits for what ends the run, and then for what ends its patience.
func (e *Ending) watch() {
	asked := 0
	ended := e.ctx.Done()
	force := time.NewTimer(forceAfter)
	force.Stop()
	defer force.Stop()
	for {
		select {
		case sig := <-e.signals:
			e.cancel(errSignal)
			// A link that drops may tell so several times: the system, the shell and
			// the end of the input each do. Only a person, or a service manager, who
			// asks twice is in a hurry.
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

// force gives the terminal back and ends the process, whatever else is going on.
func (e *Ending) force() {
	code := make(chan int, 1)
	safego.Go(e.ctx, func() {
		// Only a program on the screen changes the terminal's modes. To set them from the
		// background, where a command may run, would stop the process in place of ending it.
		if e.before != nil && e.shown.Load() {
			_ = term.Restore(e.p.In.Fd(), e.before)
			if term.IsTerminal(e.p.Out.Fd()) {
				_, _ = e.p.Out.WriteString(restoreScreen)
			}
		}
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

// Stop ends the watching and releases the context.
func (e *Ending) Stop() {
	signal.Stop(e.signals)
	close(e.done)
	e.cancel(nil)
}

// crash takes a fault of the program's own: it is written down, and the run ends.
func (e *Ending) crash(p safego.Panic) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel(errCrash)
	if e.crashed == "" {
		e.crashed = e.reports.write(p)
	}
}

// Code prints the sentence about a fault of the program's own, if there was one, and returns the
// exit code of the run, which is c where there was none.
func (e *Ending) Code(c int) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.crashed == "" {
		return c
	}
	_, _ = e.p.Err.WriteString(e.crashed)
	return e.program.Crashed
}

// OnScreen is told when the program takes the screen and when it gives it back. It is safe on a
// nil Ending.
func (e *Ending) OnScreen(shown bool) {
	if e != nil {
		e.shown.Store(shown)
	}
}

// Names sets the command that crash reports name: its own words alone, never its arguments. It
// is safe on a nil Ending.
func (e *Ending) Names(command string) {
	if e != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.reports.command = command
	}
}

// Hide masks secrets in crash reports and in what Redact returns. It is safe on a nil Ending.
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

// Redact returns text with the secrets of this run masked. It is safe on a nil Ending, which
// knows none.
func (e *Ending) Redact(text string) string {
	if e == nil {
		return text
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reports.redact(text)
}

// Input returns a terminal's input whose end ends the run. Bubble Tea ignores the end, and
// where SIGHUP is ignored nothing else tells that the terminal has gone. It is safe on a nil
// Ending, and returns f then.
func (e *Ending) Input(f *os.File) io.Reader {
	if e == nil {
		return f
	}
	return &terminalInput{File: f, gone: func() { e.cancel(errGone) }}
}

// terminalInput is a file, as Bubble Tea needs one to switch the terminal's modes.
type terminalInput struct {
	*os.File

	gone func()
}

// Read implements io.Reader.
func (t *terminalInput) Read(p []byte) (int, error) {
	n, err := t.File.Read(p)
	if err != nil {
		t.gone()
	}
	return n, err
}
