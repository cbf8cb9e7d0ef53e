package e2e

import (
	"bytes"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// liner is the program in line mode, over pipes: it reads lines and writes answers, as a script
// and a screen reader's user do.
type liner struct {
	t   *testing.T
	cmd *exec.Cmd
	in  io.WriteCloser
	out output
	// at is how much of the output was looked at.
	at     int
	exited chan struct{}
}

// startLines runs a command in a session of its own, so that no terminal is to be found.
func startLines(t *testing.T, cmd *exec.Cmd) *liner {
	t.Helper()
	l := &liner{t: t, cmd: cmd, exited: make(chan struct{})}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Stdout, cmd.Stderr = &l.out, &l.out
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	l.in = in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = cmd.Wait()
		close(l.exited)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-l.exited
	})
	return l
}

// reads waits for a whole line with the text in it, behind those that were read before.
func (l *liner) reads(text string) string {
	l.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		for {
			line, _, whole := strings.Cut(l.out.String()[l.at:], "\n")
			if !whole {
				break
			}
			l.at += len(line) + 1
			if strings.Contains(line, text) {
				return line
			}
		}
		if time.Now().After(deadline) {
			l.t.Fatalf("no line with %q:\n%s", text, l.out.String())
		}
	}
}

// answers writes a line.
func (l *liner) answers(line string) {
	l.t.Helper()
	if _, err := io.WriteString(l.in, line+"\n"); err != nil {
		l.t.Fatal(err)
	}
}

// ends waits for the end and returns the exit code.
func (l *liner) ends() int {
	l.t.Helper()
	select {
	case <-l.exited:
	case <-time.After(20 * time.Second):
		l.t.Fatalf("still running:\n%s", l.out.String())
	}
	return l.cmd.ProcessState.ExitCode()
}

// TestLines does the whole job in line mode by a script that only reads lines and writes
// answers: what it marks arrives on the platform, once, and nothing else does.
func TestLines(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 50*time.Millisecond)
	cmd := w.command()
	cmd.Env = append(cmd.Env, "ACCESSIBLE=1")
	l := startLines(t, cmd)
	l.reads("Conviso company: 1042 Acme Bank")
	l.reads("Environment: LOCAL")
	l.reads("There are 240 in all, 182 new, 52 imported, 0 failed.")
	l.reads("? help:")
	l.answers("/checkout")
	l.reads("rows 1 to 20 of 21")
	l.reads("? help:")
	l.answers("a")
	l.reads("15 marked")
	l.reads("? help:")
	l.answers("u 1")
	l.reads("14 marked in all")
	l.answers("d 2")
	l.reads("What an import sends:")
	l.reads("? help:")
	l.answers("i")
	l.reads("Review: 14 entities to Conviso company 1042 Acme Bank, LOCAL")
	l.reads("Conviso has no integration for this Backstage yet: it is created first.")
	l.reads("yes imports 14 entities")
	if n := len(w.Platform.Imports().Deliveries); n != 0 {
		t.Errorf("%d arrived before the yes", n)
	}
	l.answers("yes")
	l.reads("Importing 14 entities")
	l.reads("Import finished: 14 imported, 0 failed")
	l.answers("f imported")
	l.reads("Only imported")
	l.reads("? help:")
	l.answers("q")
	l.reads("14 imported, 0 failed, 0 not settled.")
	if code := l.ends(); code != 0 {
		t.Errorf("exit %d", code)
	}
	onlyLines(t, l.out.String())
	taken := w.Platform.Imports().Deliveries
	for id, times := range taken {
		if times != 1 || !strings.Contains(id, "checkout") && !strings.Contains(id, "catalog") {
			t.Errorf("%s arrived %d times", id, times)
		}
	}
	if len(taken) != 14 {
		t.Errorf("%d arrived, want 14: %v", len(taken), taken)
	}
}

