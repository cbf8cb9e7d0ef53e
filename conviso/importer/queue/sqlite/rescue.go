package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"conviso-importer/internal/sqlfile"
	"conviso-importer/internal/unixms"
)

const (
	readyFile  = ".rescued"  // the suffix of a complete rescued file not renamed yet
	scratchDir = ".scratch-" // marks folders with copies of a damaged file
	partFile   = ".part"     // the suffix of a file being written
)

// noteDamaged is the error of an item whose record could not be read.
const noteDamaged = "its record in the queue is damaged, so whether it was sent is unknown; refresh, look for its asset, then import it again"

// create makes the file: the ready one of an interrupted rescue, or an empty one. It sets aside an
// earlier file's journals, which SQLite would apply.
func (q *Queue) create() error {
	if _, err := os.Lstat(q.path); err == nil {
		return nil // Another process has created it.
	}
	if _, err := sqlfile.SetAside(q.path); err != nil {
		return err
	}
	if _, err := os.Lstat(q.path + readyFile); errors.Is(err, fs.ErrNotExist) {
		q.recreated = true
		if q.file == nil {
			return writeQueue(q.path, salvage{})
		}
		// It was deleted in use, and what it knew to be sent may be planned again at once.
		return writeQueue(q.path, newSalvage())
	}
	q.note = "the queue was damaged, and an earlier run has rescued what could be read; the damaged file is kept beside it as " +
		filepath.Base(q.path) + ".corrupt-…; look whether something is missing before you import again"
	return sqlfile.Rename(q.path+readyFile, q.path)
}

// rescue replaces a damaged file by a new one with what could be read, and keeps it under another
// name. An interruption leaves the damaged file or the complete new one.
func (q *Queue) rescue(cause error) error {
	if err := q.removeLeftovers(); err != nil {
		return err
	}
	if err := checkWhole(q.path); !isDamaged(err, q.path) {
		return err // Another process has rescued it, or there is another error.
	}
	found, err := readDamaged(q.path)
	if err != nil {
		return fmt.Errorf("it is damaged (%w) and could not be rescued: %w", cause, err)
	}
	if err := writeQueue(q.path+readyFile, found); err != nil {
		return fmt.Errorf("it is damaged (%w) and could not be rescued: %w", cause, err)
	}
	aside, err := sqlfile.SetAside(q.path)
	if err != nil {
		return fmt.Errorf("it is damaged (%w) and could not be set aside: %w", cause, err)
	}
	q.note = found.note(aside, cause)
	return sqlfile.Rename(q.path+readyFile, q.path)
}

// removeLeftovers removes the files of an interrupted rescue, which create could take for its own.
// The damaged file is still there.
func (q *Queue) removeLeftovers() error {
	dir, base := filepath.Split(q.path)
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		for _, rest := range []string{scratchDir, readyFile} {
			if strings.HasPrefix(f.Name(), base+rest) {
				if err := os.RemoveAll(filepath.Join(dir, f.Name())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func checkWhole(path string) error {
	file, err := openChecked(path)
	if err != nil {
		return err
	}
	return errors.Join(checkQueue(file.db), file.close())
}

// rescueTime returns when a rescue made the file, or zero.
func rescueTime(ctx context.Context, tx *sql.Tx) (time.Time, error) {
	var stored string
	err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", metaRescued).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	value, _ := openMeta(metaRescued, stored)
	ms, _ := strconv.ParseInt(value, 10, 64) // An empty value is the zero time.
	return unixms.Time(ms), err
}

// writeQueue creates the file at path, which gets its name when it is complete.
func writeQueue(path string, s salvage) error {
	part := path + partFile
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	db, err := openDB(part)
	if err != nil {
		return err
	}
	if err := errors.Join(fillQueue(db, s), db.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return sqlfile.Rename(part, path)
}

func fillQueue(db *sql.DB, s salvage) error {
	if _, err := db.Exec(queueTables); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	now := time.Now()
	items := s.itemsToWrite(now)
	if _, err := tx.Exec("UPDATE meta SET value = ? WHERE key = ?", s.firstSeq(now), metaSeq); err != nil {
		return err
	}
	if err := s.writeFinished(tx); err != nil {
		return err
	}
	if err := put(&change{Tx: tx}, pointers(items)...); err != nil {
		return err
	}
	if s.items != nil {
		s.meta[metaRescued] = strconv.FormatInt(unixms.Of(now), 10)
	}
	if err := s.writeBeside(tx); err != nil {
		return err
	}
	for key, value := range s.meta {
		if _, err := tx.Exec(putMeta, key, sealMeta(key, value)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", queueVersion)); err != nil {
		return err
	}
	return tx.Commit()
}
