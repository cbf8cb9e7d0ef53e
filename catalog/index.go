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
	// slots hold a row + 1; 0 is an empty slot. Their number is a power of two.
	slots []atomic.Int32
}

// newRefIndex makes a table of at least size slots.
func newRefIndex(size int) *refIndex {
	slots := 2
	for slots < size {
		slots *= 2
	}
	return &refIndex{seed: maphash.MakeSeed(), slots: make([]atomic.Int32, slots)}
}

// crowded says whether n rows are too many for the table: past two thirds, chains grow long.
func (x *refIndex) crowded(n int) bool { return n*3 > len(x.slots)*2 }

// grown returns a larger table of all rows; the old one stays as it is for its readers.
func (x *refIndex) grown(rows *rows) *refIndex {
	larger := newRefIndex(len(x.slots) * 2)
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
	x.slots[slot].Store(int32(row + 1))
}

// find looks a ref up among rows.
func (x *refIndex) find(ref Ref, rows *rows) (int, bool) {
	for slot := x.home(maphash.String(x.seed, string(ref))); ; slot = (slot + 1) & (len(x.slots) - 1) {
		row := int(x.slots[slot].Load()) - 1
		if row < 0 {
			return 0, false
		}
		if row < rows.n && rows.hasRef(row, ref) {
			return row, true
		}
	}
}

// home is the slot where the search for a hash begins.
func (x *refIndex) home(hash uint64) int { return int(hash & uint64(len(x.slots)-1)) }
