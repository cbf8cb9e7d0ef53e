package draw

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// underlined is text with the first place underlined where one of the words occurs, which are in
// lower case. Where several begin there, the longest counts.
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

// firstMatch is where the first match begins and ends in bytes. It takes whole characters as
// the terminal draws them: a style between a letter and its accent would part them.
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

// folded is text in lower case, and for each byte of that, and for its end, where in text it
// comes from: some letters have another length in lower case.
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

// wholeCharacters widens a part of text so that no character is cut.
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
