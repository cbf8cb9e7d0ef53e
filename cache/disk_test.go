package cache

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The file stays below its limit; the least recently used rows are evicted, including those
// that a wrong clock marked as used in the future.
func TestDiskLimit(t *testing.T) {
	const limit = 1 << 20
	s := healthy(t, t.TempDir(), Options{MaxBytes: 1, MaxDisk: limit})
	c := New(s, "a", raw(1))
	value := bytes.Repeat([]byte("v"), 20<<10)
	put(t, c, "future", value)
	put(t, c, "used", value)
	put(t, c, "idle", value)
	age(t, s, "future", time.Now().AddDate(100, 0, 0))
	age(t, s, "used", time.Now().Add(-3*time.Hour))
	age(t, s, "idle", time.Now().Add(-2*time.Hour))
	for i := range 120 {
		put(t, c, fmt.Sprint(i), value)
		switch i {
		case 20:
			wantHit(t, c, "used", value)
			wantHit(t, c, "future", value)
			age(t, s, "future", time.Now().AddDate(100, 0, 0))
		case 55: // The first eviction has happened by now.
			wantMiss(t, c, "idle")
			wantMiss(t, c, "0")
			wantHit(t, c, "used", value)
		}
	}
	wantMiss(t, c, "future")
	wantMiss(t, c, "used")
	wantHit(t, c, "119", value)
	if live, err := s.disk.live(); err != nil || live > limit || live < limit/2 {
		t.Errorf("%d live bytes of %d, %v", live, limit, err)
	}
}

// age sets the last use of a row.
func age(t *testing.T, s *Store, name string, at time.Time) {
	t.Helper()
	if _, err := s.disk.db.Exec(touchRow, at.UnixMilli(), key{"a", name}.bytes()); err != nil {
		t.Fatal(err)
	}
}

// A hit in memory updates the use on disk, and Close writes pending uses; a second hit within
// the hour writes nothing.
func TestUseIsRecorded(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{})
	put(t, New(s, "a", raw(1)), "k", nil)
	age(t, s, "k", time.Now().Add(-5*time.Hour))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = healthy(t, dir, Options{})
	for range 3 {
		wantHit(t, New(s, "a", raw(1)), "k", nil)
	}
	if n := len(s.memory.touched); n != 1 {
		t.Errorf("%d uses wait, want 1", n)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = healthy(t, dir, Options{})
	wantHit(t, New(s, "a", raw(1)), "k", nil)
	if n := len(s.memory.touched); n != 0 {
		t.Errorf("the use was not recorded: %d wait", n)
	}
}

// A value too large for the disk is kept in memory and reported; the older value must not
// return.
func TestTooLargeForDisk(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{MaxDisk: 1 << 20})
	c := New(s, "a", raw(1))
	put(t, c, "k", []byte("old"))
	huge := bytes.Repeat([]byte("h"), 1<<19+1)
	if err := c.Put("k", huge, when); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("Put: %v", err)
	}
	wantHit(t, c, "k", huge)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wantMiss(t, New(healthy(t, dir, Options{}), "a", raw(1)), "k")
}

// A full disk loses writes, not reads; Problem reports it until a write succeeds.
func TestDiskFull(t *testing.T) {
	s := healthy(t, t.TempDir(), Options{MaxBytes: 1 << 10})
	s.disk.db.SetMaxOpenConns(1) // the limit below belongs to a connection
	c := New(s, "a", raw(1))
	put(t, c, "k", []byte("v"))
	limitPages := func(n int) {
		t.Helper()
		if err := s.disk.db.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", n)).Scan(&n); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Unsaved(); err != nil {
		t.Errorf("Unsaved: %v", err)
	}
	limitPages(1)
	if err := c.Put("big", bytes.Repeat([]byte("b"), 1<<20), when); err == nil {
		t.Error("Put on a full disk: no error")
	}
	if err := s.Problem(); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("Problem: %v", err)
	}
	s.memory.remove(func(key) bool { return true })
	wantHit(t, c, "k", []byte("v"))
	limitPages(1 << 20)
	put(t, c, "big", []byte("fits now"))
	if err := s.Problem(); err != nil {
		t.Errorf("Problem after a good write: %v", err)
	}
	if err := s.Unsaved(); err == nil || !strings.Contains(err.Error(), "could not be written") {
		t.Errorf("a later write does not bring back what was lost: %v", err)
	}
}

