// Package sqlite keeps a queue in a SQLite file, one for a platform and company, which several
// processes may use: its tables, the lock of the process that sends, and what becomes of a file
// that is damaged, missing or of another version. It must not know what is sent or how.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/sqlfile"
)

// Queue is a queue.Queue in a SQLite file.
type Queue struct {
	path, instance string
	gate           gate

	// access is held for reading while the file is used, and for writing while another file
	// replaces it.
	access sync.RWMutex
	file   *queueFile
	note   string
	closed bool
	// recreated reports that the file was missing and a new one was made, which the next call
	// returns as errDeleted.
	recreated bool

	mu            sync.Mutex
	changed       chan struct{}
	lastEmptyPoll emptyPoll
	// onNetwork reports that other hosts may change the file, whose time is then not reliable.
	onNetwork bool
	// lastChange is the time of the last change that this process knows of.
	lastChange time.Time
}

var _ queue.Queue = (*Queue)(nil)

// Open opens the file of the queue called name in dir for one catalog instance. It creates dir, with
// mode 0700, and the file where they do not exist. A damaged file is set aside, and what can be read
// of it goes on in a new one; Note then tells. An error names the file and the next step. The file
// of a newer version is refused with queue.ErrNewer.
func Open(dir, name, instance string) (*Queue, error) {
	path, err := filepath.Abs(filepath.Join(dir, name+".db"))
	if err != nil {
		return nil, fmt.Errorf("the queue has no place: %w; set CONVISO_STATE_DIR to a folder of yours", err)
	}
	q := &Queue{path: path, instance: instance, gate: gate{path: path}, changed: make(chan struct{}), lastChange: time.Now()}
	if q.file, err = q.openFile(nil); err != nil {
		return nil, q.explain(err)
	}
	// Only now does the folder exist for certain.
	q.onNetwork = sqlfile.OnNetwork(path)
	// A new file is ordinary here; later it means that the old one was deleted.
	q.recreated = false
	return q, nil
}

// Note returns a sentence about the file for the user: that it was damaged, or that it is on a
// network file system, where locks may fail. It is empty where there is nothing to tell.
func (q *Queue) Note() string {
	q.access.RLock()
	defer q.access.RUnlock()
	if q.note == "" && sqlfile.OnNetwork(q.path) {
		return fmt.Sprintf("the queue is on a network file system (%s), which may be slow and lose locks; set CONVISO_STATE_DIR to a folder on a local disk", filepath.Dir(q.path))
	}
	return q.note
}

// Close closes the file.
func (q *Queue) Close() error {
	q.access.Lock()
	defer q.access.Unlock()
	q.closed = true
	return q.file.close()
}

// errClosed is returned by every method after Close.
var errClosed = errors.New("it is closed")

// errDeleted is returned once after the file was deleted while it was in use. To go on with an empty
// one silently would hide that queued items are gone.
var errDeleted = errors.New("its file was deleted while it was in use, with what had been promised in it; a new one is there now and is empty: do this again, and look what else is missing")

// errMoved means that the open file is no longer the one with its name: another process has set it
// aside.
var errMoved = errors.New("the queue's file was moved or deleted")

// use runs op on the file. Where the file is damaged or was replaced, op runs again on the new one.
// Errors are explained to the user.
func (q *Queue) use(op func(*sql.DB) error) error {
	used, err := q.attempt(op)
	switch {
	case errors.Is(err, errClosed):
	case used.err != nil, isDamaged(err, q.path), errors.Is(err, errMoved):
		if err = q.reopen(used, err); err == nil {
			_, err = q.attempt(op)
		}
	case diskFailed(err):
		// After a failed write nothing that SQLite has in memory may be trusted.
		if reopened := q.reopen(used, nil); errors.Is(reopened, errDeleted) {
			err = reopened
		}
	}
	return q.explain(err)
}

// attempt runs op on the file and returns the file that it used.
func (q *Queue) attempt(op func(*sql.DB) error) (*queueFile, error) {
	q.access.RLock()
	defer q.access.RUnlock()
	if q.closed {
		return q.file, errClosed
	}
	if q.file.err != nil {
		return q.file, q.file.err
	}
	return q.file, q.gate.shared(func() error {
		// SQLite would go on writing to a file that was renamed.
		if info, err := os.Lstat(q.path); err != nil || !os.SameFile(info, q.file.info) {
			return errMoved
		}
		return op(q.file.db)
	})
}

// reopen opens the file again. The cause is the error that made it necessary, nil where the file is
// not damaged.
func (q *Queue) reopen(used *queueFile, cause error) error {
	q.access.Lock()
	defer q.access.Unlock()
	if q.closed {
		return errClosed
	}
	if q.file != used {
		return nil // Another goroutine was here first.
	}
	_ = used.close() // Its connection is not trusted any more.
	file, err := q.openFile(cause)
	if err != nil {
		// The next use tries again.
		q.file = &queueFile{info: used.info, err: err}
		return err
	}
	q.file = file
	if q.recreated {
		q.recreated = false
		return errDeleted
	}
	return nil
}

// diskFailed reports whether reading or writing the disk has failed.
func diskFailed(err error) bool {
	code, ok := sqlfile.Code(err)
	return ok && (code == sqlite3.SQLITE_IOERR || code == sqlite3.SQLITE_FULL)
}

// explain adds to an error which file it is about and the next step.
func (q *Queue) explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var explained *queueError
	if errors.As(err, &explained) {
		return err
	}
	dir := filepath.Dir(q.path)
	code, _ := sqlfile.Code(err)
	advice := "set CONVISO_STATE_DIR to a folder of yours on a local disk"
	switch {
	case errors.Is(err, queue.ErrNewer):
		advice = "use that version, or set CONVISO_STATE_DIR to another folder"
	case code == sqlite3.SQLITE_FULL:
		advice = "the disk is full; free some space on it"
	case code == sqlite3.SQLITE_IOERR:
		advice = "the disk fails or is full; look at it, or set CONVISO_STATE_DIR to a folder on another one"
	case code == sqlite3.SQLITE_BUSY:
		advice = "another process holds it for too long; try again in a moment"
	}
	return &queueError{fmt.Errorf("the queue in %s: %w; %s", dir, sqlfile.Printable(err), advice)}
}

// queueError is an error that has been explained.
type queueError struct{ error }

// Unwrap returns the cause.
func (e *queueError) Unwrap() error { return e.error }

// notify wakes every Wait on this handle.
func (q *Queue) notify() {
	q.mu.Lock()
	defer q.mu.Unlock()
	close(q.changed)
	q.changed = make(chan struct{})
	q.lastEmptyPoll, q.lastChange = emptyPoll{}, time.Now()
}

// Wait implements queue.Queue.
func (q *Queue) Wait(ctx context.Context) error {
	q.mu.Lock()
	changed, delay := q.changed, q.pollDelay()
	q.mu.Unlock()
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// inTx runs fn in a transaction and calls notify when it is on disk. It may run fn twice, the second
// time on another file.
func (q *Queue) inTx(ctx context.Context, fn func(*sql.Tx) error) error {
	err := q.use(func(db *sql.DB) error { return transact(ctx, db, fn) })
	if err == nil {
		q.notify()
	}
	return err
}

func transact(ctx context.Context, db *sql.DB, fn func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}
