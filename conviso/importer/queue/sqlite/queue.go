// Package sqlite keeps a queue in a SQLite file, one for each platform and company, which several
// processes may use: its tables, the sender's lock, and the rescue of a damaged file. It must not
// know what is sent or how.
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
	settle         time.Duration // how long what may have been sent is looked for
	outside        outside
	fileLock       fileLock

	access    sync.RWMutex // read-locked to use the file, locked to replace it
	file      *queueFile
	note      string
	closed    bool
	recreated bool // a missing file was created again; the next call returns errDeleted

	mu            sync.Mutex
	changed       chan struct{}
	lastEmptyPoll emptyPoll
	tally         tally
	onNetwork     bool      // other hosts may change the file, and its time is not reliable
	lastChange    time.Time // the last change this process knows of
}

var _ queue.Queue = (*Queue)(nil)

// Options are what a queue may know of the rest.
type Options struct {
	// Outside is a folder that is not backed up and restored with the queue, such as the cache's; it tells that
	// the queue is older than what was sent from it. Empty for none.
	Outside string
	Settle  time.Duration // how long what may have been sent is looked for
}

// Open opens the file of the queue called name in dir for one catalog instance, creating dir (mode
// 0700) and the file if needed. A damaged file is set aside and rescued; see Note. Errors name the
// file and the next step; a newer version's file is queue.ErrNewer.
func Open(dir, name, instance string) (*Queue, error) {
	return OpenWith(dir, name, instance, Options{})
}

// OpenWith is Open with options.
func OpenWith(dir, name, instance string, o Options) (*Queue, error) {
	path, err := filepath.Abs(filepath.Join(dir, name+".db"))
	if err != nil {
		return nil, fmt.Errorf("the queue has no place: %w; set CONVISO_STATE_DIR to a folder of yours", err)
	}
	q := &Queue{path: path, instance: instance, settle: o.Settle, outside: newOutside(o.Outside, name, path), fileLock: fileLock{path: path},
		changed: make(chan struct{}), lastChange: time.Now()}
	if q.file, err = q.openFile(nil); err != nil {
		return nil, q.explain(err)
	}
	// Only now does the folder exist for certain.
	q.onNetwork = sqlfile.OnNetwork(path)
	// A new file is normal here; later it means that the old one was deleted.
	q.recreated = false
	// Who only reads a file that takes no writes need not doubt; Recover does it again.
	_ = q.doubtOlder(context.Background()) //nolint:forbidigo // A local file is read, and written where it is older.
	return q, nil
}

// OnNetwork reports whether the queue is on a network file system, which other hosts may share and whose locks
// may not hold.
func (q *Queue) OnNetwork() bool { return q.onNetwork }

// Note returns a sentence for the user, that the file was damaged or is on a network file system
// where locks may fail, or "".
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

// errDeleted is returned once after the file was deleted while in use: going on silently with an
// empty one would hide that queued items are gone.
var errDeleted = errors.New("its file was deleted while it was in use, with what had been promised in it; a new one is there now and is empty: do this again, and look what else is missing; what is imported within a quarter of an hour is looked for before it is sent")

// errMoved means that another process has set the open file aside.
var errMoved = errors.New("the queue's file was moved or deleted")

// use runs op on the file, again if the file was damaged or replaced, and explains errors to the user.
func (q *Queue) use(op func(*sql.DB) error) error {
	used, err := q.attempt(op)
	switch {
	case errors.Is(err, errClosed):
	case used.err != nil, isDamaged(err, q.path), errors.Is(err, errMoved):
		if err = q.reopen(used, err); err == nil {
			_, err = q.attempt(op)
		}
	case diskFailed(err):
		// After a failed write SQLite's memory is not to be trusted.
		if reopened := q.reopen(used, nil); errors.Is(reopened, errDeleted) {
			err = reopened
		}
	}
	return q.explain(err)
}

// attempt runs op and returns the file that it used.
func (q *Queue) attempt(op func(*sql.DB) error) (*queueFile, error) {
	q.access.RLock()
	defer q.access.RUnlock()
	if q.closed {
		return q.file, errClosed
	}
	if q.file.err != nil {
		return q.file, q.file.err
	}
	return q.file, q.fileLock.shared(func() error {
		// SQLite would go on writing to a renamed file.
		if info, err := os.Lstat(q.path); err != nil || !os.SameFile(info, q.file.info) {
			return errMoved
		}
		return op(q.file.db)
	})
}

// reopen opens the file again because of cause, nil if it is not damaged.
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

func diskFailed(err error) bool {
	code, ok := sqlfile.Code(err)
	return ok && (code == sqlite3.SQLITE_IOERR || code == sqlite3.SQLITE_FULL)
}

// explain adds the file and the next step to an error.
func (q *Queue) explain(err error) error {
	if err == nil || brokenOff(err) {
		return err
	}
	var explained *queueError
	if errors.As(err, &explained) {
		return err
	}
	dir := filepath.Dir(q.path)
	if why := sqlfile.NoFileLeft(err); why != "" {
		return &queueError{fmt.Errorf("the queue in %s: %w: %s", dir, sqlfile.Printable(err), why)}
	}
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

// queueError is an explained error.
type queueError struct{ error }

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

// change is a transaction that writes items.
type change struct {
	*sql.Tx

	moved moved
}

// inTx runs fn in a transaction, twice if the file was replaced, and calls notify after the commit.
func (q *Queue) inTx(ctx context.Context, fn func(*change) error) error {
	var done moved
	err := q.use(func(db *sql.DB) error {
		err := transact(ctx, db, func(tx *sql.Tx) error {
			made := change{Tx: tx}
			err := fn(&made)
			done = made.moved
			return err
		})
		if err != nil && ctx.Err() != nil {
			// What a transaction says that its context has ended differs.
			return ctx.Err()
		}
		return err
	})
	if err == nil {
		q.count(&done)
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
