package backstage

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// printable returns how many bytes at the beginning of text are printable ASCII and neither a
// quote nor a backslash: the part of a string that means what it spells. It looks at eight bytes
// at a time. A byte that is none of them sets the highest bit of its place in mask; those before
// it do not borrow or carry, so that the first one is found exactly.
func printable(text []byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	n := 0
	for ; n+8 <= len(text); n += 8 {
		word := binary.LittleEndian.Uint64(text[n:])
		mask := (word | (word + ones) | (word - ones*' ') | ((word ^ ones*'"') - ones) | ((word ^ ones*'\\') - ones)) & tops
		if mask != 0 {
			return n + bits.TrailingZeros64(mask)/8
		}
	}
	for ; n < len(text); n++ {
		if b := text[n]; b < ' ' || b > '~' || b == '"' || b == '\\' {
			break
		}
	}
	return n
}

// stringEnd returns how much of text belongs to the string whose opening quote is before it, its
// closing quote included, or -1 where that does not come.
func stringEnd(text []byte) int {
	at := printable(text)
	if at < len(text) && text[at] == '"' {
		return at + 1
	}
	for first := at; ; at++ {
		next := bytes.IndexByte(text[at:], '"')
		if next < 0 {
			return -1
		}
		at += next
		// An odd number of backslashes escapes what follows them.
		before := at
		for before > first && text[before-1] == '\\' {
			before--
		}
		if (at-before)%2 == 0 {
			return at + 1
		}
	}
}

// spelled reports whether a string means what it spells: it has no escapes, no control
// characters and no broken UTF-8.
func spelled(raw []byte) bool {
	for _, b := range raw {
		if b < ' ' || b == '\\' {
			return false
		}
	}
	return utf8.Valid(raw)
}
