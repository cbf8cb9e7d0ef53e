package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// The keys of the build for tests that break it, as a terminal sends them.
const (
	panicInUpdate    = "\x1bOP"
	panicInCommand   = "\x1bOQ"
	panicInGoroutine = "\x1bOR"
	blockUpdate      = "\x1bOS"
)

// exitPath is a way to end the table.
type exitPath struct {
	name string
	end  func(*terminal)
	code int
	// fault says that the program broke, which leaves a report.
	fault bool
}

func press(keys string) func(*terminal)       { return func(p *terminal) { p.press(keys) } }
func send(sig syscall.Signal) func(*terminal) { return func(p *terminal) { p.signal(sig) } }

// exitPaths are all but the end of the input, which needs a second terminal.
func exitPaths() []exitPath {
	return []exitPath{
		{"q", press("q"), 0, false},
		{"ctrl+c", press("\x03"), 0, false},
		{"SIGTERM", send(syscall.SIGTERM), 130, false},
		{"SIGHUP", send(syscall.SIGHUP), 130, false},
		{"SIGINT", send(syscall.SIGINT), 130, false},
		{"panic in Update", press(panicInUpdate), 1, true},
		{"panic in a command", press(panicInCommand), 1, true},
		{"panic in a goroutine", press(panicInGoroutine), 1, true},
	}
}

// TestExitPaths protects the user's terminal on every way out of the table, and the user from
// waiting: everything is as before within a second.
func TestExitPaths(t *testing.T) {
	program, err := breakable()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range exitPaths() {
		t.Run(path.name, func(t *testing.T) {
			t.Parallel()
			p := start(t, launch{program: program, columns: 80, rows: 24, args: []string{"demo"}})
			p.await("imported", 20*time.Second)
			began := time.Now()
			path.end(p)
			code := p.end(20 * time.Second)
			took := time.Since(began)
			t.Logf("%-22s exit %3d after %4d ms", path.name, code, took.Milliseconds())
			if code != path.code || took > time.Second {
				t.Errorf("exit %d after %s, want %d within a second:\n%q", code, took, path.code, p.farewell())
			}
			p.restored()
			if path.fault {
				p.reported()
			}
		})
	}
}

// reported fails the test unless a fault is told in two lines and the report is for its owner
// alone, with the place and without anything that looks like a secret.
func (p *terminal) reported() {
	p.t.Helper()
	dir := filepath.Join(p.home, ".local", "state", "conviso-importer")
	reports, err := filepath.Glob(filepath.Join(dir, "crash-*.txt"))
	if err != nil || len(reports) != 1 {
		p.t.Fatalf("the reports are %q, %v", reports, err)
	}
	text := p.farewell()
	if !strings.Contains(text, "a fault for the tests") || !strings.Contains(text, reports[0]) ||
		strings.Contains(text, "goroutine") && !strings.Contains(text, "in a goroutine") || strings.Contains(text, "\x1b[31m") {
		p.t.Errorf("the user read %q", text)
	}
	info, err := os.Stat(reports[0])
	if err != nil || info.Mode().Perm() != 0o600 {
		p.t.Errorf("%v, %v", info, err)
	}
	report, err := os.ReadFile(reports[0])
	if err != nil {
		p.t.Fatal(err)
	}
	if s := string(report); !strings.Contains(s, "faults_crashtest.go") || !strings.Contains(s, "command  conviso-importer demo") ||
		strings.Contains(s, "fake-secret") || strings.Contains(s, "\x1b") {
		p.t.Errorf("the report is:\n%s", s)
	}
}

// TestInputEnds protects against a table that nobody can reach any more: its input ends, and
// the screen, which here is another terminal's, is given back.
func TestInputEnds(t *testing.T) {
	t.Parallel()
	in, inSlave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer inSlave.Close()
	p := startOn(t, launch{columns: 80, rows: 24, args: []string{"demo"}}, inSlave)
	p.await("imported", 20*time.Second)
	_ = inSlave.Close()
	began := time.Now()
	_ = in.Close()
	code := p.end(20 * time.Second)
	took := time.Since(began)
	t.Logf("%-22s exit %3d after %4d ms", "end of the input", code, took.Milliseconds())
	if code != 130 || took > time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
	p.restored()
}

// TestStuckUpdate protects the way out where the table does not react at all: the second
// signal ends it at once.
func TestStuckUpdate(t *testing.T) {
	t.Parallel()
	program, err := breakable()
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, launch{program: program, columns: 80, rows: 24, args: []string{"demo"}})
	p.await("imported", 20*time.Second)
	p.press(blockUpdate)
	// A blocked table does not answer keys; the one before it was read for sure when the
	// terminal has taken the next.
	p.press("q")
	p.signal(syscall.SIGTERM)
	select {
	case <-p.exited:
		t.Fatalf("it ended by itself, so that nothing was stuck")
	case <-time.After(300 * time.Millisecond):
	}
	began := time.Now()
	p.signal(syscall.SIGTERM)
	code := p.end(20 * time.Second)
	took := time.Since(began)
	t.Logf("second signal: exit %d after %d ms", code, took.Milliseconds())
	if code != 130 || took > time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
	p.restored()
}

// TestFarewell protects what a user reads after an import was broken off, however the table
// ended: what came of it, once the requests on their way were answered, and how to go on. The
// terminal is back within the time that these requests get.
func TestFarewell(t *testing.T) {
	for _, path := range []exitPath{
		{"q, yes", func(p *terminal) { p.press("q"); p.await("Leave?", 10*time.Second); p.press("y") }, 0, false},
		{"ctrl+c twice", press("\x03\x03"), 0, false},
		{"SIGTERM", send(syscall.SIGTERM), 130, false},
		{"SIGHUP", send(syscall.SIGHUP), 130, false},
		{"panic in Update", press(panicInUpdate), 1, true},
		{"panic in a goroutine", press(panicInGoroutine), 1, true},
	} {
		t.Run(path.name, func(t *testing.T) {
			t.Parallel()
			program, err := breakable()
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t, 1200*time.Millisecond)
			p := start(t, launch{program: program, columns: 100, rows: 24, env: w.env()})
			w.startImport(p)
			began := time.Now()
			path.end(p)
			code := p.end(30 * time.Second)
			took := time.Since(began)
			t.Logf("%-22s with a request in flight: exit %3d after %4d ms", path.name, code, took.Milliseconds())
			if code != path.code || took > 10*time.Second {
				t.Errorf("exit %d after %s, want %d", code, took, path.code)
			}
			p.restored()
			want := []string{"0 imported, 0 failed, 15 not settled.", "15 entities sent but not verified.", "go on with: conviso-importer resume"}
			for _, text := range want {
				if !strings.Contains(p.farewell(), text) {
					t.Errorf("%q is not in the farewell %q", text, p.farewell())
				}
			}
			w.finished()
		})
	}
}
