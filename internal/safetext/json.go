package safetext

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// EscapeJSON escapes the characters of a JSON document that Line replaces and encoding/json does
// not escape. The decoded value is the same.
func EscapeJSON(doc []byte) []byte {
	if !bytes.ContainsFunc(doc, suspicious) {
		return doc
	}
	out := make([]byte, 0, len(doc)+64)
	marks := 0
	for i := 0; i < len(doc); {
		r, size := utf8.DecodeRune(doc[i:])
		if unicode.In(r, unicode.Mn, unicode.Me) {
			marks++
		} else {
			marks = 0
		}
		switch r1, r2 := utf16.EncodeRune(r); {
		case !hidden(r) && marks <= maxMarks:
			out = append(out, doc[i:i+size]...)
		case r1 != utf8.RuneError:
			out = fmt.Appendf(out, `\u%04x\u%04x`, r1, r2)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		i += size
	}
	return out
}

func suspicious(r rune) bool { return hidden(r) || unicode.In(r, unicode.Mn, unicode.Me) }

// hidden ignores JSON's own white space: encoding/json has escaped it inside strings.
func hidden(r rune) bool {
	return r >= 0x7f && (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Variation_Selector) || filler(r))
}
