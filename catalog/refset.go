package catalog

import "hash/maphash"

// refSet is a set of refs that only grows. It takes a quarter of a map's time, which is what a
// load spends most on behind the reading of entities.
type refSet struct {
	seed maphash.Seed
	refs []Ref
	// slots are an open hash table whose size is a power of two.
	slots []refSlot
}

// refSlot holds a part of a ref's hash and where in refs it is, from 1 on; 0 is an empty slot.
type refSlot struct {
	hash uint32
	at   int32
}

// newRefSet makes a set with room for n refs.
func newRefSet(n int) *refSet {
	s := &refSet{seed: maphash.MakeSeed(), refs: make([]Ref, 0, n)}
	s.spread(n)
	return s
}

// spread makes a table that n refs fill to a half at most.
func (s *refSet) spread(n int) {
	old, size := s.slots, 2
	for size < 2*n {
		size *= 2
	}
	s.slots = make([]refSlot, size)
	for _, slot := range old {
		if slot.at != 0 {
			s.slots[s.free(slot.hash)] = slot
		}
	}
}

// free is the first empty slot for a hash.
func (s *refSet) free(hash uint32) int {
	at := int(hash) & (len(s.slots) - 1)
	for s.slots[at].at != 0 {
		at = (at + 1) & (len(s.slots) - 1)
	}
	return at
}

// add puts a ref into the set and says whether it is new.
func (s *refSet) add(ref Ref) bool {
	if 2*len(s.refs) >= len(s.slots) {
		s.spread(len(s.slots))
	}
	hash := s.hash(ref)
	at := int(hash) & (len(s.slots) - 1)
	for ; s.slots[at].at != 0; at = (at + 1) & (len(s.slots) - 1) {
		if slot := s.slots[at]; slot.hash == hash && s.refs[slot.at-1] == ref {
			return false
		}
	}
	s.refs = append(s.refs, ref)
	s.slots[at] = refSlot{hash: hash, at: int32(len(s.refs))}
	return true
}

func (s *refSet) hash(ref Ref) uint32 { return uint32(maphash.String(s.seed, string(ref))) }
