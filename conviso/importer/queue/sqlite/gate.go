package sqlite

import (
	"errors"
	"sync/atomic"
	"syscall"
	"time"

	"conviso-importer/internal/lockfile"
)

const (
	// repairLock ends the name of the lock under which a file is made or rescued.
	repairLock = ".repair"
	// repairWait bounds the wait for those who use the file, or for another process that
	// makes or rescues it; gatePoll is the time between two looks.
	repairWait = 20 * time.Second
	gatePoll   = 10 * time.Millisecond
)

// errRepairing says that another process has been at the file for repairWait.
var errRepairing = errors.New("another process has been repairing it for too long; end it, or try again in a moment")

// gate lets any number of processes use the queue's file, or one alone put another file in its
// place. What one process wrote to a file while another one was taking it away would be gone,
// though it was promised; and SQLite would take the journal of the one for that of the other,
// since it goes by the name.
type gate struct {
	path string
	// closed says that locks do not work here, or cannot be made. Then no file is replaced
	// either, so that its users need not ask again.
	closed atomic.Bool
}

// share runs do while nobody replaces the file.
func (g *gate) share(do func() error) error {
	if g.closed.Load() {
		return do()
	}
	lock, err := g.take((*lockfile.Lock).TryShare)
	switch {
	case errors.Is(err, errRepairing):
		return err
	case err != nil:
		// Other troubles concern this moment alone, such as too many open files.
		if lockless(err) {
			g.closed.Store(true)
		}
		return do()
	}
	defer func() { _ = lock.Unlock() }()
	return do()
}

// lockless says whether an error means that there are no locks on this file system.
func lockless(err error) bool {
	for _, cause := range []error{lockfile.ErrSlow, syscall.ENOLCK, syscall.ENOTSUP, syscall.ENOSYS, syscall.EROFS} {
		if errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// alone runs do while nobody uses or replaces the file.
func (g *gate) alone(do func() error) error {
	lock, err := g.take((*lockfile.Lock).TryLock)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	return do()
}

// take waits for the lock, which try asks for, at most for repairWait.
func (g *gate) take(try func(*lockfile.Lock) (bool, error)) (*lockfile.Lock, error) {
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
