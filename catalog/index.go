package catalog

import (
	"hash/maphash"
	"sync/atomic"
)

// refIndex finds the row of a ref. It is an open hash table of row numbers: a map would
// take ten times the memory, and could not be read while a Builder adds to it. Slots are
// only ever filled, one at a time, so a reader sees each either empty or final; a row past
// the end of the reader's snapshot is passed over as somebody else's.
type refIndex struct {
	seed maphash.Seed
	// slots hold a row + 1 in their lower rowBits, and above them the upper bits of its ref's
	// hash, which tell most refs apart without a look at the row; 0 is an empty slot. Their
	// number is a power of two.
	slots []atomic.Uint32
}

// rowBits are enough for the rows of maxEntities.
const rowBits = 24

// newRefIndex makes a table that has room for rows.
func newRefIndex(rows int) *refIndex {
	slots := 2
	for rows*3 > slots*2 {
		slots *= 2
	}
	return &refIndex{seed: maphash.MakeSeed(), slots: make([]atomic.Uint32, slots)}
}

// crowded says whether n rows are too many for the table: past two thirds, chains grow long.
func (x *refIndex) crowded(n int) bool { return n*3 > len(x.slots)*2 }

// grown returns a larger table of all rows; the old one stays as it is for its readers.
func (x *refIndex) grown(rows *rows) *refIndex {
	larger := newRefIndex(len(x.slots))
	var ref []byte
	for row := range rows.n {
		ref = rows.appendRef(ref[:0], row)
		larger.put(maphash.Bytes(larger.seed, ref), row)
	}
	return larger
}

// insert notes the row of a ref that the table does not have.
func (x *refIndex) insert(ref Ref, row int) { x.put(maphash.String(x.seed, string(ref)), row) }

func (x *refIndex) put(hash uint64, row int) {
	slot := x.home(hash)
	for x.slots[slot].Load() != 0 {
		slot = (slot + 1) & (len(x.slots) - 1)
	}
	x.slots[slot].Store(tagOf(hash) | uint32(row+1))
}

// find looks a ref up among rows.
func (x *refIndex) find(ref Ref, rows *rows) (int, bool) {
	hash := maphash.String(x.seed, string(ref))
	for slot := x.home(hash); ; slot = (slot + 1) & (len(x.slots) - 1) {
		held := x.slots[slot].Load()
		if held == 0 {
			return 0, false
		}
		row := int(held&(1<<rowBits-1)) - 1
		if held&^(1<<rowBits-1) == tagOf(hash) && row < rows.n && rows.hasRef(row, ref) {
			return row, true
		}
	}
}

// tagOf are the bits of a hash that a slot keeps, in their place.
func tagOf(hash uint64) uint32 { return uint32(hash>>32) &^ (1<<rowBits - 1) }

// home is the slot where the search for a hash begins.
func (x *refIndex) home(hash uint64) int { return int(hash & uint64(len(x.slots)-1)) }
