package cli

import (
	"cmp"
	"context"
	"io"
	"sync"
	"time"

	"conviso-importer/internal/safego"
)

const (
	progressEvery = time.Second
	// The same is said again after sameEvery, and ever more rarely where nothing happens: after so much of the
	// time for which it is true already.
	sameEvery = 1800 * time.Millisecond
	samePart  = 10
)

// news decides when a line about something slow is worth printing.
type news struct {
	line           string
	since, printed time.Time
}

// due reports whether to print line now, and takes it for printed.
func (n *news) due(now time.Time, line string) bool {
	wait := progressEvery
	if line == n.line {
		wait = max(sameEvery, now.Sub(n.since)/samePart)
	}
	if line == "" || now.Sub(n.printed) < wait {
		return false
	}
	if line != n.line {
		n.line, n.since = line, now
	}
	n.printed = now
	return true
}

// telling tells on standard error what slow work is at, until somebody else does. A nil one tells nothing.
type telling struct {
	mu   sync.Mutex
	what func() string
	end  func()
}

// tell begins with the connection; see about.
func (a *app) tell(ctx context.Context) *telling {
	t := &telling{}
	a.err = &shared{out: a.err}
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	t.end = sync.OnceFunc(func() { stop(); <-ended })
	safego.Go(ctx, func() {
		defer close(ended)
		n := news{printed: time.Now()}
		tick := time.NewTicker(progressEvery / 2)
		defer tick.Stop()
		for {
			select {
			case now := <-tick.C:
				if line := t.now(); n.due(now, line) {
					a.notef("%s", line)
				}
			case <-ctx.Done():
				return
			}
		}
	})
	return t
}

// shared is a stream that two goroutines write lines to.
type shared struct {
	mu  sync.Mutex
	out io.Writer
}

func (s *shared) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(line)
}

// about sets what is told from now on.
func (t *telling) about(what func() string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.what = what
}

func (t *telling) now() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.what == nil {
		return "connecting to Conviso"
	}
	return cmp.Or(t.what(), "planning")
}

func (t *telling) stop() {
	if t != nil {
		t.end()
	}
}
