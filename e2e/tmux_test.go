package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// screen is the program in a tmux of its own, which is a real terminal: what it shows is what
// a user sees, whatever the bytes were.
type screen struct {
	t      *testing.T
	socket string
}

// openScreen starts the program in a window of 80 by 24. When it ends, the window shows its
// exit code and stays.
func openScreen(t *testing.T, env []string, args ...string) *screen {
	t.Helper()
	return openWindow(t, env, append([]string{binary}, args...)...)
}

// openWindow is openScreen for any program.
func openWindow(t *testing.T, env []string, command ...string) *screen {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not installed, and only a terminal shows a screen")
	}
	// The path of a socket must be short, which a test's own folder is not.
	dir, err := os.MkdirTemp("", "walk-") //nolint:usetesting // See above.
	if err != nil {
		t.Fatal(err)
	}
	s := &screen{t: t, socket: filepath.Join(dir, "tmux")}
	t.Cleanup(func() {
		s.close()
		_ = os.RemoveAll(dir)
	})
	conf := filepath.Join(dir, "conf")
	if err := os.WriteFile(conf, []byte("set -g default-terminal screen-256color\nset -g status off\nset -sg escape-time 10\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	words := []string{"env", "-i"}
	for _, entry := range environment(t.TempDir(), append([]string{"TERM=screen-256color"}, env...)...) {
		words = append(words, quoted(entry))
	}
	for _, word := range command {
		words = append(words, quoted(word))
	}
	s.tmux("-f", conf, "new-session", "-d", "-x", "80", "-y", "24", strings.Join(words, " ")+"; echo exit $?; exec sleep 1000")
	return s
}

// close ends tmux and waits for the program, which may have something to write down first.
func (s *screen) close() {
	panes, _ := exec.Command("tmux", "-S", s.socket, "list-panes", "-a", "-F", "#{pane_pid}").Output()
	_ = exec.Command("tmux", "-S", s.socket, "kill-server").Run()
	for pane := range strings.FieldsSeq(string(panes)) {
		// The program and the shell that started it are of one session.
		for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
			if exec.Command("pgrep", "-s", pane).Run() != nil {
				break
			}
		}
	}
}

// quoted is a word for a POSIX shell.
func quoted(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }

// tmux runs a command of tmux on this screen's server.
func (s *screen) tmux(args ...string) string {
	s.t.Helper()
	out, err := exec.Command("tmux", append([]string{"-S", s.socket}, args...)...).CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// process is the process that runs in the window.
func (s *screen) process() int {
	s.t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(s.tmux("display-message", "-p", "#{pane_pid}")))
	if err != nil {
		s.t.Fatal(err)
	}
	return pid
}

// press sends keys as tmux names them.
func (s *screen) press(keys ...string) {
	s.t.Helper()
	s.tmux(append([]string{"send-keys"}, keys...)...)
}

// write types a text.
func (s *screen) write(text string) {
	s.t.Helper()
	s.tmux("send-keys", "-l", text)
}

// resize gives the window another size.
func (s *screen) resize(w, h int) {
	s.t.Helper()
	s.tmux("resize-window", "-x", fmt.Sprint(w), "-y", fmt.Sprint(h))
}

// plain is what is on the screen, without its looks.
func (s *screen) plain() string { return s.tmux("capture-pane", "-p") }

// await waits until the screen shows a text.
func (s *screen) await(what string, limit time.Duration) {
	s.t.Helper()
	for deadline := time.Now().Add(limit); !strings.Contains(s.plain(), what); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("%q did not appear within %s:\n%s", what, limit, s.plain())
		}
	}
}

// still waits until the screen has not changed for a while and returns it with its looks. The
// program fills the window to its last line: a screen whose last line is empty is one between two
// frames, which a busy machine may show for longer, and gets a chance to be drawn.
func (s *screen) still() string {
	s.t.Helper()
	const calm, chance = 120 * time.Millisecond, 3 * time.Second
	began := time.Now()
	before, since := "", time.Now()
	for deadline := time.Now().Add(10 * time.Second); time.Since(since) < calm; time.Sleep(20 * time.Millisecond) {
		if now := s.tmux("capture-pane", "-p", "-e"); now != before || (!filled(now) && time.Since(began) < chance) {
			before, since = now, time.Now()
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the screen does not come to rest:\n%s", before)
		}
	}
	return before
}

// filled reports whether the last line of a picture has text.
func filled(picture string) bool {
	picture = strings.TrimSuffix(ansi.Strip(picture), "\n")
	return strings.TrimSpace(picture[strings.LastIndexByte(picture, '\n')+1:]) != ""
}
