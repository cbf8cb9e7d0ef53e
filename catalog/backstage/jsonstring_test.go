package backstage

import (
	"bytes"
	"testing"
)

// TestPrintable checks a byte at each of the eight places that are tested together.
func TestPrintable(t *testing.T) {
	for b := range 256 {
		for size := range 20 {
			for at := range size {
				// The bytes after it must not matter.
				for _, behind := range []byte{'a', 0, 0xff, '"', ' ', '~'} {
					text := append(bytes.Repeat([]byte("~ "), 10)[:at], byte(b))
					text = append(text, bytes.Repeat([]byte{behind}, size-at-1)...)
					want := at
					for want < size && text[want] >= ' ' && text[want] <= '~' && text[want] != '"' && text[want] != '\\' {
						want++
					}
					if got := printable(text); got != want {
						t.Fatalf("%q: %d, want %d", text, got, want)
					}
				}
			}
		}
	}
}

// TestStringEnd checks escaped quotes.
func TestStringEnd(t *testing.T) {
	for text, want := range map[string]int{
		`"`: 1, `a"b"`: 2, `\"`: -1, `\\"`: 3, `\\\"x"`: 6, `a\"`: -1, ``: -1, `abc`: -1, "\xff\x00\"": 3, `12345678\"12345678\\"`: 21,
	} {
		if got := stringEnd([]byte(text)); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}
