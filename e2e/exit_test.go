package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
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
	// fault reports that the program broke, which leaves a report.
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
			if left, _ := filepath.Glob(filepath.Join(p.home, "conviso-importer-demo-*")); len(left) > 0 {
				t.Errorf("the demo left %q", left)
			}
			if path.fault {
				p.reported()
			}
		})
	}
}

// TestCommandInterrupted protects a run without the table: ctrl+c ends it in order, a second
// one at once, and neither writes to the screen what only the table may.
func TestCommandInterrupted(t *testing.T) {
	t.Parallel()
	for name, times := range map[string]int{"once": 1, "twice": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 3*time.Second)
			p := start(t, launch{columns: 80, rows: 24, env: w.env(), args: []string{"import", "--query", "checkout"}})
			w.asked()
			began := time.Now()
			p.press("\x03")
			// Two signals of a kind that come together are one to the system, so the second
			// is sent until it is noticed.
			for times > 1 && len(p.exited) == 0 {
				time.Sleep(50 * time.Millisecond)
				_, _ = p.tty.WriteString("\x03")
			}
			code := p.end(20 * time.Second)
			took := time.Since(began)
			t.Logf("ctrl+c %s: exit %d after %d ms", name, code, took.Milliseconds())
			if code != 130 || (times == 1) == (took < 2*time.Second) {
				t.Errorf("exit %d after %s", code, took)
			}
			if strings.Contains(p.text(), "\x1b") {
				t.Errorf("it wrote %q", p.text())
			}
			p.restored()
		})
	}
}

// TestFaultsOfCommands protects what runs without the table in the same way: two lines and a
// report, no stack on the screen, exit code 1.
func TestFaultsOfCommands(t *testing.T) {
	t.Parallel()
	program, err := breakable()
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"break-main", "break-goroutine"} {
		p := start(t, launch{program: program, columns: 80, rows: 24, args: []string{command, "an-argument"}})
		if code := p.end(10 * time.Second); code != 1 {
			t.Errorf("%s: exit %d", command, code)
		}
		report := p.report()
		for _, want := range []string{"command  conviso-importer " + command + "\n", "faults_crashtest.go", "fault    a fault for the tests"} {
			if !strings.Contains(report, want) {
				t.Errorf("%s: %q is not in the report:\n%s", command, want, report)
			}
		}
		if text := p.text(); strings.Contains(report, "an-argument") || strings.Contains(text, "\x1b") || strings.Count(text, "\n") > 4 {
			t.Errorf("%s printed %q", command, text)
		}
		if out, err := exec.Command(binary, command).CombinedOutput(); err == nil || !strings.Contains(string(out), "unknown command") {
			t.Errorf("the released program has the command %s: %s", command, out)
		}
	}
}

// reported fails the test unless a fault is told in two lines and the report is for its owner
// alone, with the place and without anything that looks like a secret.
func (p *terminal) reported() {
	p.t.Helper()
	s := p.report()
	if !strings.Contains(s, "faults_crashtest.go") || !strings.Contains(s, "command  conviso-importer demo") ||
		strings.Contains(s, "fake-secret") || strings.Contains(s, "\x1b") {
		p.t.Errorf("the report is:\n%s", s)
	}
	text := p.farewell()
	if strings.Contains(text, "goroutine 1") || strings.Contains(text, "fake-secret") || strings.Contains(text, "\x1b[31m") {
		p.t.Errorf("the user read %q", text)
	}
}

// report is the one report that a fault left, which the user was told of.
func (p *terminal) report() string {
	p.t.Helper()
	reports, err := filepath.Glob(filepath.Join(p.home, ".local", "state", "conviso-importer", "crash-*.txt"))
	if err != nil || len(reports) != 1 {
		p.t.Fatalf("the reports are %q, %v:\n%q", reports, err, p.text())
	}
	if text := p.farewell(); !strings.Contains(text, "a fault for the tests") || !strings.Contains(text, reports[0]) {
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
	return string(report)
}

// TestInputEnds protects against a table that nobody can reach any more: its input ends, and
// the screen, which here is another terminal's, is given back.
func TestInputEnds(t *testing.T) {
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
	program, err := breakable()
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, launch{program: program, columns: 80, rows: 24, args: []string{"demo"}})
	p.await("imported", 20*time.Second)
	p.press(blockUpdate)
	p.await("Update blocks", 10*time.Second)
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

// TestStuckTerminal protects the process from a link that hangs without dropping: the terminal
// takes no more bytes, and the second signal ends the program all the same.
func TestStuckTerminal(t *testing.T) {
	p := stuck(t)
	p.signal(syscall.SIGTERM)
	time.Sleep(100 * time.Millisecond)
	if p.hasEnded() {
		t.Fatal("it ended by itself, so that nothing was stuck")
	}
	began := time.Now()
	p.signal(syscall.SIGTERM)
	for !p.hasEnded() && time.Since(began) < 20*time.Second {
		time.Sleep(5 * time.Millisecond)
	}
	took := time.Since(began)
	t.Logf("stuck terminal, second signal: gone after %d ms", took.Milliseconds())
	if took > time.Second {
		t.Errorf("it took %s", took)
	}
	p.listen()
	if code := p.end(10 * time.Second); code != 130 {
		t.Errorf("exit %d", code)
	}
	if !reflect.DeepEqual(p.before, p.state()) {
		t.Error("the terminal's state was not restored")
	}
}

// stuck is a table whose terminal takes no bytes.
func stuck(t *testing.T) *terminal {
	t.Helper()
	needsProc(t)
	p := open(t, 200, 60, "demo")
	p.await("imported", 20*time.Second)
	p.deafen()
	for range 40 {
		p.press("\x0cG\x0cg")
		time.Sleep(20 * time.Millisecond)
	}
	return p
}

// hasEnded reports whether the process is over, whoever reads what it wrote.
func (p *terminal) hasEnded() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	return err != nil || bytes.Contains(stat, []byte(") Z "))
}
