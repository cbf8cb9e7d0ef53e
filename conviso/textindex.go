package conviso

import (
	"hash/maphash"
	"iter"
)

// textIndex finds the members of a list by a text of theirs. It is an open hash table of their
// numbers: a map of their texts takes several times the memory, and lists have 100,000 members.
type textIndex struct {
	seed maphash.Seed
	// slots hold a number + 1 in their lower memberBits, and above them the upper bits of the
	// text's hash; 0 is an empty slot. Their number is a power of two.
	slots []uint32
}

// memberBits are enough for the members of maxListed.
const memberBits = 23

// newTextIndex makes an index that has room for n members.
func newTextIndex(n int) textIndex {
	slots := 2
	for n*3 > slots*2 {
		slots *= 2
	}
	return textIndex{seed: maphash.MakeSeed(), slots: make([]uint32, slots)}
}

// add notes a member's text.
func (x *textIndex) add(text string, member int) {
	slot, tag := x.place(text)
	for x.slots[slot] != 0 {
		slot = (slot + 1) & (len(x.slots) - 1)
	}
	x.slots[slot] = tag | uint32(member+1)
}

// likely yields the members that may have the text, in the order in which they were added; all
// that have it are among them.
func (x *textIndex) likely(text string) iter.Seq[int] {
	return func(yield func(int) bool) {
		for slot, tag := x.place(text); x.slots[slot] != 0; slot = (slot + 1) & (len(x.slots) - 1) {
			held := x.slots[slot]
			if held&^(1<<memberBits-1) == tag && !yield(int(held&(1<<memberBits-1))-1) {
				return
			}
		}
	}
}

// place is the slot where the search for a text begins, and what its slot has of its hash.
func (x *textIndex) place(text string) (slot int, tag uint32) {
	hash := maphash.String(x.seed, text)
	return int(hash & uint64(len(x.slots)-1)), uint32(hash>>32) &^ (1<<memberBits - 1)
}
