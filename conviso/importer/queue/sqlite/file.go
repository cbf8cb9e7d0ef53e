package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	driver "modernc.org/sqlite" // the pure Go driver of the queue's file
	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/sqlfile"
)

// maxCheckedSize is the largest file, in bytes, that every open checks, in milliseconds. A larger
// one is checked before anything of it is sent, and after an error.
const maxCheckedSize = 4 << 20

type queueFile struct {
	db   *sql.DB
	info fs.FileInfo // identifies the file: another process may replace it
	err  error       // why the file could not be opened
}

// brokenOff reports whether a call's context ended it.
func brokenOff(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (f *queueFile) close() error {
	if f.db == nil {
		return nil
	}
	return f.db.Close()
}

// errDamaged means that a file is readable but not what was written.
var errDamaged = errors.New("it is damaged")

// isDamaged reports whether the file at path is not what was written. SQLite reports a file as
// read-only also for a flipped bit in it. A call that was broken off says nothing about the file.
func isDamaged(err error, path string) bool {
	switch {
	case brokenOff(err):
		return false
	case errors.Is(err, errDamaged):
		return true
	}
	if code, _ := sqlfile.Code(err); code == sqlite3.SQLITE_READONLY {
		return sqlfile.Writable(path)
	}
	return sqlfile.Damaged(err)
}

// openFile opens the queue's file, creating a missing one and rescuing a damaged one. cause is the
// error that made reopening necessary, or nil.
func (q *Queue) openFile(cause error) (*queueFile, error) {
	if err := ownfile.Folder(filepath.Dir(q.path)); err != nil {
		return nil, err
	}
	if err := refuseNewer(q.path); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(q.path); errors.Is(err, fs.ErrNotExist) {
		// An empty file would look like one that lost everything, so it gets its name when complete.
		if err := q.fileLock.exclusive(q.create); err != nil {
			return nil, err
		}
	}
	var file *queueFile
	var err error
	if cause == nil || !isDamaged(cause, q.path) {
		file, err = q.openShared()
	} else {
		err = cause
	}
	if isDamaged(err, q.path) {
		if err := q.fileLock.exclusive(func() error { return q.rescue(err) }); err != nil {
			return nil, err
		}
		file, err = q.openShared()
	}
	return file, err
}

// openShared is openChecked under the shared lock.
func (q *Queue) openShared() (file *queueFile, err error) {
	err = q.fileLock.shared(func() error {
		file, err = openChecked(q.path)
		return err
	})
	return file, err
}

// openChecked opens a file, and checks it if that is quick.
func openChecked(path string) (*queueFile, error) {
	if err := sqlfile.PrepareFile(path); err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%w: it is empty", errDamaged)
	}
	db, err := openDB(path)
	if err == nil {
		err = prepareQueue(db)
	}
	if err == nil && info.Size() <= maxCheckedSize {
		err = checkQueue(db)
	}
	if err != nil {
		return nil, errors.Join(err, (&queueFile{db: db}).close())
	}
	return &queueFile{db: db, info: info}, nil
}

// openDB opens a database with one connection. A rollback journal costs two more disk syncs for each
// commit than a write-ahead log, about a millisecond. In return all data is in one file under checksums
// (SQLite takes a damaged log for a shorter one), and it works without shared memory, so on network file
// systems. With FULL every commit waits for the disk, so that queued items survive a power loss.
func openDB(path string) (*sql.DB, error) {
	return openWith(path, url.Values{
		"_pragma":    {"busy_timeout(10000)", "journal_mode(TRUNCATE)", "synchronous(FULL)", "cell_size_check(ON)", "trusted_schema(OFF)"},
		"_defensive": {"1"},
		"_txlock":    {"immediate"},
	})
}

// openDamaged opens a copy of a damaged file for reading. With writable_schema SQLite reads the
// rest of a file that is too short or has a damaged schema.
func openDamaged(path string) (*sql.DB, error) {
	return openWith(path, url.Values{"_pragma": {"writable_schema(ON)", "cell_size_check(ON)", "trusted_schema(OFF)"}})
}

func openWith(path string, params url.Values) (*sql.DB, error) {
	// Without mode=rw SQLite would create again a file that was just set aside.
	params.Set("mode", "rw")
	address := url.URL{Scheme: "file", Path: path, OmitHost: true, RawQuery: params.Encode()}
	connector, err := driver.NewConnector(address.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return db, nil
}

// checkQueue checks everything: the file's structure and all checksums.
func checkQueue(db *sql.DB) error {
	if err := checkTables(db, "PRAGMA integrity_check(1)"); err != nil {
		return err
	}
	return checkHistory(db)
}

// checkPending checks what is sent and what that depends on: its cost does not go with what was ever imported.
func checkPending(db *sql.DB) error {
	return checkTables(db, "PRAGMA integrity_check(items)")
}

// checkTables checks the structure as pragma does, and the checksums of items and meta.
func checkTables(db *sql.DB, pragma string) error {
	var verdict string
	if err := db.QueryRow(pragma).Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", errDamaged, verdict)
	}
	last, err := checkItems(db)
	if err != nil {
		return err
	}
	values, err := metaValues(db)
	if err != nil {
		return err
	}
	var seq, finished int64
	if err := db.QueryRow("SELECT coalesce(max(seq), 0) FROM history").Scan(&finished); err != nil {
		return scanError(err)
	}
	if n, err := fmt.Sscan(values[metaSeq], &seq); n != 1 || err != nil || seq < max(last, finished) {
		return fmt.Errorf("%w: its change number is wrong", errDamaged)
	}
	for key, stored := range values {
		if _, ok := openMeta(key, stored); !ok && key != metaSeq {
			return fmt.Errorf("%w: a value beside the items fails its checksum", errDamaged)
		}
	}
	return nil
}

// checkItems checks every item's checksum and returns the newest Seq.
func checkItems(db *sql.DB) (last int64, err error) {
	rows, err := db.Query("SELECT " + itemColumns + " FROM items")
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r itemRow
		if err := r.scan(rows); err != nil {
			return last, scanError(err)
		}
		if !r.intact() {
			return last, fmt.Errorf("%w: the record of %s fails its checksum", errDamaged, r.ref)
		}
		last = max(last, r.seq)
	}
	return last, rows.Err()
}
