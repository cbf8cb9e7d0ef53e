//go:build unix

package termguard

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Bubble Tea alone waits for five seconds.
const patience = 2 * time.Second

// The order of initialisation cannot be seen from inside, so a program that links both packages
// runs on a silent terminal: it must reach main in time and send nothing.
func TestNoQuestionAtStart(t *testing.T) {
	out, ended := onSilentTerminal(t, "guarded")
	if !ended {
		t.Errorf("main was not reached within %v; the terminal got %q", patience, out)
	}
	if strings.TrimSpace(string(out)) != "main runs" || bytes.ContainsRune(out, '\x1b') {
		t.Errorf("the terminal got %q, want the line alone", out)
	}
}

// Without the guard the program does query; otherwise the test above would prove nothing.
func TestThereIsAQuestion(t *testing.T) {
	out, ended := onSilentTerminal(t, "bare")
	if ended || !bytes.ContainsRune(out, '\x1b') {
		t.Errorf("the terminal got %q, ended %v; want a question that waits", out, ended)
	}
}

// onSilentTerminal builds a program of testdata, runs it on a silent terminal and returns its
// output.
func onSilentTerminal(t *testing.T, program string) (out []byte, ended bool) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), program)
	if text, err := exec.Command("go", "build", "-o", binary, "./testdata/"+program).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	// The caller's variables could disable the query.
	cmd.Env = []string{"TERM=xterm-256color", "PATH=" + os.Getenv("PATH")}
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatalf("start on a terminal: %v", err)
	}
	defer terminal.Close()
	// Some systems report the program's end as an input/output error.
	out, _ = io.ReadAll(terminal)
	return out, cmd.Wait() == nil
}
