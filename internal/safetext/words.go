package safetext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	zwnj = 0x200c // keeps two letters apart that would join
	zwj  = 0x200d // joins letters, or the parts of an emoji
)

func joiner(r rune) bool { return r == zwnj || r == zwj }

// selector reports whether r chooses between text and emoji.
func selector(r rune) bool { return r == 0xfe0e || r == 0xfe0f }

// presented are the characters besides symbols that Unicode lets a selector follow.
const presented = "\u203c\u2049\u2139\u2194\u25fb\u25fc\u25fd\u25fe\u2934\u2935\u3030\u303d"

// keys are the characters that a selector and an enclosing keycap follow. A selector alone would make
// of a digit one that looks the same.
const (
	keys   = "0123456789#*"
	keycap = "\u20e3"
)

// takesSelector reports whether a selector behind a character is part of an ordinary text.
func takesSelector(before rune, rest string) bool {
	if before < utf8.RuneSelf {
		return strings.ContainsRune(keys, before) && strings.HasPrefix(rest, keycap)
	}
	return strings.ContainsRune(presented, before)
}

// viramas take the vowel from a consonant; a joiner behind one chooses the consonant's form.
const viramas = "\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d3b\u0d3c\u0d4d\u0dca\u1039\u103a\u17d2"

// inWord reports whether a joiner stands inside a word that is written with joiners. written is the
// safe text before it, rest the raw text behind it, and marks is the number of marks before it.
//
// What stands before and behind is what will be written, so that a safe text stays as it is.
func inWord(r rune, written, rest string, marks int) bool {
	last, _ := utf8.DecodeLastRuneInString(written)
	next, _ := utf8.DecodeRuneInString(rest)
	script := scriptOf(written)
	switch {
	case script != nil && r == zwj && strings.ContainsRune(viramas, last):
		// A consonant without its vowel may end the word.
		return true
	case script != nil && unicode.Is(script, next):
		return wordCharacter(next) || unicode.Is(unicode.Mc, next) || unicode.Is(unicode.Mn, next) && marks < maxMarks
	case script == nil && r == zwnj:
		// In Persian, foreign words and numbers take endings behind a joiner.
		return wordCharacter(last) && wordCharacter(next) && unicode.Is(unicode.Arabic, next)
	}
	return false
}

func wordCharacter(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.Is(unicode.Nd, r))
}

// scriptOf returns the script of the letter, with its marks, that text ends in, if words of that script
// are written with joiners.
func scriptOf(text string) *unicode.RangeTable {
	// A letter has two nonspacing marks here, and hardly ever more vowel signs.
	for range 6 {
		r, size := utf8.DecodeLastRuneInString(text)
		if !unicode.In(r, unicode.Mn, unicode.Mc) {
			if !wordCharacter(r) {
				return nil
			}
			return joinedScript(r)
		}
		text = text[:len(text)-size]
	}
	return nil
}

func joinedScript(r rune) *unicode.RangeTable {
	for _, script := range [...]*unicode.RangeTable{
		unicode.Arabic, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
		unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Myanmar, unicode.Khmer, unicode.Syriac,
	} {
		if unicode.Is(script, r) {
			return script
		}
	}
	return nil
}
