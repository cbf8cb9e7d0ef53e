package celldiff

import (
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// agreement is how far terminals agree on a character's width.
type agreement uint8

const (
	agreed agreement = iota
	// ambiguous is one column, or two on some terminals' settings.
	ambiguous
	// uncertain may be any width: emoji, combining marks, joining scripts.
	uncertain
)

// cluster splits off the first grapheme cluster of text: its width, the most columns that a
// terminal could use, and the terminals' agreement.
func cluster(text string) (first string, width, most int, t agreement) {
	if text[0] < 0x80 && (len(text) == 1 || text[1] < 0x80) {
		return text[:1], 1, 1, agreed
	}
	first, width = ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
	runes := []rune(first)
	if len(runes) == 1 {
		switch r := runes[0]; {
		case width == 1 && r < 0x80, width == 2 && wide(r):
			return first, width, width, agreed
		case width == 1 && perhapsWide(r):
			return first, 1, 1, ambiguous
		}
	}
	for _, r := range runes {
		switch {
		case r < 0x80, unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
			most++
		default:
			most += 2
		}
	}
	return first, width, max(width, most), uncertain
}

func wide(r rune) bool {
	switch {
	case r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa, // Kana
		r >= 0x3400 && r <= 0x4dbf, r >= 0x4e00 && r <= 0x9fff, // Han
		r >= 0xac00 && r <= 0xd7a3, // Hangul
		r >= 0xff01 && r <= 0xff60: // Latin in full width
		return true
	}
	return false
}

// perhapsWide reports whether East Asian terminals may show a one-column character in two, as
// they do with the table's own lines and arrows.
func perhapsWide(r rune) bool {
	switch {
	case r == 0xad: // a hyphen that may not be shown at all
		return false
	case r >= 0xa1 && r <= 0x24f, r >= 0x370 && r <= 0x482, r >= 0x48a && r <= 0x52f, // letters of Europe
		r >= 0x2010 && r <= 0x2027, r >= 0x2030 && r <= 0x205e, r >= 0x20a0 && r <= 0x20bf, // punctuation
		r >= 0x2190 && r <= 0x2193, r >= 0x2200 && r <= 0x22ff, // arrows and mathematics
		r >= 0x2500 && r <= 0x25a1, // lines and blocks
		r == 0x26a0, r == 0xfffd:
		return true
	}
	return false
}
