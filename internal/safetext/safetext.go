// Package safetext turns untrusted text into text that may be shown: on a terminal, in a
// log, in an error. Every string that comes from the catalog, the platform, a proxy or a
// file passes here in the decoder that reads it. It knows nothing about where text comes
// from or where it is drawn.
package safetext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxBytes is the length at which an untrusted string is cut.
const MaxBytes = 64 << 10

// maxMarks is the number of combining marks for one base character. More of them climb over the
// neighbouring lines of a terminal.
const maxMarks = 2

// replacement replaces characters that could move the cursor, hide or reorder text.
const replacement = utf8.RuneError

// Line makes s safe as part of one line: control characters, escape sequences, bidi and zero-width
// characters become U+FFFD, white space becomes blanks. Joiners stay in the words that are written
// with them, as in Persian and Hindi.
func Line(s string) string { return clean(s, false) }

// Block is Line for text of several lines: it keeps line feeds.
func Block(s string) string { return clean(s, true) }

// Changed reports whether Line changes s.
func Changed(s string) bool { return Line(s) != s }

// Deceives reports whether Line changes more of s than white space and the joiners and selectors of
// emoji: such a name may imitate another.
func Deceives(s string) bool {
	line := Line(s)
	return line != s && (!utf8.ValidString(s) || withoutEmojiParts(line) != withoutEmojiParts(s))
}

// withoutEmojiParts drops the joiners and selectors of emoji and makes white space blanks.
func withoutEmojiParts(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case emojiPart(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
}

func emojiPart(r rune) bool { return r == zwj || selector(r) }

func clean(s string, keepLines bool) string {
	if plain(s) {
		return s
	}
	s = cut(s, MaxBytes)
	var b strings.Builder
	b.Grow(len(s))
	var before rune
	marks := 0
	for rest := s; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		rest = rest[size:]
		if letter(r) {
			before, marks = r, 0
			b.WriteRune(r)
			continue
		}
		if joiner(r) && inWord(r, b.String(), rest, marks) {
			// It ends no stack of marks.
			b.WriteRune(r)
			before = r
			continue
		}
		out := rune(-1)
		if !selector(r) || !takesSelector(before, rest) {
			out = safe(r, before, keepLines)
		}
		before = r
		switch {
		case out < 0:
			continue
		case unicode.In(out, unicode.Mn, unicode.Me):
			if marks++; marks > maxMarks || b.Len() == 0 {
				continue
			}
		default:
			marks = 0
		}
		b.WriteRune(out)
	}
	return b.String()
}

// Short returns s if it has at most so many bytes, else whole runes from its beginning and "…". It keeps nothing of
// s in memory that it cuts off.
func Short(s string, bytes int) string {
	const dots = "…"
	if len(s) <= bytes {
		return s
	}
	return strings.TrimRight(cut(s, bytes-len(dots)), " ") + dots
}

// cut returns at most so many bytes of s, whole runes.
func cut(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	s = s[:bytes]
	for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	// The cut may have shortened the last rune.
	if r, size := utf8.DecodeLastRuneInString(s); r == utf8.RuneError && size == 1 {
		s = s[:len(s)-1]
	}
	return s
}

// plain is the fast path for printable ASCII and ordinary letters.
func plain(s string) bool {
	if len(s) > MaxBytes {
		return false
	}
	for i := range len(s) {
		if s[i] < 0x20 || s[i] > 0x7e {
			return s[i] >= utf8.RuneSelf && ordinary(s[i:])
		}
	}
	return true
}

// ordinary reports whether s holds only safe characters of the commonest scripts.
func ordinary(s string) bool {
	for _, r := range s {
		if !letter(r) {
			return false
		}
	}
	return true
}

func letter(r rune) bool {
	switch {
	case r <= 0x2ff:
		return r >= 0x20 && r <= 0x7e || r >= 0xa1 && r != 0xad
	case r >= 0x400 && r <= 0x481, r >= 0x2010 && r <= 0x2027:
		return true
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30ff, r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3:
		return true
	}
	return false
}

// safe returns what to show for a rune; a negative result drops it.
func safe(r, before rune, keepLines bool) rune {
	switch {
	case r == '\n' && keepLines:
		return '\n'
	case r == '\t', r == '\r', r == '\n', r == 0x85, r == 0x2028, r == 0x2029, unicode.Is(unicode.Zs, r):
		return ' '
	case emojiPart(r):
		// Inside an emoji these are ordinary text, and its parts are shown side by side, since
		// terminals disagree about the joined width. Anywhere else they hide something.
		if unicode.In(before, unicode.So, unicode.Sk) || before == 0xfe0f {
			return -1
		}
		return replacement
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Variation_Selector), filler(r):
		return replacement
	case r != ' ' && !unicode.IsPrint(r):
		// Terminals guess the width of unassigned code points.
		return replacement
	}
	return r
}

// filler reports whether r is a letter or mark without a glyph.
func filler(r rune) bool {
	switch r {
	case 0x115f, 0x1160, 0x3164, 0xffa0, 0x034f, 0x2800:
		return true
	}
	return false
}
