package safetext

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// EscapeJSON rewrites an encoded JSON document so that the characters which Line replaces and
// encoding/json leaves as they are (DEL, C1, bidi, zero width, fillers, private use, floods of
// combining marks) stand as \u escapes. The value that a JSON reader gets is the same.
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

// suspicious reports whether a document with r in it may need escapes.
func suspicious(r rune) bool { return hidden(r) || unicode.In(r, unicode.Mn, unicode.Me) }

// hidden leaves the white space alone that JSON itself uses between its tokens: inside
// strings encoding/json has escaped it already.
func hidden(r rune) bool {
	return r >= 0x7f && (unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp, unicode.Variation_Selector) || filler(r))
}
