package catalog

import (
	"bytes"
	"strings"
)

type needle struct {
	text []byte
	rare int // the place of its rarest byte
}

// common are the most frequent bytes of catalogs, in descending order.
const common = "\n etaoinrsldcmpu-hgyfbvk"

func newNeedle(text []byte) needle {
	s := needle{text: text}
	// A byte outside common ranks highest, as -1 becomes the maximum.
	rank := func(b byte) uint { return uint(strings.IndexByte(common, b)) }
	for i, b := range text {
		if rank(b) > rank(text[s.rare]) {
			s.rare = i
		}
	}
	return s
}

// index is bytes.Index by the rarest byte, which most rows lack: several times as fast.
func (s *needle) index(in []byte) int {
	for at := s.rare; at < len(in); at++ {
		found := bytes.IndexByte(in[at:], s.text[s.rare])
		if found < 0 {
			break
		}
		at += found
		if bytes.HasPrefix(in[at-s.rare:], s.text) {
			return at - s.rare
		}
	}
	return -1
}

func (s *needle) in(text []byte) bool { return s.index(text) >= 0 }
