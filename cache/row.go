package cache

import (
	"encoding/binary"
	"hash/crc32"
	"time"
)

type row struct {
	version int64
	readAt  int64 // Unix nanoseconds; zero is unknown
	usedAt  int64 // Unix milliseconds; not under the checksum, since it is renewed alone
	hash    int64
	data    []byte
}

func newRow(key []byte, version int, readAt time.Time, data []byte) row {
	if data == nil {
		data = []byte{} // nil would be stored as NULL
	}
	r := row{version: int64(version), usedAt: time.Now().UnixMilli(), data: data}
	if !readAt.IsZero() {
		r.readAt = readAt.UnixNano()
	}
	r.hash = r.checksum(key)
	return r
}

func (r row) time() time.Time {
	if r.readAt == 0 {
		return time.Time{}
	}
	return time.Unix(0, r.readAt)
}

func (r row) intact(key []byte) bool { return r.hash == r.checksum(key) }

// checksum includes the key, to detect a wrong index: SQLite has no checksums.
func (r row) checksum(key []byte) int64 {
	table := crc32.MakeTable(crc32.Castagnoli)
	head := make([]byte, 0, len(key)+24)
	head = binary.BigEndian.AppendUint64(head, uint64(len(key)))
	head = append(head, key...)
	head = binary.BigEndian.AppendUint64(head, uint64(r.version))
	head = binary.BigEndian.AppendUint64(head, uint64(r.readAt))
	return int64(crc32.Update(crc32.Checksum(head, table), table, r.data))
}
