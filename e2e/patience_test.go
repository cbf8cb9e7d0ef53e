//go:build slow

package e2e

import (
	"syscall"
	"testing"
	"time"
)

// patience is how long the program tries to end in order, and some time for a busy machine.
const patience = 10 * time.Second

// TestPatience protects against processes that a single signal does not end: after a while
// they end by force, whatever is stuck, and the terminal is given back.
func TestPatience(t *testing.T) {
	program, err := breakable()
	if err != nil {
		t.Fatal(err)
	}
	t.Run("Update is stuck", func(t *testing.T) {
		t.Parallel()
		p := start(t, launch{program: program, columns: 80, rows: 24, args: []string{"demo"}})
		p.await("imported", 20*time.Second)
		p.press(blockUpdate)
		p.await("Update blocks", 10*time.Second)
		endsBySignal(t, p)
		p.restored()
	})
	t.Run("the terminal is stuck", func(t *testing.T) {
		t.Parallel()
		p := stuck(t)
		p.signal(syscall.SIGTERM)
		began := time.Now()
		for !p.hasEnded() && time.Since(began) < 2*patience {
			time.Sleep(10 * time.Millisecond)
		}
		if took := time.Since(began); took > patience {
			t.Errorf("it took %s", took)
		}
		p.listen()
		p.end(patience)
	})
	t.Run("the platform never answers", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, time.Hour)
		p := start(t, launch{columns: 100, rows: 24, env: w.env()})
		w.startImport(p)
		endsBySignal(t, p)
		p.restored()
		w.Platform.Fail(nil)
		w.finished()
	})
}

func endsBySignal(t *testing.T, p *terminal) {
	t.Helper()
	began := time.Now()
	p.signal(syscall.SIGTERM)
	code := p.end(2 * patience)
	took := time.Since(began)
	t.Logf("one signal: exit %d after %d ms", code, took.Milliseconds())
	if code != 130 || took > patience {
		t.Errorf("exit %d after %s", code, took)
	}
}

// TestHangUpUnanswered protects users whose link drops while the platform answers nothing: the
// process is gone within ten seconds and the next run finds out what became of the request.
func TestHangUpUnanswered(t *testing.T) {
	needsProc(t)
	for name, ignored := range map[string]bool{"SIGHUP by default": false, "SIGHUP ignored": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, time.Hour)
			r := connect(t, w, ignored)
			w.startImport(r)
			took := r.hangUp(2 * patience)
			t.Logf("%-18s with a request that is not answered: gone after %d ms", name, took.Milliseconds())
			if took > patience {
				t.Errorf("it took %s", took)
			}
			w.Platform.Fail(nil)
			w.finished()
		})
	}
}
