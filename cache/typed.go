package cache

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"time"
)

// Codec encodes and decodes the values of one space.
type Codec[V any] struct {
	Version int // the format of the encoding. A row of another version is a miss.
	// Encode and Decode must be inverse for one Version in every process that shares the file.
	// Decode may keep its argument.
	Encode func(V) ([]byte, error)
	Decode func([]byte) (V, error)
	// Append, if not nil, replaces Encode: it appends to bytes, so that many writes can reuse
	// the memory.
	Append func(to []byte, v V) ([]byte, error)
	Size   func(V) int // Size estimates a decoded value's bytes in memory; nil means the length of its encoding
}

func (c *Codec[V]) encode(to []byte, v V) ([]byte, error) {
	if c.Append != nil {
		return c.Append(to, v)
	}
	return c.Encode(v)
}

// JSON returns a Codec on encoding/json.
func JSON[V any](version int) Codec[V] {
	return Codec[V]{
		Version: version,
		Encode:  func(v V) ([]byte, error) { return json.Marshal(v) },
		Decode: func(data []byte) (v V, err error) {
			err = json.Unmarshal(data, &v)
			return v, err
		},
	}
}

// Cache is a typed view of one space of a Store. It is safe for concurrent use. Values are
// shared: do not change one after Put or Get.
type Cache[V any] struct {
	store *Store
	space string
	codec Codec[V]
}

// New opens a space, which has one type and a constant name without NUL bytes.
func New[V any](s *Store, space string, codec Codec[V]) *Cache[V] {
	return &Cache[V]{store: s, space: space, codec: codec}
}

// Get returns the last value put under name and when its source was read; zero if unknown or in
// the future. It sees other processes' writes for keys that are not in memory.
func (c *Cache[V]) Get(name string) (value V, readAt time.Time, ok bool) {
	now := time.Now()
	k := key{c.space, name}
	if e, found := c.store.memory.get(k, now); found {
		if v, same := e.value.(V); same {
			c.store.hits.Add(1)
			return v, notFuture(e.readAt, now), true
		}
	}
	if value, readAt, ok = c.load(k, now); ok {
		c.store.hits.Add(1)
		return value, notFuture(readAt, now), true
	}
	c.store.misses.Add(1)
	return value, time.Time{}, false
}

// names returns the names that begin with prefix and have a value on disk, or in memory without
// a disk. It does not verify values: Get does.
func (c *Cache[V]) names(prefix string) map[string]bool {
	k := key{c.space, prefix}
	found, onDisk := map[string]bool{}, false
	err := c.store.withDisk(func(d *disk) error {
		onDisk = true
		keys, err := d.keys(k.bytes(), c.codec.Version)
		for _, full := range keys {
			found[string(full[len(c.space)+1:])] = true
		}
		return err
	})
	if err == nil && !onDisk {
		for _, name := range c.store.memory.names(k) {
			found[name] = true
		}
	}
	return found
}

// load reads from disk into memory.
func (c *Cache[V]) load(k key, now time.Time) (value V, readAt time.Time, ok bool) {
	generation := c.store.memory.currentGeneration()
	r, ok := c.store.load(k, c.codec.Version, generation)
	if !ok {
		return value, time.Time{}, false
	}
	v, err := c.codec.Decode(r.data)
	if err != nil {
		c.store.discard(k, generation)
		return value, time.Time{}, false
	}
	e := &entry{value: v, readAt: r.time(), size: c.size(k, v, len(r.data)), usedAt: r.usedAt}
	c.store.memory.putLoaded(generation, k, e, now)
	return v, e.readAt, true
}

// Put stores a value whose source was read at readAt. After a disk error the value is in memory
// all the same; a memory-only store fails only if the encoding fails.
func (c *Cache[V]) Put(name string, value V, readAt time.Time) error {
	return c.PutAll(maps.All(map[string]V{name: value}), readAt)
}

// PutAll puts many values in one transaction. If one cannot be encoded, it stores none.
func (c *Cache[V]) PutAll(values iter.Seq2[string, V], readAt time.Time) error {
	var all []written
	for name, value := range values {
		data, err := c.codec.encode(nil, value)
		if err != nil {
			return fmt.Errorf("encode a value for the cache: %w", err)
		}
		all = append(all, c.written(name, value, data, readAt))
	}
	if len(all) == 0 {
		return nil
	}
	return c.store.put(all)
}

// PutEncoded is Put with value's encoding, whose memory may be reused afterwards.
func (c *Cache[V]) PutEncoded(name string, value V, data []byte, readAt time.Time) error {
	return c.store.put([]written{c.written(name, value, data, readAt)})
}

func (c *Cache[V]) written(name string, value V, data []byte, readAt time.Time) written {
	k := key{c.space, name}
	r := newRow(k.bytes(), c.codec.Version, readAt, data)
	e := &entry{value: value, readAt: readAt, size: c.size(k, value, len(data)), usedAt: r.usedAt}
	return written{key: k, entry: e, row: r}
}

// Share replaces the value in memory, if any, by an equal one that shares memory with the
// caller. It writes nothing.
func (c *Cache[V]) Share(name string, value V) { c.store.memory.replace(key{c.space, name}, value) }

// Delete removes name, if present.
func (c *Cache[V]) Delete(name string) error { return c.store.remove(key{c.space, name}) }

// DeletePrefix removes every name that begins with prefix.
func (c *Cache[V]) DeletePrefix(prefix string) error {
	return c.store.removePrefix(key{c.space, prefix})
}

func (c *Cache[V]) size(k key, v V, encoded int) int64 {
	if c.codec.Size != nil {
		encoded = max(0, c.codec.Size(v))
	}
	return entryOverhead + int64(len(k.name)+encoded)
}
