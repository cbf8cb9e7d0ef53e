package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// holderVariable makes this test's binary the holder of a terminal instead: it says which
// command runs there.
const holderVariable = "E2E_HOLDER"

// hold runs a command on a terminal until it is killed, as the server of a remote session
// does: only then does the system take the terminal away. It prints the command's process id
// and everything that the command writes, and passes on what it reads.
func hold(arguments string) error {
	var args []string
	if err := json.Unmarshal([]byte(arguments), &args); err != nil {
		return err
	}
	_ = os.Unsetenv(holderVariable)
	cmd := exec.Command(args[0], args[1:]...)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 100})
	if err != nil {
		return err
	}
	fmt.Println(cmd.Process.Pid)
	go func() { _, _ = io.Copy(tty, os.Stdin) }()
	_, _ = io.Copy(os.Stdout, tty)
	// The one that holds the terminal outlives what runs on it.
	select {}
}

// remote is the program on a terminal that another process holds.
type remote struct {
	t      *testing.T
	holder *exec.Cmd
	in     io.Writer
	pid    int

	mu  sync.Mutex
	out bytes.Buffer
}

// connect starts the program in a session of its own, with SIGHUP as it is by default or
// ignored.
func connect(t *testing.T, w *world, ignored bool, args ...string) *remote {
	t.Helper()
	command := append([]string{binary}, args...)
	if ignored {
		command = append([]string{"sh", "-c", `trap '' HUP; exec "$@"`, "sh"}, command...)
	}
	return connectTo(t, w, command...)
}

// connectTo starts any command.
func connectTo(t *testing.T, w *world, command ...string) *remote {
	t.Helper()
	line, err := json.Marshal(command)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	r := &remote{t: t, holder: exec.Command(self)}
	r.holder.Env = environment(w.dir, append(w.env(), holderVariable+"="+string(line))...)
	r.holder.Stderr = os.Stderr
	if r.in, err = r.holder.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := r.holder.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.holder.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 32<<10)
		for {
			n, err := out.Read(buf)
			r.mu.Lock()
			r.out.Write(buf[:n])
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = r.holder.Process.Kill()
		_ = r.holder.Wait()
		if r.pid != 0 && !r.gone() {
			if p, err := os.FindProcess(r.pid); err == nil {
				_ = p.Kill()
			}
		}
	})
	w.until("the process id", func() bool { return strings.Contains(r.text(), "\n") })
	first, _, _ := strings.Cut(r.text(), "\n")
	if r.pid, err = strconv.Atoi(strings.TrimSpace(first)); err != nil {
		t.Fatal(err)
	}
	return r
}

func (r *remote) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.out.String()
}

func (r *remote) press(keys string) {
	r.t.Helper()
	if _, err := io.WriteString(r.in, keys); err != nil {
		r.t.Fatal(err)
	}
}

func (r *remote) await(what string, limit time.Duration) {
	r.t.Helper()
	for deadline := time.Now().Add(limit); !strings.Contains(r.text(), what); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("%q did not appear within %s:\n%q", what, limit, r.text())
		}
	}
}

// gone reports whether the program has ended. Nobody may be there to take note of it, so that
// the system may still list it as dead.
func (r *remote) gone() bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", r.pid))
	if err != nil {
		return true
	}
	_, state, _ := bytes.Cut(stat, []byte(") "))
	return bytes.HasPrefix(state, []byte("Z"))
}

// hangUp kills the holder and returns how long the program outlived it.
func (r *remote) hangUp(limit time.Duration) time.Duration {
	r.t.Helper()
	began := time.Now()
	if err := r.holder.Process.Kill(); err != nil {
		r.t.Fatal(err)
	}
	for !r.gone() {
		if time.Since(began) > limit {
			r.t.Fatalf("it still ran %s after its terminal had gone", limit)
		}
		time.Sleep(5 * time.Millisecond)
	}
	return time.Since(began)
}

