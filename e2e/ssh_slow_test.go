//go:build slow

package e2e

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// link is a way to this machine over a real SSH server, for the user who runs the tests.
type link struct {
	t         *testing.T
	dir, port string
}

// newLink starts a server on a port of its own, with keys made for it.
func newLink(t *testing.T) *link {
	t.Helper()
	server := "/usr/sbin/sshd"
	if _, err := os.Stat(server); err != nil {
		t.Skip("no SSH server is installed")
	}
	l := &link{t: t, dir: t.TempDir(), port: freePort(t)}
	for _, name := range []string{"host", "key"} {
		if out, err := exec.Command("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(l.dir, name)).CombinedOutput(); err != nil {
			t.Skipf("ssh-keygen: %v: %s", err, out)
		}
	}
	if os.Geteuid() == 0 {
		// The server wants an empty folder to lock itself into.
		_ = os.MkdirAll("/run/sshd", 0o755)
	}
	cmd := exec.Command(server, "-D", "-e", "-f", os.DevNull, "-p", l.port, "-h", filepath.Join(l.dir, "host"),
		"-o", "ListenAddress=127.0.0.1", "-o", "AuthorizedKeysFile="+filepath.Join(l.dir, "key.pub"), "-o", "StrictModes=no",
		"-o", "PermitRootLogin=yes", "-o", "UsePAM=no", "-o", "PidFile=none", "-o", "PrintMotd=no")
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		out, err := exec.Command("ssh", l.words("echo in")...).CombinedOutput()
		if strings.Contains(string(out), "in\n") {
			return l
		}
		if time.Now().After(deadline) {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			t.Skipf("the SSH server lets nobody in: %v: %s%s", err, out, said.String())
		}
	}
}

// freePort is a port that nobody listens at.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// words are the arguments of a client that runs a command at the other end.
func (l *link) words(command string) []string {
	name := "root"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return []string{"-F", os.DevNull, "-p", l.port, "-i", filepath.Join(l.dir, "key"), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + filepath.Join(l.dir, "known"), "-l", name, "127.0.0.1", command}
}

// open runs a command at the other end in a window, in the environment that a user has there and
// with what the server itself says of the terminal.
func (l *link) open(env []string, command string) *screen {
	l.t.Helper()
	words := []string{"exec env -i SSH_TTY=\"$SSH_TTY\" SSH_CONNECTION=\"$SSH_CONNECTION\""}
	for _, entry := range environment(l.t.TempDir(), append([]string{"TERM=screen-256color"}, env...)...) {
		words = append(words, quoted(entry))
	}
	words = append(words, command)
	return openWindow(l.t, nil, append([]string{"ssh", "-tt"}, l.words(strings.Join(words, " "))...)...)
}

// typist types on a screen as on a terminal.
type typist struct{ *screen }

func (p typist) press(keys string) { p.write(keys) }

// TestLinkDrops protects an import whose link breaks off: the table is gone within seconds, and
// what is left is sent once by the next one.
func TestLinkDrops(t *testing.T) {
	t.Parallel()
	needsProc(t)
	for name, drop := range map[string]func(s *screen){
		"the client is killed": func(s *screen) {
			client, err := os.FindProcess(child(s.t, s.process()))
			if err != nil || client.Kill() != nil {
				s.t.Errorf("the client cannot be killed: %v", err)
			}
		},
		"its window is closed": func(s *screen) { s.tmux("kill-server") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, l := newWorld(t, 900*time.Millisecond), newLink(t)
			note := filepath.Join(t.TempDir(), "process")
			s := l.open(w.env(), "sh -c 'echo $$ >\"$1\"; exec \"$2\"' sh "+quoted(note)+" "+quoted(binary))
			w.startImport(typist{s})
			text, err := os.ReadFile(note)
			if err != nil {
				t.Fatal(err)
			}
			r := &remote{t: t}
			if r.pid, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			drop(s)
			w.until("the end of the table", r.gone)
			took := time.Since(began)
			t.Logf("gone %d ms after %s", took.Milliseconds(), name)
			if took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
			w.finished()
		})
	}
}
