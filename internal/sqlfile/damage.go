package sqlfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/internal/openfiles"
	"conviso-importer/internal/safetext"
)

// mark separates a file's name from the time at which it was set aside.
const mark = ".corrupt-"

// Damaged reports whether an error means a damaged file. The statements are fixed, so every error
// that is not the machine's or another process's comes from the file, even a missing column.
func Damaged(err error) bool {
	code, ok := Code(err)
	if !ok {
		return false
	}
	switch code {
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS:
		return false
	}
	return true
}

// Code returns the primary result code of an error of SQLite's.
func Code(err error) (code int, ok bool) {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return 0, false
	}
	return failure.Code() & 0xff, true
}

// Suffixes returns the suffixes of SQLite's files for one database, the database's own last.
func Suffixes() [4]string { return [...]string{"-journal", "-wal", "-shm", ""} }

// SetAside renames the files of the database at path, which must be closed, and returns the new
// name. The database goes last: while it is there, the other files belong to it.
func SetAside(path string) (aside string, err error) {
	aside = path + mark + time.Now().UTC().Format("20060102T150405.000Z")
	for _, suffix := range Suffixes() {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// Aside returns the files that SetAside renamed for the database at path.
func Aside(path string) ([]string, error) {
	// Not Glob: the folder's name is not a pattern.
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	var aside []string
	prefix := filepath.Base(path) + mark
	for _, f := range files {
		if name := f.Name(); len(name) > len(prefix) && strings.HasPrefix(name, prefix) {
			aside = append(aside, filepath.Join(filepath.Dir(path), name))
		}
	}
	return aside, nil
}

// Printable wraps an error with a safe text of one line: SQLite's messages quote a damaged file.
func Printable(err error) error { return safeError{err} }

// NoFileLeft returns a clause and its advice if an error comes from too many open files, of which SQLite
// says only that it cannot open one; and otherwise "".
func NoFileLeft(err error) string {
	if code, _ := Code(err); code == sqlite3.SQLITE_CANTOPEN {
		return openfiles.Exhausted()
	}
	return openfiles.Explain(err)
}

type safeError struct{ error }

func (e safeError) Error() string { return safetext.Line(e.error.Error()) }

func (e safeError) Unwrap() error { return e.error }

// Rename renames a file durably, replacing any other.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	// Some file systems cannot sync a folder and need not.
	_ = dir.Sync()
	return dir.Close()
}
