package backstage

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// printable returns the length of the prefix of printable ASCII without quotes and backslashes: text that needs
// no unescaping. It tests eight bytes at a time: any other byte sets the top bit of its place in mask, and the
// bytes before it do not borrow or carry, so the first one is exact.
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

// stringEnd returns the length of the string after its opening quote, including the closing
// one, or -1 without one.
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
		// An odd number of backslashes escapes the quote.
		before := at
		for before > first && text[before-1] == '\\' {
			before--
		}
		if (at-before)%2 == 0 {
			return at + 1
		}
	}
}

// isLiteral reports whether a string needs no decoding: no escapes, control characters or invalid UTF-8.
func isLiteral(raw []byte) bool {
	for _, b := range raw {
		if b < ' ' || b == '\\' {
			return false
		}
	}
	return utf8.Valid(raw)
}
