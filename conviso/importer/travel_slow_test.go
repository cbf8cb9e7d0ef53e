//go:build slow

package importer

import (
	"bytes"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/home"
	"conviso-importer/internal/demo"
)

// TestProcessesWithoutLocks is TestHostsWithoutLocks between processes, in real time: four that begin within a
// second, each granted the lock, send 200 entities once, and one of them sends all. The test's own binary is each of them.
func TestProcessesWithoutLocks(t *testing.T) {
	const entities, processes = 200, 4
	if base := os.Getenv("HOSTS_PLATFORM"); base != "" {
		drainAlone(t, base, os.Getenv("HOSTS_DIR"), os.Getenv("HOSTS_NAME"))
		return
	}
	names := manyNames(entities)
	w := newWorld(t, demo.PlatformOptions{Latency: 500 * time.Millisecond, MinDelay: time.Second, MaxDelay: 2 * time.Second}, names...)
	server := httptest.NewServer(w.platform)
	defer server.Close()
	dir := filepath.Join(w.dir, "state")
	w.config.Identity.PlatformURL = server.URL
	shared := w.at(dir, "a", home.NewTurn(filepath.Join(dir, "queue.sender")))
	shared.submit(Request{Bulk: w.refs()})
	ended := make(chan error, processes)
	for i := range processes {
		time.Sleep(time.Duration(i) * 50 * time.Millisecond)
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProcessesWithoutLocks$")
		cmd.Env = append(os.Environ(), "HOSTS_PLATFORM="+server.URL, "HOSTS_DIR="+dir, "HOSTS_NAME="+string(rune('a'+i)))
		go func() {
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, bytes.TrimSpace(out))
			}
			ended <- err
		}()
	}
	for range processes {
		<-ended
	}
	shared.settledOnce(names...)
	senders := 0
	for i := range processes {
		if n, err := os.ReadFile(filepath.Join(dir, string(rune('a'+i)))); err != nil || string(n) != "0" {
			senders++
		}
	}
	if senders != 1 {
		t.Errorf("%d of %d have sent", senders, processes)
	}
}

// drainAlone is one process.
func drainAlone(t *testing.T, base, dir, machine string) {
	t.Helper()
	w := newWorld(t, demo.PlatformOptions{}, manyNames(200)...)
	address, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	client, err := conviso.NewClient(conviso.Options{Base: address})
	if err != nil {
		t.Fatal(err)
	}
	w.config.Identity.PlatformURL = base
	w.config.Platform, w.config.Assets = client, conviso.NewAssetSource(client, w.store(), base, testCompany)
	w = w.at(dir, machine, home.NewTurn(filepath.Join(dir, "queue.sender")))
	sent := w.counted()
	if err := w.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, machine), []byte(strconv.Itoa(int(sent.imports.Load()))), 0o600); err != nil {
		t.Fatal(err)
	}
}