func needsProc(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("processes are looked up in /proc, which this system does not have")
	}
}

// TestHangUpIdle protects users whose link drops: whether SIGHUP acts or is ignored, the table
// does not live on.
func TestHangUpIdle(t *testing.T) {
	needsProc(t)
	for name, ignored := range map[string]bool{"SIGHUP by default": false, "SIGHUP ignored": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 0)
			r := connect(t, w, ignored)
			r.await("240 of 240", 20*time.Second)
			took := r.hangUp(20 * time.Second)
			t.Logf("%-18s idle: gone after %d ms", name, took.Milliseconds())
			if took > time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestHangUpImporting protects an import whose link drops: the request on its way is answered,
// and the queue has what is left.
func TestHangUpImporting(t *testing.T) {
	t.Parallel()
	needsProc(t)
	for name, ignored := range map[string]bool{"SIGHUP by default": false, "SIGHUP ignored": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 900*time.Millisecond)
			r := connect(t, w, ignored)
			w.startImport(r)
			took := r.hangUp(30 * time.Second)
			t.Logf("%-18s with a request in flight: gone after %d ms", name, took.Milliseconds())
			if took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
			w.finished()
		})
	}
}

// shells are what a shell is told before it starts the table.
func shells() map[string]string {
	return map[string]string{"SIGHUP by default": "", "SIGHUP ignored": "trap '' HUP; "}
}

// connectShell is connectTo an interactive shell that runs a command.
func connectShell(t *testing.T, w *world, command string) *remote {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	r := connectTo(t, w, bash, "--norc", "--noprofile", "--noediting", "-i")
	r.press(command + "\n")
	return r
}

// TestHangUpShell protects the table behind a login shell, as over SSH: the system and the shell
// both tell it that the link has dropped, which must not look like a user in a hurry.
func TestHangUpShell(t *testing.T) {
	t.Parallel()
	needsProc(t)
	for name, first := range shells() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 900*time.Millisecond)
			r := connectShell(t, w, first+binary)
			w.startImport(r)
			r.pid = child(t, r.pid)
			took := r.hangUp(30 * time.Second)
			t.Logf("%-18s behind a shell, with a request in flight: gone after %d ms", name, took.Milliseconds())
			if took > 10*time.Second || took < 100*time.Millisecond {
				t.Errorf("it took %s, and the request in flight nearly a second", took)
			}
			w.finished()
		})
	}
}

// TestHangUpStopped protects against a stopped table that nobody can let go on any more: it goes
// on by itself when its shell ends, finds no terminal, and ends as well.
func TestHangUpStopped(t *testing.T) {
	t.Parallel()
	needsProc(t)
	for name, first := range shells() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 0)
			r := connectShell(t, w, first+binary)
			r.await("New 182", 20*time.Second)
			r.pid = child(t, r.pid)
			r.press("\x1a")
			r.await("Stopped", 10*time.Second)
			took := r.hangUp(20 * time.Second)
			t.Logf("%-18s while it was stopped: gone after %d ms", name, took.Milliseconds())
			if took > 2*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestHangUpCommand protects an import without a table: by default it ends in order and the
// queue keeps the rest; under nohup it goes on to its end, though nobody can be told.
func TestHangUpCommand(t *testing.T) {
	t.Parallel()
	needsProc(t)
	for name, ignored := range map[string]bool{"SIGHUP by default": false, "SIGHUP ignored": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 500*time.Millisecond)
			r := connect(t, w, ignored, "import", "--all-new")
			w.asked()
			took := r.hangUp(60 * time.Second)
			delivered := len(w.Platform.Imports().Deliveries)
			t.Logf("%-18s import: gone after %d ms, %d delivered", name, took.Milliseconds(), delivered)
			if !ignored && took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
			w.finished()
			if all := len(w.Platform.Imports().Deliveries); ignored && delivered != all {
				t.Errorf("under nohup %d of %d were delivered", delivered, all)
			}
		})
	}
}