// onlyLines fails if there is anything but text and line ends in an output.
func onlyLines(t *testing.T, out string) {
	t.Helper()
	for i := range len(out) {
		if b := out[i]; b < ' ' && b != '\n' || b == 0x7f {
			t.Errorf("the output holds the byte %#x: %q", b, out[max(0, i-40):min(len(out), i+40)])
			return
		}
	}
	for _, r := range "─│┌█░▏⠋✓●" {
		if strings.ContainsRune(out, r) {
			t.Errorf("the output holds %q, which a screen reader spells out", r)
		}
	}
}

// TestDumbTerminal does the same by hand on a terminal that cannot move its cursor: what is typed
// is the terminal's own echo, and the program only adds lines.
func TestDumbTerminal(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"TERM=dumb", "TERM", "TERM="} {
		w := newWorld(t, 0)
		p := start(t, launch{columns: 80, rows: 24, env: append(w.env(), kind)})
		at := 0
		say := func(line string, wait ...string) {
			t.Helper()
			p.press(line)
			for _, text := range wait {
				at = p.awaitAfter(at, text, 20*time.Second)
			}
		}
		say("", "240 in all, 182 new", "? help:")
		say("/checkout\r", "of 21", "? help:")
		say("1\r", "1 marked in all.", "? help:")
		say("i\r", "Review: 1 entity", "yes imports")
		say("yes\r", "Import finished: 1 imported", "? help:")
		say("\x04")
		if code := p.end(10 * time.Second); code != 0 {
			t.Errorf("%s: exit %d", kind, code)
		}
		// The terminal's driver makes a carriage return and a line feed of every line's end.
		onlyLines(t, strings.ReplaceAll(p.text(), "\r\n", "\n"))
		if n := len(w.Platform.Imports().Deliveries); n != 1 {
			t.Errorf("%s: %d arrived, want 1", kind, n)
		}
		p.restored()
	}
}

// TestLinesInterrupted protects ctrl+c and the end of the input in line mode: the program ends in
// order while an import runs, says what is left, and the rest is finished later, once.
func TestLinesInterrupted(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]struct {
		stop func(*liner)
		code int
	}{
		"ctrl+c":       {func(l *liner) { _ = l.cmd.Process.Signal(syscall.SIGINT) }, 130},
		"end of input": {func(l *liner) { _ = l.in.Close() }, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 300*time.Millisecond)
			cmd := w.command()
			cmd.Env = append(cmd.Env, "ACCESSIBLE=1")
			l := startLines(t, cmd)
			for _, line := range []string{"/payment", "a", "i", "yes"} {
				l.answers(line)
			}
			l.reads("Importing")
			w.asked()
			end.stop(l)
			l.reads("go on with: conviso-importer resume")
			if code := l.ends(); code != end.code {
				t.Errorf("exit %d, want %d", code, end.code)
			}
			onlyLines(t, l.out.String())
			w.finished()
		})
	}
}

// TestLinesHideSecrets protects keys that are typed where others look on: the terminal shows
// none of them, and shows again what is typed after that.
func TestLinesHideSecrets(t *testing.T) {
	t.Parallel()
	w, err := faulty.Start(demo.Options{Still: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }()
	p := start(t, launch{columns: 80, rows: 24, env: []string{"ACCESSIBLE=1", "CONVISO_ENVIRONMENT=local", "CONVISO_API_BASE=" + w.PlatformURL}})
	p.await("or the Backstage URL", 10*time.Second)
	p.press(w.CatalogURL + "\r")
	p.await("Backstage token", 10*time.Second)
	p.press(w.Token.Reveal() + "\r")
	p.await("Conviso API key", 10*time.Second)
	p.press(w.Key.Reveal() + "\r")
	p.await("? help:", 20*time.Second)
	p.press("/visible-again\r")
	p.await("visible-again\r\n", 10*time.Second)
	p.press("q\r")
	if code := p.end(10 * time.Second); code != 0 {
		t.Errorf("exit %d", code)
	}
	p.restored()
	out := []byte(p.text())
	if bytes.Contains(out, []byte(w.Token.Reveal())) || bytes.Contains(out, []byte(w.Key.Reveal())) {
		t.Error("a secret is on the screen")
	}
	if !bytes.Contains(out, []byte("export CONVISO_API_KEY=")) {
		t.Errorf("the exports are not printed:\n%s", out)
	}
}
