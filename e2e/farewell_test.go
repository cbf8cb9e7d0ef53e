package e2e

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestFarewell protects what a user reads after an import was broken off, however the table
// ended: what came of it, once the requests on their way were answered, and how to go on. The
// terminal is back within the time that these requests get.
func TestFarewell(t *testing.T) {
	t.Parallel()
	for _, path := range []exitPath{
		{"q, yes", func(p *terminal) { p.press("q"); p.await("Leave?", 10*time.Second); p.press("y") }, 0, false},
		{"ctrl+c twice", press("\x03\x03"), 0, false},
		{"SIGTERM", send(syscall.SIGTERM), 130, false},
		{"SIGHUP", send(syscall.SIGHUP), 130, false},
		{"SIGHUP twice", func(p *terminal) {
			p.signal(syscall.SIGHUP)
			time.Sleep(50 * time.Millisecond)
			p.signal(syscall.SIGHUP)
		}, 130, false},
		{"panic in Update", press(panicInUpdate), 1, true},
		{"panic in a goroutine", press(panicInGoroutine), 1, true},
	} {
		t.Run(path.name, func(t *testing.T) {
			t.Parallel()
			program, err := breakable()
			if err != nil {
				t.Fatal(err)
			}
			w := newWorld(t, 700*time.Millisecond)
			p := start(t, launch{program: program, columns: 100, rows: 24, env: w.env()})
			w.startImport(p)
			began := time.Now()
			path.end(p)
			code := p.end(30 * time.Second)
			took := time.Since(began)
			t.Logf("%-22s with a request in flight: exit %3d after %4d ms", path.name, code, took.Milliseconds())
			if code != path.code || took > 10*time.Second {
				t.Errorf("exit %d after %s, want %d", code, took, path.code)
			}
			p.restored()
			want := []string{"0 imported, 0 failed, 15 not settled.", "15 entities sent but not verified.", "go on with: conviso-importer resume"}
			for _, text := range want {
				if !strings.Contains(p.farewell(), text) {
					t.Errorf("%q is not in the farewell %q", text, p.farewell())
				}
			}
			w.finished()
		})
	}
}
