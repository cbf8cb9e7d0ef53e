package catalog

import "strings"

// nearest returns the word that a text most likely stands for, the first of several; empty if none is near.
func nearest(text string, words []string) string {
	text = strings.ToLower(text)
	best, least := "", typos(text)+1
	for _, word := range words {
		if far := distance(text, word, least); far < least {
			best, least = word, far
		}
	}
	return best
}

// typos is how many typing mistakes a text may have.
func typos(text string) int { return max(1, len(text)/3) }

// shortest is the length from which a part of a word stands for it.
const shortest = 3

// distance is the number of mistakes; a beginning counts as one.
func distance(text, word string, most int) int {
	if text != word && len(text) >= shortest && strings.HasPrefix(word, text) {
		return 1
	}
	return mistakes(text, word, most)
}

// mistakes counts the typing mistakes that make a text of a word: characters that are missing, too many, wrong, or
// swapped with the next one. Beyond most it may return any larger number.
func mistakes(text, word string, most int) int {
	if len(text)-len(word) > most || len(word)-len(text) > most {
		return most + 1
	}
	// Rows of the table of distances between beginnings: the current one and the two before.
	var rows [3][]int
	for i := range rows {
		rows[i] = make([]int, len(word)+1)
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(text); i++ {
		row, above, further := rows[i%3], rows[(i+2)%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(word); j++ {
			same := 1
			if text[i-1] == word[j-1] {
				same = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+same)
			if i > 1 && j > 1 && text[i-1] == word[j-2] && text[i-2] == word[j-1] {
				row[j] = min(row[j], further[j-2]+1)
			}
		}
	}
	return rows[len(text)%3][len(word)]
}

// Missing reports whether a term asks for a value that no row has, and returns the value that is nearest to it;
// empty if none is near.
func (s *Snapshot) Missing(t Term) (nearest string, missing bool) {
	if t.Field == "" || t.Negated || t.needsFacts() {
		return "", false
	}
	choices := s.choices(QueryColumn(t.Field))
	for i := range choices {
		for _, form := range choices[i].forms {
			if t.matchValue(form) {
				return "", false
			}
		}
	}
	least := -1
	for _, p := range t.folded {
		if p.absent() {
			return "", false
		}
		limit := typos(p.text) + 1
		for i := range choices {
			far := choices[i].distance(p.text, limit)
			if far < limit && (least < 0 || far < least) {
				nearest, least = choices[i].value, far
			}
		}
	}
	return nearest, true
}

// distance is that of the nearest form; one that holds the text is just within the limit.
func (c *choice) distance(text string, limit int) int {
	least := limit
	for _, form := range c.forms {
		least = min(least, distance(text, form, limit))
		if len(text) >= shortest && strings.Contains(form, text) {
			least = min(least, limit-1)
		}
	}
	return least
}
