package draw

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// underlined underlines the first match of the lower-case words; of several there, the longest.
func (s *Styles) underlined(text string, words []string) string {
	if s.match.on == "" || len(words) == 0 {
		return text
	}
	from, to := firstMatch(text, words)
	if from == to {
		return text
	}
	return text[:from] + s.match.Of(text[from:to]) + text[to:]
}

// firstMatch returns a byte range of whole characters: a style must not separate a letter from its accent.
func firstMatch(text string, words []string) (from, to int) {
	lower, at := strings.ToLower(text), []int(nil)
	if !Simple(text) {
		lower, at = folded(text)
	}
	from = -1
	for _, word := range words {
		i := strings.Index(lower, word)
		if i < 0 || word == "" {
			continue
		}
		if from < 0 || i < from || i == from && i+len(word) > to {
			from, to = i, i+len(word)
		}
	}
	switch {
	case from < 0:
		return 0, 0
	case at == nil:
		return from, to
	}
	return wholeCharacters(text, at[from], at[to])
}

// folded returns text in lower case and, for each byte and its end, the offset in text: lengths may differ.
func folded(text string) (lower string, at []int) {
	var b strings.Builder
	at = make([]int, 0, len(text)+1)
	for i, r := range text {
		r = unicode.ToLower(r)
		b.WriteRune(r)
		for range utf8.RuneLen(r) {
			at = append(at, i)
		}
	}
	return b.String(), append(at, len(text))
}

// wholeCharacters widens a range of text so that no character is cut.
func wholeCharacters(text string, from, to int) (int, int) {
	for start := 0; start < len(text); {
		cluster, _ := ansi.FirstGraphemeCluster(text[start:], ansi.GraphemeWidth)
		end := start + max(1, len(cluster))
		if start < from && from < end {
			from = start
		}
		if start < to && to <= end {
			return from, end
		}
		start = end
	}
	return from, len(text)
}
