// Package lockfile takes the kernel's locks on files, which end with the process that holds
// them, however it ends. It asks for no more than is answered in time: on some network file
// systems such a question hangs for ever. It must not know what is locked, or why.
package lockfile

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"conviso-importer/internal/ownfile"
)

// Wait is the longest wait for the file system; a local disk answers at once.
const Wait = 2 * time.Second

// ErrSlow reports that the file system did not answer.
var ErrSlow = errors.New("the file system did not answer within 2s, as happens on network file systems whose locks do not work")

type flocker interface {
	TryLock() (bool, error)
	TryRLock() (bool, error)
	Unlock() error
}

// Lock is a lock on one file, which it creates if needed and never removes.
type Lock struct {
	path string
	file flocker
	// held reports whether the lock was granted; file cannot tell while a call hangs.
	held atomic.Bool
	// hangs reports whether a call is still open after Wait. Another one would hang as well, and
	// each keeps a thread.
	hangs atomic.Bool

	mu    sync.Mutex
	probe *Lock
}

// New returns the lock of the file at path, not yet taken.
func New(path string) *Lock {
	return &Lock{path: path, file: flock.New(path, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDONLY|ownfile.AsItIs))}
}

// TryLock takes the exclusive lock if it is free. It fails with ErrSlow after Wait; a lock granted
// later is released.
func (l *Lock) TryLock() (bool, error) { return l.ask(l.file.TryLock) }

// TryShare takes a shared lock if there is no exclusive one. It fails as TryLock does.
func (l *Lock) TryShare() (bool, error) { return l.ask(l.file.TryRLock) }

// Unlock releases the lock.
func (l *Lock) Unlock() error {
	if !l.held.Swap(false) {
		return nil
	}
	return l.file.Unlock()
}

func (l *Lock) ask(question func() (bool, error)) (bool, error) {
	if l.hangs.Load() {
		return false, ErrSlow
	}
	type answer struct {
		ok  bool
		err error
	}
	answered := make(chan answer, 1)
	// The answer and the timeout race for this.
	var settled atomic.Bool
	go func() {
		err := ownfile.Check(l.path)
		ok := false
		if err == nil {
			ok, err = question()
		}
		if settled.CompareAndSwap(false, true) {
			answered <- answer{ok, err}
			return
		}
		if ok {
			_ = l.file.Unlock()
		}
		l.hangs.Store(false)
	}()
	timer := time.NewTimer(Wait)
	defer timer.Stop()
	select {
	case a := <-answered:
		return l.grant(a.ok), a.err
	case <-timer.C:
	}
	l.hangs.Store(true)
	if settled.CompareAndSwap(false, true) {
		return false, ErrSlow
	}
	l.hangs.Store(false)
	a := <-answered
	return l.grant(a.ok), a.err
}

func (l *Lock) grant(ok bool) bool {
	if ok {
		l.held.Store(true)
	}
	return ok
}

// Elsewhere reports whether another lock of the file is exclusive, in this process or another one;
// false if unknown.
func (l *Lock) Elsewhere() bool {
	if l.held.Load() || l.hangs.Load() {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.probe == nil {
		l.probe = New(l.path)
	}
	// Shared, so that two callers do not take each other for holders.
	ok, err := l.probe.TryShare()
	if ok {
		_ = l.probe.Unlock()
	}
	return !ok && err == nil
}