// Everything works without a write-ahead log, as on network file systems, also on a file
// created with one.
func TestRollbackJournal(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{})
	put(t, New(s, "a", raw(1)), "k", []byte("v"))
	if err := s.disk.setJournal(true); err != nil {
		t.Fatal(err)
	}
	put(t, New(s, "a", raw(1)), "l", []byte("w"))
	if _, err := os.Stat(s.disk.path + "-wal"); err == nil {
		t.Error("there is still a write-ahead log")
	}
	s.memory.remove(func(key) bool { return true })
	wantHit(t, New(s, "a", raw(1)), "k", []byte("v"))
	wantHit(t, New(s, "a", raw(1)), "l", []byte("w"))
}

// Several processes create and use one file concurrently.
func TestProcesses(t *testing.T) {
	const variable = "CACHE_TEST_DIR"
	const writers, values = 4, 50
	if dir := os.Getenv(variable); dir != "" {
		s := healthy(t, dir, Options{MaxBytes: 1})
		c := New(s, "a", raw(1))
		for i := range values {
			k := fmt.Sprintf("%d/%d", os.Getpid(), i)
			put(t, c, k, []byte(k))
			put(t, c, "shared", []byte("same"))
			wantHit(t, c, k, []byte(k))
			wantHit(t, c, "shared", []byte("same"))
		}
		return
	}
	dir := t.TempDir()
	var running []*exec.Cmd
	for range writers {
		cmd := exec.Command(os.Args[0], "-test.run=^TestProcesses$")
		cmd.Env = append(os.Environ(), variable+"="+dir)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	for _, cmd := range running {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	c := New(healthy(t, dir, Options{}), "a", raw(1))
	for _, cmd := range running {
		for i := range values {
			k := fmt.Sprintf("%d/%d", cmd.Process.Pid, i)
			wantHit(t, c, k, []byte(k))
		}
	}
}

// TestPutAll checks that values put together are as if put one by one, that one that is too
// large costs no other, and that it stores none if the disk is full.
func TestPutAll(t *testing.T) {
	dir := t.TempDir()
	s := healthy(t, dir, Options{MaxDisk: 1 << 20})
	s.disk.db.SetMaxOpenConns(1) // the limit below belongs to a connection
	c := New(s, "a", raw(1))
	put(t, c, "huge", []byte("old"))
	some := map[string][]byte{"huge": bytes.Repeat([]byte("h"), 1<<19+1)}
	for i := range 100 {
		some[fmt.Sprint(i)] = fmt.Appendf(nil, "value %d", i)
	}
	if err := c.PutAll(maps.All(some), when); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("PutAll: %v", err)
	}
	var pages int
	if err := s.disk.db.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if err := s.disk.db.QueryRow(fmt.Sprintf("PRAGMA max_page_count = %d", pages+2)).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	more := map[string][]byte{}
	for i := range 100 {
		more[fmt.Sprint("more ", i)] = bytes.Repeat([]byte("m"), 1000)
	}
	if err := c.PutAll(maps.All(more), when); err == nil || !strings.Contains(err.Error(), "full") {
		t.Errorf("PutAll on a full disk: %v", err)
	}
	for _, all := range []map[string][]byte{some, more} {
		for name, value := range all {
			wantHit(t, c, name, value)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	c = New(healthy(t, dir, Options{}), "a", raw(1))
	for name, value := range some {
		if name != "huge" {
			wantHit(t, c, name, value)
		}
	}
	wantMiss(t, c, "huge")
	for name := range more {
		wantMiss(t, c, name)
	}
}
