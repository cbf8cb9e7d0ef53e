//go:build backstage

package backstage

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Made-up tokens; app-config.yaml says what each may do.
const (
	readerToken   = "e2e-reader-not-a-secret-0123456789"
	strangerToken = "e2e-stranger-not-a-secret-0123456789"
)

// rig is a running Backstage.
type rig struct {
	url     string
	control io.Writer
	log     string
}

// startRig starts Backstage with the entities of a file. With hold it stays in its start-up
// until release has been called twice. It ends with the test, also when that is killed.
func startRig(t *testing.T, entities string, hold bool) *rig {
	t.Helper()
	r := &rig{log: filepath.Join(t.TempDir(), "backstage.log")}
	port := freePort(t)
	r.url = "http://127.0.0.1:" + port
	file, err := filepath.Abs(entities)
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(r.log)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "index.js", "--config", "app-config.yaml")
	cmd.Env = append(os.Environ(), "NODE_ENV=production", "LOG_LEVEL=warn", "PORT="+port, "ENTITIES="+file,
		"READER_TOKEN="+readerToken, "STRANGER_TOKEN="+strangerToken)
	if hold {
		cmd.Env = append(cmd.Env, "HOLD=1")
	}
	cmd.Stdout, cmd.Stderr = log, log
	control, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.control = control
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		log.Close()
		if t.Failed() {
			t.Logf("Backstage's log ends with:\n%s", tail(r.log))
		}
	})
	return r
}

// release lets a held start-up go on.
func (r *rig) release(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(r.control, "go on\n"); err != nil {
		t.Fatal(err)
	}
}

// answers waits until a path answers with a status.
func (r *rig) answers(t *testing.T, path string, status int) {
	t.Helper()
	last := 0
	wait(t, 2*time.Minute, func() bool {
		var err error
		last, _, err = r.get(t.Context(), path)
		return err == nil && last == status
	}, func() string { return fmt.Sprintf("%s answers %d, not %d", path, last, status) })
}

// settle waits until the catalog holds at least so many entities and has held the same
// number for five seconds.
func (r *rig) settle(t *testing.T, atLeast int) {
	t.Helper()
	began, last, since := time.Now(), -1, time.Now()
	wait(t, 10*time.Minute, func() bool {
		n, err := r.total(t.Context(), "")
		if err != nil || n != last {
			last, since = n, time.Now()
		}
		return last >= atLeast && time.Since(since) > 5*time.Second
	}, func() string { return fmt.Sprintf("the catalog holds %d entities, want at least %d", last, atLeast) })
	t.Logf("Backstage settled on %d entities after %s", last, time.Since(began).Round(time.Second))
}

// total asks for the catalog's own count of what a filter matches.
func (r *rig) total(ctx context.Context, filter string) (int, error) {
	status, body, err := r.get(ctx, "/api/catalog/entities/by-query?limit=0"+filter)
	if err != nil {
		return 0, err
	}
	var page struct {
		TotalItems int `json:"totalItems"`
	}
	if status != http.StatusOK {
		return 0, fmt.Errorf("counting answers %d: %.200s", status, body)
	}
	return page.TotalItems, json.Unmarshal(body, &page)
}

// get asks as the reader.
func (r *rig) get(ctx context.Context, path string) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, r.url+path, nil)
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "Bearer "+readerToken)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return resp.StatusCode, body, err
}

// install brings Backstage's packages where they are absent or older than the lock file.
func install(t *testing.T) {
	t.Helper()
	want, err := os.Stat("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.Stat("node_modules/.package-lock.json")
	if err == nil && !have.ModTime().Before(want.ModTime()) {
		return
	}
	began := time.Now()
	cmd := exec.Command("npm", "ci", "--no-progress", "--loglevel=error")
	cmd.Env = os.Environ()
	// Where Node brings its headers along, better-sqlite3 compiles without fetching them.
	if node, err := exec.Command("node", "-p", "process.execPath").Output(); err == nil {
		prefix := filepath.Dir(filepath.Dir(strings.TrimSpace(string(node))))
		if _, err := os.Stat(filepath.Join(prefix, "include", "node", "node.h")); err == nil {
			cmd.Env = append(cmd.Env, "npm_config_nodedir="+prefix)
		}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	t.Logf("npm ci took %s", time.Since(began).Round(time.Second))
}

// freePort finds a port that is free now; nothing else here asks for ports of its own.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// wait polls until done, and fails with what is missing when the time is over.
func wait(t *testing.T, limit time.Duration, done func() bool, missing func() string) {
	t.Helper()
	for end := time.Now().Add(limit); !done(); time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after %s %s", limit, missing())
		}
	}
}

// tail returns the end of a file.
func tail(name string) string {
	text, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-4000):])
}
