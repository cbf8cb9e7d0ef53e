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

// patience is how long a silent terminal may hold up the start; Bubble Tea alone waits for
// five seconds.
const patience = 2 * time.Second

// The order of initialisation is the compiler's doing and cannot be seen from inside, so a
// program that links both packages runs on a terminal that never answers: it must reach
// main in time and must not have asked anything.
func TestNoQuestionAtStart(t *testing.T) {
	out, ended := onSilentTerminal(t, "guarded")
	if !ended {
		t.Errorf("main was not reached within %v; the terminal got %q", patience, out)
	}
	if strings.TrimSpace(string(out)) != "main runs" || bytes.ContainsRune(out, '\x1b') {
		t.Errorf("the terminal got %q, want the line alone", out)
	}
}

// The same program without the guard does ask. Otherwise the test above would prove
// nothing, and this package could go.
func TestThereIsAQuestion(t *testing.T) {
	out, ended := onSilentTerminal(t, "bare")
	if ended || !bytes.ContainsRune(out, '\x1b') {
		t.Errorf("the terminal got %q, ended %v; want a question that waits", out, ended)
	}
}

// onSilentTerminal builds and runs a program of testdata on a terminal that nobody answers
// on. It returns what the program wrote until it ended or the patience was over.
func onSilentTerminal(t *testing.T, program string) (out []byte, ended bool) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), program)
	if text, err := exec.Command("go", "build", "-o", binary, "./testdata/"+program).CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, text)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary)
	// No variable of the caller's may tell the program that it has no real terminal.
	cmd.Env = []string{"TERM=xterm-256color", "PATH=" + os.Getenv("PATH")}
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatalf("start on a terminal: %v", err)
	}
	defer terminal.Close()
	// The end of the program is an input/output error on some systems and an end of file
	// on others.
	out, _ = io.ReadAll(terminal)
	return out, cmd.Wait() == nil
}
