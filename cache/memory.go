package cache

import (
	"math"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	entryOverhead = 256       // entryOverhead estimates key, map slot and list element in bytes
	touchAfter    = time.Hour // the age from which a use is recorded again: every hit would turn reads into writes
	maxTouched    = 1024      // limits the uses to record with the next write
)

type key struct{ space, name string }

// bytes returns the form on disk. The NUL separates the spaces.
func (k key) bytes() []byte {
	b := make([]byte, 0, len(k.space)+1+len(k.name))
	return append(append(append(b, k.space...), 0), k.name...)
}

// covers reports whether other is in k's space and begins with k's name.
func (k key) covers(other key) bool {
	return other.space == k.space && strings.HasPrefix(other.name, k.name)
}

// entry is one decoded value of any space.
type entry struct {
	value  any
	readAt time.Time
	size   int64 // bytes
	usedAt int64 // last recorded use, in Unix milliseconds
}

type memory struct {
	mu         sync.Mutex
	budget     int64
	bytes      int64
	lru        *simplelru.LRU[key, *entry]
	generation uint64 // counts changes: a load that began before one must not restore the old value
	touched    map[key]struct{}
}

func newMemory(budget int64) *memory {
	m := &memory{budget: budget, touched: map[key]struct{}{}}
	// The budget limits the LRU, not the count; NewLRU only fails for a size of zero or less.
	m.lru, _ = simplelru.NewLRU(math.MaxInt, func(_ key, e *entry) { m.bytes -= e.size })
	return m
}

func (m *memory) get(k key, now time.Time) (*entry, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.lru.Get(k)
	if ok {
		m.use(k, e, now)
	}
	return e, ok
}

func (m *memory) use(k key, e *entry, now time.Time) {
	// A use in the future comes from a clock that was wrong.
	if age := now.UnixMilli() - e.usedAt; age >= 0 && age < touchAfter.Milliseconds() {
		return
	}
	if len(m.touched) < maxTouched {
		e.usedAt = now.UnixMilli()
		m.touched[k] = struct{}{}
	}
}

// takeTouched removes and returns the keys whose use is to be recorded.
func (m *memory) takeTouched() [][]byte {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.touched) == 0 {
		return nil
	}
	keys := make([][]byte, 0, len(m.touched))
	for k := range m.touched {
		keys = append(keys, k.bytes())
	}
	clear(m.touched)
	return keys
}

func (m *memory) currentGeneration() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.generation
}

func (m *memory) put(k key, e *entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.generation++
	m.add(k, e)
}

// putLoaded stores a loaded value unless something was written since generation.
func (m *memory) putLoaded(generation uint64, k key, e *entry, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.use(k, e, now)
	if m.generation == generation {
		m.add(k, e)
	}
}

func (m *memory) replace(k key, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.lru.Peek(k); ok {
		// Readers may use the old entry.
		fresh := *e
		fresh.value = value
		m.lru.Add(k, &fresh)
	}
}

func (m *memory) add(k key, e *entry) {
	m.lru.Remove(k)
	if e.size > m.budget {
		return
	}
	m.lru.Add(k, e)
	m.bytes += e.size
	for m.bytes > m.budget {
		m.lru.RemoveOldest()
	}
}

func (m *memory) remove(match func(key) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.generation++
	for _, k := range m.lru.Keys() {
		if match(k) {
			m.lru.Remove(k)
		}
	}
}

func (m *memory) names(prefix key) (names []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.lru.Keys() {
		if prefix.covers(k) {
			names = append(names, k.name)
		}
	}
	return names
}

func (m *memory) size() (entries int, bytes int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lru.Len(), m.bytes
}
