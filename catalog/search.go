package catalog

import (
	"bytes"
	"slices"
	"strings"

	"conviso-importer/internal/safetext"
)

// Query says which entities are meant: those in which every word occurs. A word is looked
// for in name, title, description, owner and tags, anywhere and in any case; the order of
// words does not matter. The zero value means every entity.
type Query struct {
	// words are as typed, folded the same in lower case, both free of white space.
	words, folded []string
}

// ParseQuery reads a query as a user types it. Any text is a query.
func ParseQuery(text string) Query {
	var q Query
	for _, word := range strings.Fields(text) {
		// The entities' text went through the same, so that equal input stays equal.
		if word = safetext.Line(word); word != "" {
			q.words = append(q.words, word)
			q.folded = append(q.folded, strings.ToLower(word))
		}
	}
	return q
}

// String returns the query in its shortest form, safe to show; ParseQuery of it is the
// same query.
func (q Query) String() string { return strings.Join(q.words, " ") }

// Empty says whether the query means every entity.
func (q Query) Empty() bool { return len(q.folded) == 0 }

// Match says whether the query means e.
func (q Query) Match(e Entity) bool { return q.matchText(appendText(nil, &e)) }

// matchText is Match for an entity's searchable text.
func (q Query) matchText(text []byte) bool {
	for _, word := range q.folded {
		if !bytes.Contains(text, []byte(word)) {
			return false
		}
	}
	return true
}

// Search returns the rows that the query means, ascending. The slice is the caller's.
func (s *Snapshot) Search(q Query) []int {
	if q.Empty() {
		all := make([]int, s.Len())
		for row := range all {
			all[row] = row
		}
		return all
	}
	// The longest word is most likely the rarest, so it leads from hit to hit and the
	// whole query is checked on those rows alone.
	lead := []byte(slices.MaxFunc(q.folded, func(a, b string) int { return len(a) - len(b) }))
	text, ends := s.text.text, s.text.ends
	var hits []int
	for row, start := 0, 0; row < len(ends); row++ {
		at := bytes.Index(text[start:], lead)
		if at < 0 {
			break
		}
		for ends[row] <= start+at {
			row++
		}
		if len(q.folded) == 1 || q.matchText(text[s.text.start(row):ends[row]]) {
			hits = append(hits, row)
		}
		start = ends[row]
	}
	return hits
}

// separator stands behind each searchable field. No word contains it, so no word is found
// across the border of two fields or two rows.
const separator = '\n'

// haystack is the searchable text of all rows in one piece, so that a search is one walk
// through memory instead of a visit to every entity.
type haystack struct {
	text []byte
	// ends[row] is where the row's text ends and that of the next begins.
	ends []int
}

func (h *haystack) add(e *Entity) {
	h.text = appendText(h.text, e)
	h.ends = append(h.ends, len(h.text))
}

// start is where a row's text begins.
func (h *haystack) start(row int) int {
	if row == 0 {
		return 0
	}
	return h.ends[row-1]
}

// appendText appends what of an entity is searched, in lower case.
func appendText(text []byte, e *Entity) []byte {
	for _, field := range [...]string{e.Name, e.Title, e.Description, e.Owner} {
		text = append(append(text, strings.ToLower(field)...), separator)
	}
	for _, tag := range e.Tags {
		text = append(append(text, strings.ToLower(tag)...), separator)
	}
	return text
}
