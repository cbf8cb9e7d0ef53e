package cache

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"time"
)

// Codec turns the values of one space into bytes and back.
type Codec[V any] struct {
	// Version is the format of the encoding. A row of another version is a miss.
	Version int
	// Encode and Decode must agree for one Version, in every process that shares the file.
	// Decode may keep the slice that it is given.
	Encode func(V) ([]byte, error)
	Decode func([]byte) (V, error)
	// Append, where there is one, takes the place of Encode: it appends the encoding to bytes,
	// whose memory is used again where many values are written one after the other.
	Append func(to []byte, v V) ([]byte, error)
	// Size estimates the memory of a decoded value in bytes; nil takes the length of its
	// encoding.
	Size func(V) int
}

// encode returns the encoding of a value, in the memory of to where it fits.
func (c *Codec[V]) encode(to []byte, v V) ([]byte, error) {
	if c.Append != nil {
		return c.Append(to, v)
	}
	return c.Encode(v)
}

// JSON is a Codec on encoding/json; the size of a value is the length of its encoding.
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

// Cache is the typed view of one space of a Store. It is safe for concurrent use. Values
// are shared, not copied: nobody may change one after Put or Get.
type Cache[V any] struct {
	store *Store
	space string
	codec Codec[V]
}

// New opens a space. A space belongs to one type; its name is a constant of the program
// without a NUL byte.
func New[V any](s *Store, space string, codec Codec[V]) *Cache[V] {
	return &Cache[V]{store: s, space: space, codec: codec}
}

// Get returns the value last put under key and when it was read at its source; zero where
// that is unknown or where the stored time lies in the future, so that nobody takes it for
// fresh. Another process's writes are seen for keys that memory does not hold.
func (c *Cache[V]) Get(name string) (value V, readAt time.Time, ok bool) {
	now := time.Now()
	k := key{c.space, name}
	if e, held := c.store.memory.recall(k, now); held {
		if v, same := e.value.(V); same {
			c.store.hits.Add(1)
			return v, past(e.readAt, now), true
		}
	}
	if value, readAt, ok = c.load(k, now); ok {
		c.store.hits.Add(1)
		return value, past(readAt, now), true
	}
	c.store.misses.Add(1)
	return value, time.Time{}, false
}

// names returns which names that begin with prefix have a value where the next process finds it,
// or in memory where there is no disk. It does not look whether the values are intact: Get deletes
// what is not.
func (c *Cache[V]) names(prefix string) map[string]bool {
	k := key{c.space, prefix}
	found, onDisk := map[string]bool{}, false
	err := c.store.onDisk(func(d *disk) error {
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

// load reads from disk and remembers what it found.
func (c *Cache[V]) load(k key, now time.Time) (value V, readAt time.Time, ok bool) {
	generation := c.store.memory.now()
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
	c.store.memory.rememberSince(generation, k, e, now)
	return v, e.readAt, true
}

// Put keeps value under key, read at its source at readAt. An error means that the value did
// not reach the disk; unless it could not be encoded it is in memory all the same, so a
// caller may go on. In a memory-only store nothing fails but the encoding.
func (c *Cache[V]) Put(name string, value V, readAt time.Time) error {
	return c.PutAll(maps.All(map[string]V{name: value}), readAt)
}

// PutAll is Put for many values, which reach the disk together: one by one a thousand small ones
// cost as many transactions. Where one cannot be encoded none is kept.
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

// PutEncoded is Put for whoever has value's encoding, which the codec would make again. It
// is not kept: its memory may be used again once this returns.
func (c *Cache[V]) PutEncoded(name string, value V, data []byte, readAt time.Time) error {
	return c.store.put([]written{c.written(name, value, data, readAt)})
}

func (c *Cache[V]) written(name string, value V, data []byte, readAt time.Time) written {
	k := key{c.space, name}
	r := newRow(k.bytes(), c.codec.Version, readAt, data)
	e := &entry{value: value, readAt: readAt, size: c.size(k, value, len(data)), usedAt: r.usedAt}
	return written{key: k, entry: e, row: r}
}

// Share replaces the value that memory holds under key, if it does, by an equal one that shares
// memory with what the caller has anyway. Nothing is written.
func (c *Cache[V]) Share(name string, value V) { c.store.memory.swap(key{c.space, name}, value) }

// Delete forgets key. An absent key is no error.
func (c *Cache[V]) Delete(name string) error { return c.store.remove(key{c.space, name}) }

// DeletePrefix forgets every key of the space that begins with prefix; all of them when it
// is empty.
func (c *Cache[V]) DeletePrefix(prefix string) error {
	return c.store.removePrefix(key{c.space, prefix})
}

func (c *Cache[V]) size(k key, v V, encoded int) int64 {
	if c.codec.Size != nil {
		encoded = max(0, c.codec.Size(v))
	}
	return entryOverhead + int64(len(k.name)+encoded)
}
