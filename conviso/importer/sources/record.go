package sources

import (
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"slices"
	"time"
)

// head is the part of a kept set that is small.
type head struct {
	At      time.Time         `json:"at"`
	Sources []string          `json:"sources"`
	Answers map[string]Answer `json:"answers"`
}

const recordVersion = 1

// Encode returns the set as it is kept: a version, the head, the assets and a checksum.
func (s *Set) Encode() []byte {
	h, err := json.Marshal(head{At: s.at, Sources: s.sources, Answers: s.answers})
	if err != nil {
		return nil // A time that cannot be written is none of a clock's.
	}
	out := make([]byte, 0, len(h)+24*len(s.assets)+16)
	out = appendText(append(out, recordVersion), string(h))
	for _, a := range s.assets {
		out = binary.LittleEndian.AppendUint64(out, a.name)
		out = binary.AppendUvarint(out, uint64(a.source))
		out = appendText(out, a.id)
	}
	return binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(out))
}

func appendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

// Decode returns a kept set; nil for none and for one that is not what was written.
func Decode(doc []byte) *Set {
	if len(doc) < 5 || doc[0] != recordVersion ||
		crc32.ChecksumIEEE(doc[:len(doc)-4]) != binary.LittleEndian.Uint32(doc[len(doc)-4:]) {
		return nil
	}
	// One string for all ids, which have the same lifetime.
	r := reader{rest: string(doc[1 : len(doc)-4])}
	var h head
	if json.Unmarshal([]byte(r.text()), &h) != nil {
		return nil
	}
	s := &Set{at: h.At, sources: h.Sources, answers: h.Answers}
	for r.rest != "" {
		a := asset{name: r.fixed(), source: uint32(r.number()), id: r.text()}
		if r.bad || int(a.source) >= len(s.sources) {
			return nil
		}
		s.assets = append(s.assets, a)
	}
	if r.bad || !slices.IsSortedFunc(s.assets, compareAssets) {
		return nil
	}
	s.index()
	return s
}

// reader takes values from the front of a text; bad reports that one was not there.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint([]byte(r.rest[:min(len(r.rest), binary.MaxVarintLen64)]))
	if size <= 0 {
		r.bad, r.rest = true, ""
		return 0
	}
	r.rest = r.rest[size:]
	return n
}

func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, ""
		return ""
	}
	text := r.rest[:n]
	r.rest = r.rest[n:]
	return text
}

func (r *reader) fixed() uint64 {
	if len(r.rest) < 8 {
		r.bad, r.rest = true, ""
		return 0
	}
	n := binary.LittleEndian.Uint64([]byte(r.rest[:8]))
	r.rest = r.rest[8:]
	return n
}
