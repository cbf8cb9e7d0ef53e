// Package rowindex finds the members of a list by a text of theirs, such as a catalog's rows by
// their refs. It keeps the members' numbers and not their texts: a map of the texts takes several
// times the memory, and lists have a million members.
//
// It must not know what the members are, nor where their texts come from: whoever asks compares.
package rowindex

import (
	"hash/maphash"
	"iter"
	"sync/atomic"
)

// Index is an open hash table of members' numbers. A copy is a view of the same table until one of
// the two grows. One goroutine may add while others look up, since each slot is written once.
// Readers may then get members that are newer than the list that they know.
type Index struct {
	seed maphash.Seed
	// slots has a power of two entries: the low bits are a member's number + 1, the others the
	// upper bits of its text's hash, which rule out most other texts; 0 is an empty slot.
	slots []atomic.Uint32
}

// New returns an index with room for n members.
func New(n int) Index {
	size := 2
	for n > room(size) {
		size *= 2
	}
	return Index{seed: maphash.MakeSeed(), slots: make([]atomic.Uint32, size)}
}

// room returns the members for a number of slots: above two thirds, chains grow long.
func room(slots int) int { return slots * 2 / 3 }

// Hash returns the hash by which a text is added and looked up.
func (x *Index) Hash(text string) uint64 { return maphash.String(x.seed, text) }

// HashBytes is Hash of string(text).
func (x *Index) HashBytes(text []byte) uint64 { return maphash.Bytes(x.seed, text) }

// Add adds the hash of a member's text. There must be room for the member's number.
func (x *Index) Add(hash uint64, member int) {
	mask := uint32(len(x.slots) - 1)
	slot := uint32(hash) & mask
	for x.slots[slot].Load() != 0 {
		slot = (slot + 1) & mask
	}
	x.slots[slot].Store(uint32(hash>>32)&^mask | uint32(member+1))
}

// Likely yields every member whose text may have this hash, in the order of Add.
func (x *Index) Likely(hash uint64) iter.Seq[int] {
	return func(yield func(int) bool) {
		mask := uint32(len(x.slots) - 1)
		for slot := uint32(hash) & mask; ; slot = (slot + 1) & mask {
			held := x.slots[slot].Load()
			if held == 0 {
				return
			}
			if (held^uint32(hash>>32))&^mask == 0 && !yield(int(held&mask)-1) {
				return
			}
		}
	}
}

// Grow makes room for another member after the first n, whose texts appendText appends. Copies keep
// their table.
func (x *Index) Grow(n int, appendText func(to []byte, member int) []byte) {
	if n < room(len(x.slots)) {
		return
	}
	larger := Index{seed: x.seed, slots: make([]atomic.Uint32, 2*len(x.slots))}
	var text []byte
	for member := range n {
		text = appendText(text[:0], member)
		larger.Add(larger.HashBytes(text), member)
	}
	*x = larger
}
