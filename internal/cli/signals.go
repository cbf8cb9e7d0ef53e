package cli

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

// ending is everything that ends a run before its time, and what it takes to leave the
// terminal as it was: signals, a terminal that goes away, a fault of the program's own. Each
// of them cancels the run's context. Who asks a second time, or a run that takes longer than
// forceAfter to end, ends the process at once. A nil ending is that of a test, which nothing
// ends.
type ending struct {
	p      Process
	ctx    context.Context
	cancel context.CancelCauseFunc
	// before is the terminal's state at the start; nil without a terminal.
	before  *term.State
	signals chan os.Signal
	jobs    *jobs
	done    chan struct{}
	// shown says that the screen is the table's: only then is there one to leave. On any
	// other the sequences would move the cursor.
	shown atomic.Bool

	mu      sync.Mutex
	reports reports
	// crashed is the sentence about the first fault; empty where there was none.
	crashed string
}

// begin returns the ending of a run, and the context that it ends. Bubble Tea alone would die
// of SIGHUP without cleaning up.
func begin(parent context.Context, p Process) (context.Context, *ending) {
	ctx, cancel := context.WithCancelCause(parent)
	e := &ending{p: p, cancel: cancel, signals: make(chan os.Signal, 2), done: make(chan struct{}), reports: newReports()}
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
	e.jobs = newJobs(e.ctx)
	safego.Go(e.ctx, e.watch)
	return e.ctx, e
}

// watch waits for what ends the run, and then for what ends its patience.
func (e *ending) watch() {
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
func (e *ending) force() {
	code := make(chan int, 1)
	safego.Go(e.ctx, func() {
		// Only the table changes the terminal's modes. To set them from the background, where
		// a command may run, would stop the process in place of ending it.
		if e.before != nil && e.shown.Load() {
			_ = term.Restore(e.p.In.Fd(), e.before)
			if term.IsTerminal(e.p.Out.Fd()) {
				_, _ = e.p.Out.WriteString(restoreScreen)
			}
		}
		code <- e.code(exitInterrupted)
	})
	stuck := time.NewTimer(stuckAfter)
	defer stuck.Stop()
	select {
	case c := <-code:
		e.p.Exit(c)
	case <-stuck.C:
		if errors.Is(context.Cause(e.ctx), errCrash) {
			e.p.Exit(exitFailure)
		}
		e.p.Exit(exitInterrupted)
	}
}

// stop ends the watching.
func (e *ending) stop() {
	signal.Stop(e.signals)
	close(e.done)
	e.cancel(nil)
}

// crash takes a fault of the program's own: it is written down, and the run ends.
func (e *ending) crash(p safego.Panic) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cancel(errCrash)
	if e.crashed == "" {
		e.crashed = e.reports.write(p)
	}
}

// code says what there is to say about a fault and returns the exit code, which is c where
// there was none.
func (e *ending) code(c int) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.crashed == "" {
		return c
	}
	_, _ = e.p.Err.WriteString(e.crashed)
	return exitFailure
}

// onScreen is told when the screen becomes the table's and when it is the user's again.
func (e *ending) onScreen(shown bool) {
	if e != nil {
		e.shown.Store(shown)
		e.jobs.listen(shown)
	}
}

// names remembers the command for reports: its own words alone, never its arguments.
func (e *ending) names(command string) {
	if e != nil {
		e.mu.Lock()
		defer e.mu.Unlock()
		e.reports.command = command
	}
}

// hide keeps secrets out of reports.
func (e *ending) hide(secrets ...secret.Secret) {
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

// redact masks the secrets of this run in a text.
func (e *ending) redact(text string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.reports.redact(text)
}

// input is a terminal's input whose end ends the run. Bubble Tea takes no notice of it, and
// where SIGHUP is ignored nothing else tells that the terminal has gone.
func (e *ending) input(f *os.File) io.Reader {
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
