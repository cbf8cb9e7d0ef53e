// Package cache keeps decoded values between runs: an in-memory LRU with a byte budget on top
// of a SQLite file that several processes may share. The program opens one Store; each package
// that reads remote data opens a typed Cache on it with New.
//
// A lost cache costs time, never data, so no failure is fatal: without a usable disk the Store
// works in memory, a damaged file is moved aside and replaced, and Problem explains it. Every
// row has a checksum: Get returns what was put, or a miss.
//
// The package must not know catalogs, platforms, freshness or encodings. The caller chooses
// keys that include their scope, judges the age of values and provides the Codec. Values are
// stored as they are: never cache secrets.
package cache

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/internal/sqlfile"
)

// Defaults for a zero Options.
const (
	defaultMaxBytes = 64 << 20
	defaultMaxDisk  = 1 << 30
)

// Options limits a Store. Zero fields mean defaults.
type Options struct {
	MaxBytes int64 // the memory budget by the codecs' sizes, 64 MiB by default; larger values go to disk only
	// MaxDisk is the number of live bytes in the file from which the least recently used rows
	// are evicted; 1 GiB by default. A value larger than half of it is kept in memory only.
	MaxDisk int64
}

// Stats are a Store's counters since Open.
type Stats struct {
	Hits, Misses int64 // Hits and Misses count calls of Get in this process; a hit came from memory or disk
	// Entries and Bytes are the contents of memory.
	Entries   int
	Bytes     int64
	DiskBytes int64  // the size of the files in bytes
	Path      string // the database file; empty if memory only
}

// Store is the shared budget, LRU and file. It is safe for concurrent use.
type Store struct {
	memory *memory
	hits   atomic.Int64
	misses atomic.Int64

	// writing serialises writers, so that memory and disk agree on the last write of a key.
	// Readers never take it.
	writing sync.Mutex

	access sync.RWMutex // read-locked to use disk and locked to replace it
	disk   *disk        // nil means memory only
	// quarantined is set once a damaged file was moved aside. A second one in a process points
	// to a bad medium: the store then stays in memory.
	quarantined bool

	notes problems
}

// Open opens or creates the store in dir, with mode 0700. It never fails: if the disk cannot be
// used, the store works in memory and Problem tells why. An empty dir requests a store in
// memory, without a Problem.
func Open(dir string, o Options) *Store {
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if o.MaxDisk <= 0 {
		o.MaxDisk = defaultMaxDisk
	}
	s := &Store{memory: newMemory(o.MaxBytes)}
	if dir == "" {
		return s
	}
	path, err := filepath.Abs(filepath.Join(dir, fileName))
	if err != nil {
		s.notes.set(memoryOnly(dir, err))
		return s
	}
	d, err := openDisk(path, o.MaxDisk)
	if sqlfile.Damaged(err) {
		d, err = s.renew(path, o.MaxDisk, err)
	}
	if err != nil {
		s.notes.set(memoryOnly(filepath.Dir(path), err))
		return s
	}
	s.disk = d
	return s
}

// Problem returns why the store is memory only, what damage was found, or why the last write
// failed; nil if all is well. It is safe to show.
func (s *Store) Problem() error { return s.notes.err() }

// Unsaved returns why what was put is lost with the process, in whole or in part; nil if the disk has
// all of it. Unlike Problem it remembers a write that failed. It is safe to show.
func (s *Store) Unsaved() error {
	s.access.RLock()
	defer s.access.RUnlock()
	return s.notes.unsaved(s.disk == nil)
}

// Close writes pending data and closes the file. The store continues in memory.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.access.Lock()
	defer s.access.Unlock()
	if s.disk == nil {
		return nil
	}
	// Losing recency costs at worst an early eviction.
	_ = s.disk.touch(s.memory.takeTouched())
	err := s.disk.close()
	s.disk = nil
	if err != nil {
		return fmt.Errorf("close the cache: %w", err)
	}
	return nil
}

// Stats returns the counters.
func (s *Store) Stats() Stats {
	st := Stats{Hits: s.hits.Load(), Misses: s.misses.Load()}
	st.Entries, st.Bytes = s.memory.size()
	s.access.RLock()
	defer s.access.RUnlock()
	if s.disk != nil {
		st.Path, st.DiskBytes = s.disk.path, s.disk.bytes()
	}
	return st
}

// written is a value to store.
type written struct {
	key   key
	entry *entry
	row   row
}

// put writes to disk before memory: a concurrent reader that misses memory loads the old row,
// and the new generation keeps that row out of memory.
func (s *Store) put(all []written) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.write(func(d *disk) error { return d.put(all, s.memory.takeTouched()) })
	for _, w := range all {
		s.memory.put(w.key, w.entry)
	}
	return err
}

func (s *Store) remove(k key) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.write(func(d *disk) error { return d.remove(k.bytes()) })
	s.memory.remove(func(other key) bool { return other == k })
	return err
}

func (s *Store) removePrefix(prefix key) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.write(func(d *disk) error { return d.removePrefix(prefix.bytes()) })
	s.memory.remove(prefix.covers)
	return err
}

// load reads a row of the given codec version. It deletes rows that can never be valid again.
func (s *Store) load(k key, version int, generation uint64) (row, bool) {
	var r row
	var found bool
	err := s.withDisk(func(d *disk) (err error) {
		r, found, err = d.get(k.bytes())
		return err
	})
	if err != nil || !found {
		return row{}, false
	}
	if r.version != int64(version) || !r.intact(k.bytes()) {
		s.discard(k, generation)
		return row{}, false
	}
	return r, true
}

// discard deletes an invalid row unless a write happened since generation or is in progress:
// readers do not wait for writers, and a later Get finds the row again.
func (s *Store) discard(k key, generation uint64) {
	if !s.writing.TryLock() {
		return
	}
	defer s.writing.Unlock()
	if s.memory.currentGeneration() == generation {
		_ = s.withDisk(func(d *disk) error { return d.remove(k.bytes()) })
	}
}

// write is withDisk for changes; Problem reports its result.
func (s *Store) write(op func(*disk) error) error {
	err := s.withDisk(op)
	if err != nil {
		err = sqlfile.Printable(err)
		s.notes.wrote(err)
		return fmt.Errorf("write to the cache: %w", err)
	}
	s.notes.wrote(nil)
	return nil
}

// notFuture returns a stored time, but zero if it is more than a minute in the future: clocks
// of hosts differ a little, but such a value would count as fresh for ever.
func notFuture(t, now time.Time) time.Time {
	switch ahead := t.Sub(now); {
	case ahead <= 0:
		return t
	case ahead <= time.Minute:
		return now
	}
	return time.Time{}
}
