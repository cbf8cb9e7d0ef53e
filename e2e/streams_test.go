package e2e

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReaderGone protects pipes: `list | head -1` ends quietly, as every tool there does.
func TestReaderGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	for _, format := range []string{"name", "table", "json", "csv"} {
		cmd := w.command("list", "-o", format)
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = write, &errs
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_ = write.Close()
		_ = read.Close()
		var exit *exec.ExitError
		if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 141 || errs.Len() > 0 {
			t.Errorf("list -o %s ended with %v and wrote %q", format, err, errs.String())
		}
	}
}

// TestImportOutlivesReaders protects an import whose readers all go, of its result and of its
// progress: it goes on to its end.
func TestImportOutlivesReaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 300*time.Millisecond)
	cmd := w.command("import", "--all-new", "-o", "json")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = write, write
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	_ = write.Close()
	w.asked()
	_ = read.Close()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 141 {
		t.Errorf("exit %d", code)
	}
	out, err := w.command("resume").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "nothing is left in the queue") {
		t.Errorf("resume: %v\n%s", err, out)
	}
	w.finished()
}

// TestNoTerminal protects cron jobs and containers: the table says what to use there instead,
// and nothing looks for a terminal behind their back.
func TestNoTerminal(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"demo"}} {
		cmd := exec.Command(binary, args...)
		cmd.Env = environment(t.TempDir())
		cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); err == nil || code != 2 || !strings.Contains(string(out), "conviso-importer list") ||
			strings.Contains(string(out), "/dev/tty") || strings.Contains(string(out), "\x1b") {
			t.Errorf("%v: exit %d\n%s", args, code, out)
		}
	}
}

// TestKindsOfTerminal protects users of terminals that we do not know.
func TestKindsOfTerminal(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"TERM=xterm-ghostty", "TERM=no-such-terminal", "TERM=linux"} {
		p := start(t, launch{columns: 80, rows: 24, env: []string{kind}, args: []string{"demo"}})
		p.await("imported", 20*time.Second)
		p.press("q")
		if code := p.end(10 * time.Second); code != 0 {
			t.Errorf("%s: exit %d", kind, code)
		}
		p.restored()
	}
}

// TestTinyTerminals protects windows that a tiling manager has made very small, and those
// that tell no size at all.
func TestTinyTerminals(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]uint16{{0, 0}, {1, 1}, {2, 1}, {1, 24}, {80, 1}, {35, 7}, {36, 8}} {
		p := open(t, size[0], size[1], "demo")
		p.await("\x1b[?2004h", 20*time.Second)
		// Keys that draw everything there is, then the ways out that work in every size.
		p.press("?j/x\r\x1b")
		p.press("a")
		if size[0] > 0 && size[0] < 36 {
			p.press("q")
		} else {
			p.press("\x03")
		}
		if code := p.end(10 * time.Second); code != 0 {
			t.Errorf("%v: exit %d, %q", size, code, p.text())
		}
		p.restored()
	}
}
