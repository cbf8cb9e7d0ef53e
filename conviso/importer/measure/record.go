package measure

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"time"

	"conviso-importer/internal/unixms"
)

// record is a list as it is kept: a million members take 8 MB.
type record struct {
	at, agreed time.Time
	lost, of   int
	hashes     []uint64
}

const recordVersion = 1

// headSize is the size of a record without members, in bytes: a version, two times, two figures, a checksum.
const headSize = 1 + 4*8 + 4

func (r record) encode() []byte {
	out := make([]byte, 0, headSize+8*len(r.hashes))
	out = append(out, recordVersion)
	for _, n := range []int64{unixms.Of(r.at), unixms.Of(r.agreed), int64(r.lost), int64(r.of)} {
		out = binary.LittleEndian.AppendUint64(out, uint64(n))
	}
	for _, h := range r.hashes {
		out = binary.LittleEndian.AppendUint64(out, h)
	}
	return binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(out))
}

// decode returns a record; ok is false for none and for one that is not what was written.
func decode(doc []byte) (r record, ok bool) {
	if len(doc) < headSize || (len(doc)-headSize)%8 != 0 || doc[0] != recordVersion {
		return record{}, false
	}
	body, sum := doc[:len(doc)-4], binary.LittleEndian.Uint32(doc[len(doc)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return record{}, false
	}
	numbers := make([]uint64, (len(body)-1)/8)
	for i := range numbers {
		numbers[i] = binary.LittleEndian.Uint64(body[1+8*i:])
	}
	r = record{at: unixms.Time(int64(numbers[0])), agreed: unixms.Time(int64(numbers[1])),
		lost: int(numbers[2]), of: int(numbers[3]), hashes: numbers[4:]}
	return r, r.lost >= 0 && r.of >= r.lost && slices.IsSorted(r.hashes)
}
