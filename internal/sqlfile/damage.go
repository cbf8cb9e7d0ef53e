package sqlfile

import (
	"errors"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/internal/safetext"
)

// mark stands between a file's name and the time at which it was set aside.
const mark = ".corrupt-"

// Damaged reports whether an error means that the file cannot be what this program wrote. The
// statements are fixed, so whatever is not the machine's or another process's doing comes
// from the file: even a missing column, or a file that calls itself read-only.
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

// Suffixes are the endings of the files that SQLite keeps for one database; the database's own
// is the last.
func Suffixes() [4]string { return [...]string{"-journal", "-wal", "-shm", ""} }

// SetAside renames the files of the database at path, which nobody may have open any more, and
// returns the new name. Nothing is deleted. The database goes last: while it is there, what
// stands beside it belongs to it.
func SetAside(path string) (aside string, err error) {
	aside = path + mark + time.Now().UTC().Format("20060102T150405.000Z")
	for _, suffix := range Suffixes() {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// Aside returns the files that SetAside left of the database at path.
func Aside(path string) ([]string, error) {
	// The folder's name is not a pattern.
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	var aside []string
	prefix := filepath.Base(path) + mark
	for _, f := range files {
		if name := f.Name(); len(name) > len(prefix) && name[:len(prefix)] == prefix {
			aside = append(aside, filepath.Join(filepath.Dir(path), name))
		}
	}
	return aside, nil
}

// Printable keeps an error for errors.Is and makes its text one safe line: a damaged file
// has its say in SQLite's messages.
func Printable(err error) error { return safeError{err} }

type safeError struct{ error }

// Error implements error.
func (e safeError) Error() string { return safetext.Line(e.error.Error()) }

// Unwrap gives access to the cause.
func (e safeError) Unwrap() error { return e.error }

// Rename gives a file its name for good: it is there after a loss of power as well. What had
// the name before is replaced.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	// Some file systems cannot wait for a folder; they say so and need not.
	_ = dir.Sync()
	return dir.Close()
}
