package catalog

import (
	"bytes"
	"strings"
)

// needle is a text that is searched for in others.
type needle struct {
	text []byte
	// rare is where in it the byte is that other texts hold least.
	rare int
}

// common are the bytes that catalogs are full of, the most frequent first.
const common = "\n etaoinrsldcmpu-hgyfbvk"

// newNeedle prepares a text that is not empty.
func newNeedle(text []byte) needle {
	s := needle{text: text}
	// A byte that is not among the common ones has the number -1, which makes it the highest.
	rank := func(b byte) uint { return uint(strings.IndexByte(common, b)) }
	for i, b := range text {
		if rank(b) > rank(text[s.rare]) {
			s.rare = i
		}
	}
	return s
}

// index is where the text first stands in another, or -1. It goes by the rarest byte, which most
// rows do not have: bytes.Index, which goes by the first, takes several times as long.
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
