package cache

import (
	"math"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	// entryOverhead is what an entry costs besides its value: key, map slot, list element.
	entryOverhead = 256
	// touchAfter is how stale the recorded use of a row may grow before a hit renews it.
	// Recording every hit would turn reads into writes.
	touchAfter = time.Hour
	// maxTouched bounds the uses that wait to be recorded with the next write.
	maxTouched = 1024
)

// key is a name within a space.
type key struct{ space, name string }

// bytes is the form on disk. The NUL keeps the spaces apart.
func (k key) bytes() []byte {
	b := make([]byte, 0, len(k.space)+1+len(k.name))
	return append(append(append(b, k.space...), 0), k.name...)
}

// covers reports whether other is in the space and begins with the name of k.
func (k key) covers(other key) bool {
	return other.space == k.space && strings.HasPrefix(other.name, k.name)
}

// entry is one decoded value; any, because one LRU serves the types of all spaces.
type entry struct {
	value  any
	readAt time.Time
	size   int64 // bytes
	usedAt int64 // last recorded use, in Unix milliseconds
}

// memory is the LRU of decoded values under one byte budget.
type memory struct {
	mu     sync.Mutex
	budget int64
	bytes  int64
	lru    *simplelru.LRU[key, *entry]
	// generation counts changes. A load that began before a change must not bring the older
	// value back.
	generation uint64
	touched    map[key]struct{}
}

func newMemory(budget int64) *memory {
	m := &memory{budget: budget, touched: map[key]struct{}{}}
	// The budget bounds the LRU, not the count; a positive size cannot fail.
	m.lru, _ = simplelru.NewLRU(math.MaxInt, func(_ key, e *entry) { m.bytes -= e.size })
	return m
}

// recall returns the entry of k and makes it the most recent.
func (m *memory) recall(k key, now time.Time) (*entry, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.lru.Get(k)
	if ok {
		m.use(k, e, now)
	}
	return e, ok
}

// use renews the recorded use of an entry when it has grown old.
func (m *memory) use(k key, e *entry, now time.Time) {
	// A use in the future was recorded by a clock that was wrong then.
	if age := now.UnixMilli() - e.usedAt; age >= 0 && age < touchAfter.Milliseconds() {
		return
	}
	if len(m.touched) < maxTouched {
		e.usedAt = now.UnixMilli()
		m.touched[k] = struct{}{}
	}
}

// takeTouched hands over the keys whose use is to be recorded.
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

// now is the generation that a load starts from.
func (m *memory) now() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.generation
}

// remember keeps what was just written.
func (m *memory) remember(k key, e *entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.generation++
	m.add(k, e)
}

// rememberSince keeps what was loaded, unless something was written since the generation.
func (m *memory) rememberSince(generation uint64, k key, e *entry, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.use(k, e, now)
	if m.generation == generation {
		m.add(k, e)
	}
}

// swap replaces the value of an entry that is there.
func (m *memory) swap(k key, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e, ok := m.lru.Peek(k); ok {
		// Readers hold the old one.
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

// forget drops the entries whose keys match.
func (m *memory) forget(match func(key) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.generation++
	for _, k := range m.lru.Keys() {
		if match(k) {
			m.lru.Remove(k)
		}
	}
}

// names returns the names of the entries that prefix covers.
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
