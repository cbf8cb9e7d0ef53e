package catalog

import (
	"bytes"
	"strings"
)

// Facts are what a query may ask of a row that the catalog does not know.
type Facts interface {
	// Status is the row's status word.
	Status(row int) string
	// Selected says whether the user has marked the row.
	Selected(row int) bool
}

// Search returns the rows that the query means, ascending. The slice is the caller's. A query
// that needs facts means none.
func (s *Snapshot) Search(q Query) []int { return s.SearchWith(q, nil) }

// SearchWith is Search for a query that may need facts.
func (s *Snapshot) SearchWith(q Query, f Facts) []int {
	if q.Empty() {
		all := make([]int, s.Len())
		for row := range all {
			all[row] = row
		}
		return all
	}
	if f == nil && q.NeedsFacts() {
		return nil
	}
	m := newMatcher(q)
	var hits []int
	if len(m.lead) == 0 {
		for row := range s.Len() {
			if m.matchRow(s, row, f) {
				hits = append(hits, row)
			}
		}
		return hits
	}
	text, ends := s.text.text, s.text.ends
	for row, start := 0, 0; row < len(ends); row++ {
		at := bytes.Index(text[start:], m.lead)
		if at < 0 {
			break
		}
		for ends[row] <= start+at {
			row++
		}
		if m.matchRow(s, row, f) {
			hits = append(hits, row)
		}
		start = ends[row]
	}
	return hits
}

// Match says whether the query means e. A query that needs facts means none.
func (q Query) Match(e Entity) bool {
	if q.NeedsFacts() {
		return false
	}
	m := newMatcher(q)
	text := appendText(nil, &e)
	return bytes.Contains(text, m.lead) && m.matchText(text) && m.matchEntity(&e)
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
