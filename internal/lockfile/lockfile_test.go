package lockfile

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestLock checks that there is one holder, and the file's mode.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	first, second := New(path), New(path)
	for range 2 {
		if ok, err := first.TryLock(); !ok || err != nil {
			t.Fatalf("a free lock: %v, %v", ok, err)
		}
		if ok, err := second.TryLock(); ok || err != nil {
			t.Fatalf("a lock that is held: %v, %v", ok, err)
		}
		if first.Elsewhere() || !second.Elsewhere() {
			t.Errorf("held elsewhere: %v for the holder, %v for another", first.Elsewhere(), second.Elsewhere())
		}
		if err := first.Unlock(); err != nil {
			t.Fatal(err)
		}
		if first.Elsewhere() {
			t.Error("a free lock is held elsewhere")
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
}

// TestShared checks that shared and exclusive locks exclude each other, and that Elsewhere ignores
// callers of Elsewhere.
func TestShared(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.lock")
	first, second, alone := New(path), New(path), New(path)
	for _, l := range []*Lock{first, second} {
		if ok, err := l.TryShare(); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if ok, err := alone.TryLock(); ok || err != nil {
		t.Errorf("a shared lock was taken alone: %v, %v", ok, err)
	}
	if alone.Elsewhere() {
		t.Error("those who share a lock look like a holder")
	}
	_, _ = first.Unlock(), second.Unlock()
	if ok, err := alone.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if ok, err := first.TryShare(); ok || err != nil {
		t.Errorf("a lock held alone is shared: %v, %v", ok, err)
	}
}

// slow is a file system that answers late, one call after the other.
type slow struct {
	asked atomic.Int32

	mu     sync.Mutex
	after  time.Duration
	locked bool
}

func (s *slow) answersIn(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = d
}

func (s *slow) Locked() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.locked
}

func (s *slow) TryLock() (bool, error) {
	s.asked.Add(1)
	s.mu.Lock()
	after := s.after
	s.mu.Unlock()
	time.Sleep(after)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = true
	return true, nil
}

func (s *slow) TryRLock() (bool, error) { return s.TryLock() }

func (s *slow) Unlock() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.locked = false
	return nil
}

// TestSlow checks that a lock granted too late is released.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{after: time.Minute}
		l := &Lock{file: s}
		began := time.Now()
		if ok, err := l.TryLock(); ok || !errors.Is(err, ErrSlow) || time.Since(began) != Wait {
			t.Errorf("%v, %v after %s", ok, err, time.Since(began))
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if s.Locked() {
			t.Error("the lock stayed")
		}
		s.answersIn(time.Second)
		if ok, err := l.TryLock(); !ok || err != nil || !s.Locked() {
			t.Errorf("%v, %v", ok, err)
		}
	})
}

// TestHanging checks that only one call hangs, since each keeps a thread.
func TestHanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{after: 24 * time.Hour}
		l := &Lock{file: s, probe: &Lock{file: s}}
		for range 3 {
			if l.Elsewhere() {
				t.Error("held elsewhere, it says")
			}
			if ok, err := l.TryLock(); ok || !errors.Is(err, ErrSlow) {
				t.Errorf("%v, %v", ok, err)
			}
		}
		// One call by the lock, one by its probe.
		if n := s.asked.Load(); n != 2 {
			t.Errorf("%d questions are open", n)
		}
		time.Sleep(48 * time.Hour)
	})
}
