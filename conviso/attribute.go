package conviso

import (
	"slices"
	"strings"
)

// Attribute maps a project's index to the sentence that names its id or name as a whole word, and no other
// project. What has been found is taken out, ids and longer names first: "payment.gateway: refused" does not
// name payment.
func Attribute(projects []Project, sentences []string) map[int]string {
	about := map[int]string{}
	if len(sentences) == 0 {
		return about
	}
	order := make([]int, len(projects))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return len(projects[b].Name) - len(projects[a].Name) })
	for _, sentence := range sentences {
		rest, found := sentence, map[int]bool{}
		for _, word := range []func(Project) string{
			func(p Project) string { return p.ID }, func(p Project) string { return p.Name },
		} {
			for _, i := range order {
				if left := without(rest, word(projects[i])); left != rest {
					rest, found[i] = left, true
				}
			}
		}
		for i := range found {
			if len(found) == 1 && about[i] == "" {
				about[i] = sentence
			}
		}
	}
	return about
}

// without replaces a word where it stands as a whole.
func without(sentence, word string) string {
	for from := 0; word != ""; {
		at := strings.Index(sentence[from:], word)
		if at < 0 {
			break
		}
		start, end := from+at, from+at+len(word)
		from = start + 1
		if (start == 0 || !wordByte(sentence[start-1])) && (end == len(sentence) || !wordByte(sentence[end])) {
			sentence = sentence[:start] + "\x00" + sentence[end:]
		}
	}
	return sentence
}

// wordByte reports whether a byte may be part of an entity's name.
func wordByte(b byte) bool {
	return b == '-' || b == '_' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
