package cache

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"conviso-importer/internal/safetext"
	"conviso-importer/internal/sqlfile"
)

// withDisk runs op on the file, if any. If op finds it damaged or moved, it runs once more on
// the replacement.
func (s *Store) withDisk(op func(*disk) error) error {
	used, err := s.attempt(op)
	if !sqlfile.Damaged(err) && !errors.Is(err, errMoved) {
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

// replace stops using a damaged or moved file and opens what is there now, or a new file.
func (s *Store) replace(bad *disk, cause error) {
	s.access.Lock()
	defer s.access.Unlock()
	if s.disk != bad {
		return // Another goroutine was here first.
	}
	s.disk = nil
	_ = bad.close() // Its content is given up.
	d, err := openDisk(bad.path, bad.limit)
	if err == nil && sqlfile.Damaged(cause) && os.SameFile(d.info, bad.info) {
		err = errors.Join(cause, d.close())
	}
	if sqlfile.Damaged(err) {
		d, err = s.renew(bad.path, bad.limit, err)
	}
	if err != nil {
		s.notes.set(memoryOnly(filepath.Dir(bad.path), err))
		return
	}
	// Otherwise another process has replaced the file already.
	s.disk = d
}

// renew moves the damaged file aside and opens a new one.
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
			sqlfile.Printable(cause), safetext.Line(aside)))
	}
	return d, err
}

// quarantine moves the files aside, and keeps only the last: a bad medium must not fill up.
func quarantine(path string) (aside string, err error) {
	old, err := sqlfile.Aside(path)
	if err != nil {
		return "", err
	}
	for _, file := range old {
		if err := os.Remove(file); err != nil {
			return "", err
		}
	}
	return sqlfile.SetAside(path)
}

// problems holds the state of the file and the last write's result, which the next may clear.
type problems struct {
	mu     sync.Mutex
	state  error
	write  error
	failed error // the first write that failed; it stays
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
	p.failed = cmp.Or(p.failed, err)
}

// unsaved returns why something put since Open is not on disk, nil if all is. A store in memory only
// has kept nothing.
func (p *problems) unsaved(inMemory bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.failed != nil:
		return fmt.Errorf("the cache could not be written: %w", p.failed)
	case !inMemory:
		return nil
	case p.state != nil:
		return p.state
	}
	return errors.New("there is no folder for the cache; set CONVISO_CACHE_DIR")
}

func (p *problems) err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.write != nil {
		return fmt.Errorf("the cache is not saved: %w; what is read now is read again at the next start", p.write)
	}
	return p.state
}

// memoryOnly explains why the store does not use the disk.
func memoryOnly(dir string, cause error) error {
	advice := "repair that, or set CONVISO_CACHE_DIR to a folder of your own"
	if why := sqlfile.NoFileLeft(cause); why != "" {
		advice = why
	}
	var newer *newerError
	if errors.As(cause, &newer) {
		advice = "update this program, or delete the file"
	}
	return fmt.Errorf("the cache is in memory only, because %s cannot be used: %w; %s",
		safetext.Line(dir), sqlfile.Printable(cause), advice)
}
