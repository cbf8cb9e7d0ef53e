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
// the two grows. One goroutine may add to a table while others look members up in it, since slots
// are only ever filled, one at a time: each is seen either empty or final. They may then be offered
// members that are newer than the list that they know.
type Index struct {
	seed maphash.Seed
	// slots are a power of two. One that is in use holds a member's number + 1 in as many of its
	// lower bits as their number takes, and above them the upper bits of its text's hash, which
	// tell most texts apart without a look at them; 0 is an empty slot.
	slots []atomic.Uint32
}

// New makes an index that has room for n members.
func New(n int) Index {
	size := 2
	for n > room(size) {
		size *= 2
	}
	return Index{seed: maphash.MakeSeed(), slots: make([]atomic.Uint32, size)}
}

// room is how many members so many slots are for: beyond two thirds, chains grow long.
func room(slots int) int { return slots * 2 / 3 }

// Hash is what a text is added and looked up by.
func (x *Index) Hash(text string) uint64 { return maphash.String(x.seed, text) }

// Add notes the hash of a member's text. The number must be below what there is room for.
func (x *Index) Add(hash uint64, member int) {
	mask := uint32(len(x.slots) - 1)
	slot := uint32(hash) & mask
	for x.slots[slot].Load() != 0 {
		slot = (slot + 1) & mask
	}
	x.slots[slot].Store(uint32(hash>>32)&^mask | uint32(member+1))
}

// Likely yields the members that may have a text of this hash, in the order in which they were
// added; all that have one are among them.
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

// Grow makes room for another member behind the first n, whose texts appendText knows. Copies keep
// the table that they have.
func (x *Index) Grow(n int, appendText func(to []byte, member int) []byte) {
	if n < room(len(x.slots)) {
		return
	}
	larger := Index{seed: x.seed, slots: make([]atomic.Uint32, 2*len(x.slots))}
	var text []byte
	for member := range n {
		text = appendText(text[:0], member)
		larger.Add(maphash.Bytes(x.seed, text), member)
	}
	*x = larger
}
