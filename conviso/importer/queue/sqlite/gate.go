package sqlite

import (
	"errors"
	"sync/atomic"
	"syscall"
	"time"

	"conviso-importer/internal/lockfile"
)

const (
	// repairLock ends the name of the lock file that is held while a queue's file is made or
	// rescued.
	repairLock = ".repair"
	// repairWait bounds the wait for those who use the file, or for another process that
	// makes or rescues it; gatePoll is the time between two tries.
	repairWait = 20 * time.Second
	gatePoll   = 10 * time.Millisecond
)

// errRepairing means that another process has held the lock for repairWait.
var errRepairing = errors.New("another process has been repairing it for too long; end it, or try again in a moment")

// gate is a read-write lock between processes: any number of them may use the queue's file, or one
// alone may replace it. Without it, what one process writes to a file that another one is setting
// aside would be lost after it was promised, and SQLite, which goes by the name, would apply the
// journal of the one file to the other.
type gate struct {
	path string
	// disabled is set where locks do not work or cannot be made. No process can replace the
	// file then, so its users need not ask again.
	disabled atomic.Bool
}

// shared runs do while no process replaces the file.
func (g *gate) shared(do func() error) error {
	if g.disabled.Load() {
		return do()
	}
	lock, err := g.acquire((*lockfile.Lock).TryShare)
	switch {
	case errors.Is(err, errRepairing):
		return err
	case err != nil:
		// Other errors, such as too many open files, concern this call alone.
		if unsupported(err) {
			g.disabled.Store(true)
		}
		return do()
	}
	defer func() { _ = lock.Unlock() }()
	return do()
}

// unsupported reports whether an error means that this file system has no locks.
func unsupported(err error) bool {
	for _, cause := range []error{lockfile.ErrSlow, syscall.ENOLCK, syscall.ENOTSUP, syscall.ENOSYS, syscall.EROFS} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// exclusive runs do while no other process uses or replaces the file.
func (g *gate) exclusive(do func() error) error {
	lock, err := g.acquire((*lockfile.Lock).TryLock)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	return do()
}

// acquire waits for the lock for at most repairWait; try asks for it.
func (g *gate) acquire(try func(*lockfile.Lock) (bool, error)) (*lockfile.Lock, error) {
	lock := lockfile.New(g.path + repairLock)
	for deadline := time.Now().Add(repairWait); ; time.Sleep(gatePoll) {
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
