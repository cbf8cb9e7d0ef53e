package sqlite

import (
	"errors"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"conviso-importer/internal/lockfile"
	"conviso-importer/internal/ownfile"
)

const (
	repairLock = ".repair"        // the suffix of the lock file for creating or rescuing the file
	repairWait = 20 * time.Second // bounds the wait for the lock; lockPoll is the time between tries
	lockPoll   = 10 * time.Millisecond
)

// errRepairing means that another process held the lock for repairWait.
var errRepairing = errors.New("another process has been repairing it for too long; end it, or try again in a moment")

// fileLock is a read-write lock between processes: many may use the queue's file, or one may replace
// it. Otherwise a write to a file that is just set aside would be lost after it was promised, and
// SQLite, which goes by name, would apply one file's journal to the other.
type fileLock struct {
	path     string
	disabled atomic.Bool // set where locks do not work: then no process can replace the file either
}

// shared runs do while no process replaces the file.
func (g *fileLock) shared(do func() error) error {
	if g.disabled.Load() {
		return do()
	}
	lock, err := g.acquire((*lockfile.Lock).TryShare)
	switch {
	case errors.Is(err, errRepairing), errors.Is(err, ownfile.ErrNotOurs):
		return err
	case err != nil:
		// Other errors, such as too many open files, are temporary.
		if unsupported(err) {
			g.disabled.Store(true)
		}
		return do()
	}
	defer func() { _ = lock.Unlock() }()
	return do()
}

// unsupported reports whether the file system has no locks.
func unsupported(err error) bool {
	causes := []error{lockfile.ErrSlow, syscall.ENOLCK, syscall.ENOTSUP, syscall.ENOSYS, syscall.EROFS}
	return slices.ContainsFunc(causes, func(cause error) bool { return errors.Is(err, cause) })
}

// exclusive runs do while no other process uses the file.
func (g *fileLock) exclusive(do func() error) error {
	lock, err := g.acquire((*lockfile.Lock).TryLock)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	return do()
}

// acquire retries try for at most repairWait.
func (g *fileLock) acquire(try func(*lockfile.Lock) (bool, error)) (*lockfile.Lock, error) {
	lock := lockfile.New(g.path + repairLock)
	for deadline := time.Now().Add(repairWait); ; time.Sleep(lockPoll) {
		ok, err := try(lock)
		switch {
		case err != nil:
			return nil, err
		case ok:
			return lock, nil
		case time.Now().After(deadline):
			return nil, errRepairing
		}
	}
}
