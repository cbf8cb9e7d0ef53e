package e2e

import (
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestQuit protects the terminal and the report of whoever looks into a program by SIGQUIT: everything is as
// before, and what the goroutines do stands below it, to be read, with no frame in between. It ends as every
// Go program does.
func TestQuit(t *testing.T) {
	t.Parallel()
	p := start(t, launch{columns: 100, rows: 30, args: []string{"demo", "--mouse"}})
	p.await("imported", 20*time.Second)
	began := time.Now()
	// Keys make frames until the end.
	for range 20 {
		_, _ = p.tty.WriteString("j")
	}
	p.signal(syscall.SIGQUIT)
	code := p.end(20 * time.Second)
	took := time.Since(began)
	p.restored()
	_, said, _ := strings.Cut(p.farewell(), "\x1b[?1006l")
	said = strings.TrimLeft(said, "j") // Keys that came late are echoed by the terminal itself.
	t.Logf("exit %d after %d ms, %d bytes: %.120q", code, took.Milliseconds(), len(said), said)
	if code != 2 || took > 2*time.Second || !strings.HasPrefix(said, "SIGQUIT: quit\r\n") || !strings.Contains(said, "\r\ngoroutine 1 ") || strings.Contains(said, "\x1b") {
		t.Errorf("exit %d after %s: %.2000q", code, took, said)
	}
}

// TestQuitWhileHidden protects the echo of a terminal whose user ends line mode by ctrl+\ at a secret.
func TestQuitWhileHidden(t *testing.T) {
	t.Parallel()
	p := start(t, launch{columns: 80, rows: 24, env: []string{"ACCESSIBLE=1"}})
	const limit = 10 * time.Second
	p.await("URL", limit)
	p.press("https://backstage.example\r")
	p.await("oken", limit)
	for deadline := time.Now().Add(limit); reflect.DeepEqual(p.before, p.state()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the echo stays on")
		}
	}
	p.press("\x1c")
	if code := p.end(limit); code != 2 {
		t.Errorf("exit %d", code)
	}
	p.restored()
}
