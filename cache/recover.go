package cache

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/internal/safetext"
)

// damaged says whether an error means that the file cannot be what this package wrote. The
// statements are fixed, so whatever is not the machine's or another process's doing comes
// from the file: even a missing column, or a file that calls itself read-only.
func damaged(err error) bool {
	var failure *sqlite.Error
	if !errors.As(err, &failure) {
		return false
	}
	switch failure.Code() & 0xff {
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOLFS:
		return false
	}
	return true
}

// onDisk runs op on the file, if there is one; where op meets damage, or a file that another
// process has moved away, once more on the file that takes its place.
func (s *Store) onDisk(op func(*disk) error) error {
	used, err := s.attempt(op)
	if !damaged(err) && !errors.Is(err, errMoved) {
		return err
	}
	s.replace(used, err)
	_, err = s.attempt(op)
	return err
}

func (s *Store) attempt(op func(*disk) error) (*disk, error) {
	s.access.RLock()
	defer s.access.RUnlock()
	if s.disk == nil {
		return nil, nil
	}
	return s.disk, op(s.disk)
}

// replace ends the use of a disk that is damaged or moved.
func (s *Store) replace(bad *disk, cause error) {
	s.access.Lock()
	defer s.access.Unlock()
	if s.disk != bad {
		return // Another goroutine was here first.
	}
	s.disk = nil
	_ = bad.close() // Its content is given up.
	d, err := openDisk(bad.path, bad.limit)
	if err == nil && damaged(cause) && os.SameFile(d.info, bad.info) {
		err = errors.Join(cause, d.close())
	}
	if damaged(err) {
		d, err = s.renew(bad.path, bad.limit, err)
	}
	if err != nil {
		s.notes.set(memoryOnly(filepath.Dir(bad.path), err))
		return
	}
	// Otherwise another process has replaced the file already.
	s.disk = d
}

// renew sets the damaged file aside and opens a new one.
func (s *Store) renew(path string, limit int64, cause error) (*disk, error) {
	if s.quarantined {
		return nil, fmt.Errorf("%s was damaged twice: %w", path, cause)
	}
	s.quarantined = true
	aside, err := quarantine(path)
	if err != nil {
		return nil, fmt.Errorf("%s is unusable and cannot be set aside: %w", path, err)
	}
	d, err := openDisk(path, limit)
	if err == nil {
		s.notes.set(fmt.Errorf("the cache was damaged (%w) and starts empty; the old file is kept as %s and may be deleted",
			printable(cause), safetext.Line(aside)))
	}
	return d, err
}

// quarantine renames the files of the database. Only the last damaged one is kept: a medium
// that fails again and again must not fill up.
func quarantine(path string) (aside string, err error) {
	dir, mark := filepath.Dir(path), fileName+".corrupt-"
	files, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, f := range files {
		if strings.HasPrefix(f.Name(), mark) {
			if err := os.Remove(filepath.Join(dir, f.Name())); err != nil {
				return "", err
			}
		}
	}
	aside = filepath.Join(dir, mark) + time.Now().UTC().Format("20060102T150405.000Z")
	for _, suffix := range fileSuffixes() {
		if err := os.Rename(path+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	return aside, nil
}

// problems is what Problem answers from: what has happened to the file, and before it how
// the last write went, which the next one may mend.
type problems struct {
	mu    sync.Mutex
	state error
	write error
}

func (p *problems) set(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = err
}

func (p *problems) wrote(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write = err
}

func (p *problems) err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.write != nil {
		return fmt.Errorf("the cache is not saved: %w; what is read now is read again at the next start", p.write)
	}
	return p.state
}

// memoryOnly is the sentence for a store that does without the disk.
func memoryOnly(dir string, cause error) error {
	advice := "repair that, or set CONVISO_CACHE_DIR to a folder of your own"
	var newer *newerError
	if errors.As(cause, &newer) {
		advice = "update this program, or delete the file"
	}
	return fmt.Errorf("the cache is in memory only, because %s cannot be used: %w; %s",
		safetext.Line(dir), printable(cause), advice)
}

// printable keeps an error for errors.Is and makes its text one safe line: a damaged file
// has its say in SQLite's messages.
func printable(err error) error { return safeError{err} }

type safeError struct{ error }

// Error implements error.
func (e safeError) Error() string { return safetext.Line(e.error.Error()) }

// Unwrap gives access to the cause.
func (e safeError) Unwrap() error { return e.error }
