// Package sqlite keeps a queue in a SQLite file, one for a platform and company, which several
// processes may use: its tables, the lock of the process that sends, and what becomes of a file
// that is damaged, missing or of another version. It must not know what is sent or how.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/sqlfile"
)

// Queue is the Queue in a SQLite file, one per platform host and company.
type Queue struct {
	path, instance string
	gate           gate

	// access is held for reading while the file is used and for writing while another takes
	// its place.
	access sync.RWMutex
	file   *queueFile
	note   string
	closed bool
	// begun says that a new file has taken the place of one that is gone, and that nobody has
	// been told yet.
	begun bool

	mu      sync.Mutex
	changed chan struct{}
	last    nothingNew
	// shared says that other hosts may change the file, whose time then comes late.
	shared bool
	// stirred is when something has changed last, as far as this process knows.
	stirred time.Time
}

var _ queue.Queue = (*Queue)(nil)

// Open opens or makes the queue file in dir (made with mode 0700) for one catalog
// instance. A damaged file is set aside, and what can be read of it is rescued; Note says so.
// An error names the file and the next step; a newer version's file is refused with
// queue.ErrNewer.
func Open(dir, name, instance string) (*Queue, error) {
	path, err := filepath.Abs(filepath.Join(dir, name+".db"))
	if err != nil {
		return nil, fmt.Errorf("the queue has no place: %w; set CONVISO_STATE_DIR to a folder of yours", err)
	}
	q := &Queue{path: path, instance: instance, gate: gate{path: path}, changed: make(chan struct{}), stirred: time.Now()}
	if q.file, err = q.openFile(nil); err != nil {
		return nil, q.explain(err)
	}
	// The folder, which tells, is there now at the latest.
	q.shared = sqlfile.OnNetwork(path)
	// From now on a file that is missing has been deleted.
	q.begun = false
	return q, nil
}

// Note is a sentence that the user should read about the file: that it was damaged, or lies
// where a lock may not hold. It is empty where all is well.
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

// errClosed is the end of those who still watch a queue that was closed.
var errClosed = errors.New("it is closed")

// errDeleted says that there is no file any more. To go on with an empty one as if nothing had
// been would hide that promises are gone.
var errDeleted = errors.New("its file was deleted while it was in use, with what had been promised in it; a new one is there now and is empty: do this again, and look what else is missing")

// errMoved says that the open file is no longer the one under its name: another process has
// set it aside.
var errMoved = errors.New("the queue's file was moved or deleted")

// use runs op on the file. Where op meets damage, or a file that is no longer in its place,
// op is run once more on what takes its place. It says what is the matter in one sentence.
func (q *Queue) use(op func(*sql.DB) error) error {
	used, err := q.attempt(op)
	switch {
	case errors.Is(err, errClosed):
	case used.err != nil, damaged(err, q.path), errors.Is(err, errMoved):
		if err = q.replace(used, err); err == nil {
			_, err = q.attempt(op)
		}
	case failing(err):
		// After a write that the disk has refused, nothing that was read before may be
		// trusted: the next use opens the file anew.
		if anew := q.replace(used, nil); errors.Is(anew, errDeleted) {
			err = anew
		}
	}
	return q.explain(err)
}

func (q *Queue) attempt(op func(*sql.DB) error) (*queueFile, error) {
	q.access.RLock()
	defer q.access.RUnlock()
	if q.closed {
		return q.file, errClosed
	}
	if q.file.err != nil {
		return q.file, q.file.err
	}
	return q.file, q.gate.share(func() error {
		// SQLite would go on writing to a file that has left its folder.
		if info, err := os.Lstat(q.path); err != nil || !os.SameFile(info, q.file.info) {
			return errMoved
		}
		return op(q.file.db)
	})
}

// replace opens the file anew; the cause is why, nil for a file that is sound.
func (q *Queue) replace(used *queueFile, cause error) error {
	q.access.Lock()
	defer q.access.Unlock()
	if q.closed {
		return errClosed
	}
	if q.file != used {
		return nil // Another goroutine was here first.
	}
	_ = used.close() // It is not trusted any more.
	file, err := q.openFile(cause)
	if err != nil {
		// It is tried again with the next use.
		q.file = &queueFile{info: used.info, err: err}
		return err
	}
	q.file = file
	if q.begun {
		q.begun = false
		return errDeleted
	}
	return nil
}

// failing says whether a disk has refused to read or write.
func failing(err error) bool {
	code, ok := sqlfile.Code(err)
	return ok && (code == sqlite3.SQLITE_IOERR || code == sqlite3.SQLITE_FULL)
}

// explain adds to an error what is the matter with the file and the next step.
func (q *Queue) explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var said *queueError
	if errors.As(err, &said) {
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

// announce wakes every Wait of this process.
func (q *Queue) announce() {
	q.mu.Lock()
	defer q.mu.Unlock()
	close(q.changed)
	q.changed = make(chan struct{})
	q.last, q.stirred = nothingNew{}, time.Now()
}

// Wait implements Queue.
func (q *Queue) Wait(ctx context.Context) error {
	q.mu.Lock()
	changed, pause := q.changed, q.pause()
	q.mu.Unlock()
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// Meta implements Queue; an absent key is the empty string, and so is a value that fails its
// checksum. No fact is trusted that far: auto-import is off where its memory is not known, and
// where a queue's binding is not, the file's name still holds its platform and company.
func (q *Queue) Meta(ctx context.Context, key string) (string, error) {
	var stored string
	err := q.use(func(db *sql.DB) error {
		err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&stored)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	value, _ := openFact(key, stored)
	return value, err
}

// SetMeta implements Queue.
func (q *Queue) SetMeta(ctx context.Context, key, value string) error {
	return q.use(func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, putFact, key, sealFact(key, value))
		return err
	})
}

const putFact = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"

// sealFact puts a checksum before a value.
func sealFact(key, value string) string { return fmt.Sprintf("%08x %s", rowSum(key, value), value) }

// openFact returns the value of a sealed fact; false if it is not what was written.
func openFact(key, stored string) (string, bool) {
	_, value, ok := strings.Cut(stored, " ")
	if !ok || sealFact(key, value) != stored {
		return "", false
	}
	return value, true
}

// inTx runs fn in one transaction and wakes the waiting ones when it is on disk. Fn may be
// run twice, the second time on another file.
func (q *Queue) inTx(ctx context.Context, fn func(*sql.Tx) error) error {
	err := q.use(func(db *sql.DB) error { return transact(ctx, db, fn) })
	if err == nil {
		q.announce()
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

// takeSeqs takes the next n change numbers and returns the first.
func takeSeqs(tx *sql.Tx, n int) (first int64, err error) {
	err = tx.QueryRow("UPDATE meta SET value = value + ? WHERE key = 'seq' RETURNING value", n).Scan(&first)
	return first - int64(n) + 1, err
}

// rowSum is a checksum over a row's fields, each with its length so that none can flow into
// the next.
func rowSum(fields ...string) uint32 {
	var text []byte
	for _, field := range fields {
		text = append(strconv.AppendInt(text, int64(len(field)), 10), ':')
		text = append(text, field...)
	}
	return crc32.Checksum(text, crc32.MakeTable(crc32.Castagnoli))
}
