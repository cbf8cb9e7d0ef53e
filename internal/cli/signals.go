package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/charmbracelet/x/term"
)

// forceAfter is how long a run may take to end after the first signal: requests on their
// way get five seconds, writing down what became of them the rest.
const forceAfter = 8 * time.Second

// restoreScreen leaves the alternate screen, shows the cursor and turns off bracketed paste
// and mouse reports, whatever of these was on.
const restoreScreen = "\x1b[?1049l\x1b[?25h\x1b[?2004l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l"

// interruptible returns a context that the first SIGINT, SIGTERM or SIGHUP cancels. A second
// one, or a run that takes longer than forceAfter to end, ends the process at once, with the
// terminal as it was at the start. Bubble Tea alone would die of SIGHUP without cleaning up,
// and live on for ever where SIGHUP is ignored.
func interruptible(parent context.Context, p Process) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	fd := p.In.Fd()
	before, _ := term.GetState(fd)
	done := make(chan struct{})
	go func() {
		select {
		case <-signals:
		case <-done:
			return
		}
		cancel()
		force := time.NewTimer(forceAfter)
		defer force.Stop()
		select {
		case <-signals:
		case <-force.C:
		case <-done:
			return
		}
		if before != nil {
			_ = term.Restore(fd, before)
			if term.IsTerminal(p.Out.Fd()) {
				_, _ = p.Out.WriteString(restoreScreen)
			}
		}
		p.Exit(exitInterrupted)
	}()
	return ctx, func() {
		signal.Stop(signals)
		close(done)
		cancel()
	}
}
