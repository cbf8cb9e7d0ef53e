package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// shell is an interactive shell with the program as its foreground job.
type shell struct {
	*terminal
	w *world
}

// takesMouse asks the terminal for the mouse.
const takesMouse = "\x1b[?1002h"

// startShell runs the program from a shell that has job control.
func startShell(t *testing.T, w *world, args ...string) *shell {
	t.Helper()
	needsProc(t)
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed, and job control needs a shell")
	}
	env := append(w.env(), "PS1=ready> ", "HISTFILE=")
	s := &shell{w: w, terminal: start(t, launch{program: bash, columns: 100, rows: 24,
		args: []string{"--norc", "--noprofile", "--noediting", "-i"}, env: env})}
	s.await("ready> ", 10*time.Second)
	s.press(strings.Join(append([]string{binary}, args...), " ") + "\n")
	s.await("240 of 240", 20*time.Second)
	return s
}

// child is the process id of a process's one child.
func child(t *testing.T, parent int) int {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		stat, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(parent) {
			pid, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatal("the process has no child")
	return 0
}

// escapes are the sequences that the table writes.
var escapes = regexp.MustCompile("\x1b\\[[0-9;?]*[A-Za-z]")

// frame is the text of the whole screen as it was drawn behind a place in the output.
func (s *shell) frame(place int) string {
	s.t.Helper()
	// The cursor goes to the last line when all of them are drawn.
	end := s.awaitAfter(place, "\x1b[24;H", 10*time.Second)
	return strings.TrimSpace(strings.ReplaceAll(escapes.ReplaceAllString(s.text()[place:end], ""), "\r", ""))
}

// stops suspends the program in some way and waits for the shell.
func (s *shell) stops(how func()) {
	s.t.Helper()
	place := len(s.text())
	how()
	place = s.awaitAfter(place, "Stopped", 10*time.Second)
	s.awaitAfter(place, "ready> ", 10*time.Second)
}

// goesOn takes the program to the foreground and returns the place where it draws.
func (s *shell) goesOn() int {
	s.t.Helper()
	place := len(s.text())
	s.press("fg\n")
	return s.awaitAfter(place, "\x1b[?1049h", 10*time.Second)
}

// leaves quits the table and then the shell.
func (s *shell) leaves() {
	s.t.Helper()
	place := len(s.text())
	s.press("q")
	s.awaitAfter(place, "ready> ", 10*time.Second)
	s.press("exit\n")
	s.end(10 * time.Second)
}

// TestSuspend protects the shell behind a table that was stopped, and the table that goes on:
// the terminal is given back whole, and the screen that comes back is the one that went.
func TestSuspend(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(*shell){
		"ctrl+z":             func(s *shell) { s.press("\x1a") },
		"SIGTSTP":            func(s *shell) { s.sends(syscall.SIGTSTP) },
		"ctrl+z in a filter": func(s *shell) { s.press("/\x1a") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startShell(t, newWorld(t, 0))
			// What is read anew at the start must not look like a change later.
			s.await("catalog just now   assets just now", 20*time.Second)
			place := len(s.text())
			s.press("\x0c")
			before := s.frame(s.awaitAfter(place, "\x1b[2J", 10*time.Second))
			s.stops(func() { stop(s) })
			s.restored()
			after := s.frame(s.goesOn())
			if strings.Contains(name, "filter") {
				s.press("\r")
			} else if after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
			s.leaves()
			s.restored()
			if strings.Contains(s.text(), takesMouse) {
				t.Error("the table took the mouse without being asked")
			}
		})
	}
}

func (s *shell) sends(sig syscall.Signal) {
	s.t.Helper()
	if err := syscall.Kill(child(s.t, s.cmd.Process.Pid), sig); err != nil {
		s.t.Fatal(err)
	}
}

// TestStoppedUnasked protects the table after SIGSTOP, which cannot be caught: it takes the
// terminal again, which the shell has switched to its own state, in its new size.
func TestStoppedUnasked(t *testing.T) {
	t.Parallel()
	s := startShell(t, newWorld(t, 0))
	s.stops(func() { s.sends(syscall.SIGSTOP) })
	if err := pty.Setsize(s.tty, &pty.Winsize{Rows: 30, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	place := s.goesOn()
	s.awaitAfter(place, strings.Repeat("─", 120), 10*time.Second)
	s.leaves()
	s.restored()
}

// TestSuspendWithMouse protects the mouse over a stop: the shell has it, and the table that goes
// on takes it again.
func TestSuspendWithMouse(t *testing.T) {
	t.Parallel()
	s := startShell(t, newWorld(t, 0), "--mouse")
	s.await(takesMouse, 10*time.Second)
	s.stops(func() { s.press("\x1a") })
	s.restored()
	place := s.awaitAfter(s.goesOn(), takesMouse, 10*time.Second)
	// A click on the third row, where the cursor's marker goes.
	s.press("\x1b[<0;10;8M\x1b[<0;10;8m")
	s.awaitAfter(place, ">\x1b[0m     audit-events", 10*time.Second)
	s.leaves()
	s.restored()
}

// TestSuspendedImport protects an import over a stop: the requests on their way are answered
// or looked for, nothing is lost and nothing is sent twice.
func TestSuspendedImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 700*time.Millisecond)
	s := startShell(t, w)
	w.startImport(s)
	s.stops(func() { s.press("\x1a") })
	// The platform answers while nobody listens.
	w.until("the delivery", func() bool { return len(w.Platform.Imports().Deliveries) > 0 })
	asked := w.Platform.Counts().Requests
	s.awaitAfter(s.goesOn(), "Import finished", 30*time.Second)
	if more := w.Platform.Counts().Requests - asked; more > 20 {
		t.Errorf("%d requests followed the stop", more)
	}
	s.leaves()
	if text := s.farewell(); !strings.Contains(text, fmt.Sprintf("%d imported, 0 failed", len(w.Platform.Imports().Deliveries))) {
		t.Errorf("the farewell is %q", text)
	}
	w.finished()
}

// TestShortStop protects what the table says after a stop that lasts about as long as it waits
// for one: it was stopped, and must not say that nothing could let it go on.
func TestShortStop(t *testing.T) {
	t.Parallel()
	s := startShell(t, newWorld(t, 0))
	place := len(s.text())
	for stopped := 250 * time.Millisecond; stopped < 700*time.Millisecond; stopped += 50 * time.Millisecond {
		s.stops(func() { s.press("\x1a") })
		time.Sleep(stopped)
		s.awaitAfter(s.goesOn(), "240 of 240", 10*time.Second)
	}
	s.quiet(time.Second)
	if strings.Contains(s.text()[place:], "nothing could") {
		t.Error("the table says that nothing could let it go on, which something did")
	}
	s.leaves()
	s.restored()
}

// TestSuspendWithoutShell protects the table where nothing could let it go on after ctrl+z,
// as in a container without a shell: it stays, and says why.
func TestSuspendWithoutShell(t *testing.T) {
	t.Parallel()
	p := open(t, 100, 24, "demo")
	p.await("imported", 20*time.Second)
	place := len(p.text())
	p.press("\x1a")
	p.awaitAfter(place, "nothing could let it go on", 10*time.Second)
	p.press("q")
	if code := p.end(10 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	p.restored()
}
