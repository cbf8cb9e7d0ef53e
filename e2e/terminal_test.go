package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

var binary string

func TestMain(m *testing.M) { os.Exit(build(m)) }

// build compiles the program once for all tests.
func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "conviso-importer")
	cmd := exec.Command("go", "build", "-o", binary, "conviso-importer")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	return m.Run()
}

// terminal is the program in a pseudo terminal that never answers a query.
type terminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	tty    *os.File
	exited chan error

	mu  sync.Mutex
	out bytes.Buffer
}

func open(t *testing.T, columns, rows uint16, args ...string) *terminal {
	t.Helper()
	home := t.TempDir()
	cmd := exec.Command(binary, args...)
	cmd.Env = []string{"TERM=xterm-256color", "LANG=C.UTF-8", "HOME=" + home, "TMPDIR=" + home, "PATH=" + os.Getenv("PATH")}
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: columns})
	if err != nil {
		t.Fatal(err)
	}
	p := &terminal{t: t, cmd: cmd, tty: tty, exited: make(chan error, 1)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 32<<10)
		for {
			n, err := tty.Read(buf)
			p.mu.Lock()
			p.out.Write(buf[:n])
			p.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	go func() {
		err := cmd.Wait()
		<-read
		p.exited <- err
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = tty.Close()
	})
	return p
}

func (p *terminal) text() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// await waits until the program has written something.
func (p *terminal) await(what string, limit time.Duration) {
	p.t.Helper()
	for deadline := time.Now().Add(limit); !strings.Contains(p.text(), what); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			p.t.Fatalf("%q did not appear within %s:\n%q", what, limit, p.text())
		}
	}
}

func (p *terminal) press(keys string) {
	p.t.Helper()
	if _, err := p.tty.WriteString(keys); err != nil {
		p.t.Fatal(err)
	}
}

// end waits for the program to end and returns its exit code.
func (p *terminal) end(limit time.Duration) int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(limit):
		p.t.Fatalf("still running after %s", limit)
	}
	return p.cmd.ProcessState.ExitCode()
}

// TestFirstFrame protects the start on a terminal that never answers: Bubble Tea alone would
// wait five seconds for it.
func TestFirstFrame(t *testing.T) {
	p := open(t, 80, 24, "demo")
	p.await("STATUS", 2*time.Second)
	p.await("imported", 10*time.Second)
	p.press("q")
	if code := p.end(5 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	for _, sequence := range []string{"\x1b[?1049l", "\x1b[?25h"} {
		if !strings.Contains(p.text(), sequence) {
			t.Errorf("the terminal was left without %q", sequence)
		}
	}
}

// TestNoEscapes protects output that people pipe or read on any terminal.
func TestNoEscapes(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"version"}, {"list", "--help"}, {"list"}} {
		p := open(t, 80, 24, args...)
		p.end(2 * time.Second)
		if strings.Contains(p.text(), "\x1b") {
			t.Errorf("%v wrote %q", args, p.text())
		}
	}
}

// TestSignals protects the terminal of a user whose session ends from outside.
func TestSignals(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			p := open(t, 80, 24, "demo")
			p.await("STATUS", 5*time.Second)
			if err := p.cmd.Process.Signal(sig); err != nil {
				t.Fatal(err)
			}
			if code := p.end(5 * time.Second); code != 130 {
				t.Errorf("exit %d", code)
			}
			if !strings.Contains(p.text(), "\x1b[?1049l") {
				t.Error("the alternate screen was left on")
			}
		})
	}
}
