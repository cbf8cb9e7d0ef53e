package lockfile

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

// TestLock protects the promise that one holder at a time has the lock, and the mode of its
// file, which stands beside secrets of nobody but tells who works here.
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

// slow is a file system that answers after some time.
type slow struct {
	after  time.Duration
	locked bool
}

func (s *slow) TryLock() (bool, error) {
	time.Sleep(s.after)
	s.locked = true
	return true, nil
}

func (s *slow) Unlock() error { s.locked = false; return nil }
func (s *slow) Locked() bool  { return s.locked }

// TestSlow protects against a file system that never answers: the caller goes on, and a lock
// that comes too late does not stay.
func TestSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slow{after: time.Minute}
		began := time.Now()
		if ok, err := (&Lock{flocker: s}).TryLock(); ok || !errors.Is(err, ErrSlow) || time.Since(began) != Wait {
			t.Errorf("%v, %v after %s", ok, err, time.Since(began))
		}
		time.Sleep(2 * time.Minute)
		if s.locked {
			t.Error("the lock stayed")
		}
		quick := &slow{after: time.Second}
		if ok, err := (&Lock{flocker: quick}).TryLock(); !ok || err != nil || !quick.locked {
			t.Errorf("%v, %v", ok, err)
		}
	})
}
