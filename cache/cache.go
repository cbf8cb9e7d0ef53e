// Package cache keeps decoded values between runs: one in-memory LRU with one byte budget,
// backed by rows of a SQLite file that several processes may share. A Store is opened once
// and handed to every package that reads something remote; each of them opens a typed Cache
// on it with New.
//
// A cache loses time when it is lost, never data. So nothing here is fatal: where the disk
// cannot be used the Store works in memory alone, a damaged file is set aside and begun
// anew, and Problem says so in one sentence. Every row carries a checksum, so that Get
// answers with what was put or with a miss.
//
// The package knows nothing of catalogs, platforms, freshness or encodings. The caller picks
// keys that carry their scope, judges the age of what it gets, and brings the Codec. Secrets
// do not belong in here: values are written as they are.
package cache

import (
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/internal/sqlfile"
)

// The budgets that a zero Options means.
const (
	defaultMaxBytes = 64 << 20
	defaultMaxDisk  = 1 << 30
)

// Options bounds a Store. The zero value means the defaults.
type Options struct {
	// MaxBytes is the memory budget of decoded values, in bytes as the codecs count them;
	// 64 MiB when zero. A value larger than it lives on disk only.
	MaxBytes int64
	// MaxDisk is how many live bytes the file may hold before the least recently used rows
	// go; 1 GiB when zero. A value larger than half of it is kept in memory only.
	MaxDisk int64
}

// Stats are the counters of a Store since Open.
type Stats struct {
	// Hits and Misses count calls of Get in this process, over all spaces; a hit came from
	// memory or from disk.
	Hits, Misses int64
	// Entries and Bytes are what memory holds now.
	Entries int
	Bytes   int64
	// DiskBytes is the size of the files on disk, in bytes.
	DiskBytes int64
	// Path is the database file; empty when the store is memory only.
	Path string
}

// Store is the shared part: the budget, the LRU and the file. It is safe for concurrent use.
type Store struct {
	memory *memory
	hits   atomic.Int64
	misses atomic.Int64

	// writing lets one goroutine write at a time, so that memory and disk agree on which of
	// two writes of a key came last. Readers never take it.
	writing sync.Mutex

	// access guards disk: held for reading while the disk is used, for writing while it is
	// replaced.
	access sync.RWMutex
	disk   *disk // nil means memory only
	// quarantined is set once a damaged file was set aside: a second one in the life of a
	// process points at the medium, and the store then stays in memory.
	quarantined bool

	notes problems
}

// Open opens or creates the store in dir, which is created with mode 0700. It never fails:
// when the disk cannot be used the store works in memory alone and Problem tells why. An
// empty dir means memory only on purpose, which is not a problem.
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

// Problem is nil when all is well. Otherwise it says in one sentence why the store is memory
// only, what was set aside as damaged, or why the last write did not reach the disk.
func (s *Store) Problem() error { return s.notes.err() }

// Close writes what is pending and closes the file. The store goes on in memory.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.access.Lock()
	defer s.access.Unlock()
	if s.disk == nil {
		return nil
	}
	// Recency that is not written costs at worst a row evicted early.
	_ = s.disk.touch(s.memory.takeTouched())
	err := s.disk.close()
	s.disk = nil
	if err != nil {
		return fmt.Errorf("close the cache: %w", err)
	}
	return nil
}

// Stats reads the counters.
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

// written is a value on its way into the store.
type written struct {
	key   key
	entry *entry
	row   row
}

// put writes the rows, then remembers the entries. Disk comes first: a reader that misses
// memory meanwhile loads the older row, and the generation that remember advances keeps
// that row out of memory.
func (s *Store) put(all []written) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.write(func(d *disk) error { return d.put(all, s.memory.takeTouched()) })
	for _, w := range all {
		s.memory.remember(w.key, w.entry)
	}
	return err
}

func (s *Store) remove(k key) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.write(func(d *disk) error { return d.remove(k.bytes()) })
	s.memory.forget(func(other key) bool { return other == k })
	return err
}

func (s *Store) removePrefix(prefix key) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.write(func(d *disk) error { return d.removePrefix(prefix.bytes()) })
	s.memory.forget(prefix.covers)
	return err
}

// load reads a row of the given codec version. A row that can never be an answer again is
// deleted on the way.
func (s *Store) load(k key, version int, generation uint64) (row, bool) {
	var r row
	var found bool
	err := s.onDisk(func(d *disk) (err error) {
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

// discard deletes the row that was found useless under k, unless something was written since
// the generation, or a writer is at work: readers do not wait for one, and a later Get finds
// the row again.
func (s *Store) discard(k key, generation uint64) {
	if !s.writing.TryLock() {
		return
	}
	defer s.writing.Unlock()
	if s.memory.now() == generation {
		_ = s.onDisk(func(d *disk) error { return d.remove(k.bytes()) })
	}
}

// write is onDisk for changes: how it went becomes the answer of Problem.
func (s *Store) write(op func(*disk) error) error {
	err := s.onDisk(op)
	if err != nil {
		err = sqlfile.Printable(err)
		s.notes.wrote(err)
		return fmt.Errorf("write to the cache: %w", err)
	}
	s.notes.wrote(nil)
	return nil
}

// past is a stored time as callers may trust it: clocks of two hosts differ a little, but a
// time well in the future is no time at all, and taking it for fresh would keep it for ever.
func past(t, now time.Time) time.Time {
	switch ahead := t.Sub(now); {
	case ahead <= 0:
		return t
	case ahead <= time.Minute:
		return now
	}
	return time.Time{}
}
