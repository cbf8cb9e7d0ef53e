package safetext

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// EscapeJSON rewrites an encoded JSON document so that control and format characters that
// encoding/json leaves as they are (DEL, C1, bidi, zero width) stand as \u escapes. The
// value that a JSON reader gets is the same.
func EscapeJSON(doc []byte) []byte {
	if !bytes.ContainsFunc(doc, needsEscape) {
		return doc
	}
	out := make([]byte, 0, len(doc)+64)
	for i := 0; i < len(doc); {
		r, size := utf8.DecodeRune(doc[i:])
		if needsEscape(r) {
			if r1, r2 := utf16.EncodeRune(r); r1 != utf8.RuneError {
				out = fmt.Appendf(out, `\u%04x\u%04x`, r1, r2)
			} else {
				out = fmt.Appendf(out, `\u%04x`, r)
			}
		} else {
			out = append(out, doc[i:i+size]...)
		}
		i += size
	}
	return out
}

// needsEscape leaves the white space alone that JSON itself uses between its tokens:
// inside strings encoding/json has escaped it already.
func needsEscape(r rune) bool {
	if r == '\n' || r == '\t' || r == '\r' {
		return false
	}
	return r >= 0x7f && unicode.In(r, unicode.Cc, unicode.Cf)
}
