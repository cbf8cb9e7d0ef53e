// Package lockfile takes the kernel's locks on files, which end with the process that holds
// them, however it ends. It asks for no more than is answered in time: on some network file
// systems such a question hangs for ever. It must not know what is locked, or why.
package lockfile

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"
)

// Wait bounds the wait for an answer that a local disk gives at once.
const Wait = 2 * time.Second

// ErrSlow says that the file system did not answer.
var ErrSlow = errors.New("the file system did not answer within 2s, as happens on network file systems whose locks do not work")

// flocker is what this package needs of flock.Flock.
type flocker interface {
	TryLock() (bool, error)
	Unlock() error
	Locked() bool
}

// Lock is a lock on one file, which it makes where it is not there. The file stays.
type Lock struct {
	path string
	flocker
}

// New returns the lock of the file at path; nothing is taken yet.
func New(path string) *Lock {
	return &Lock{path: path, flocker: flock.New(path, flock.SetPermissions(0o600))}
}

// TryLock takes the lock if nobody holds it. It fails with ErrSlow after Wait; a lock that is
// granted after that is given back.
func (l *Lock) TryLock() (bool, error) {
	type answer struct {
		ok  bool
		err error
	}
	answered := make(chan answer, 1)
	// Whichever comes first settles it: the answer or the end of the wait.
	var settled atomic.Bool
	go func() {
		ok, err := l.flocker.TryLock()
		if settled.CompareAndSwap(false, true) {
			answered <- answer{ok, err}
		} else if ok {
			_ = l.Unlock()
		}
	}()
	timer := time.NewTimer(Wait)
	defer timer.Stop()
	select {
	case a := <-answered:
		return a.ok, a.err
	case <-timer.C:
	}
	if settled.CompareAndSwap(false, true) {
		return false, ErrSlow
	}
	a := <-answered
	return a.ok, a.err
}

// Elsewhere says whether another lock of the file is held, in this process or in another one.
// It is false where that cannot be told.
func (l *Lock) Elsewhere() bool {
	if l.Locked() {
		return false
	}
	probe := New(l.path)
	ok, err := probe.TryLock()
	if ok {
		_ = probe.Unlock()
	}
	return !ok && err == nil
}
