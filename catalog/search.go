package catalog

import (
	"slices"
	"strings"
)

// Facts are what a query may ask of a row that the catalog does not know.
type Facts interface {
	// Status is the row's status word.
	Status(row int) string
	// Selected reports whether the user has marked the row.
	Selected(row int) bool
}

// Search returns the rows that the query means, ascending. The slice is the caller's. A query
// that needs facts means none.
func (s *Snapshot) Search(q Query) []int { return s.SearchWith(q, nil) }

// SearchWith is Search for a query that may need facts.
func (s *Snapshot) SearchWith(q Query, f Facts) []int {
	found := s.Find(q, f, nil, nil)
	for more := true; more; {
		more = found.next()
	}
	return slices.Collect(found.set.Rows())
}

// Match reports whether the query means e. A query that needs facts means none.
func (q Query) Match(e Entity) bool {
	if q.NeedsFacts() {
		return false
	}
	m := newMatcher(q)
	return m.matchText(appendText(nil, &e)) && m.matchEntity(&e)
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

// hold puts the rows from first to end whose text holds a word into a set of rows less first.
func (r *rows) hold(w *needle, first, end int, set []uint64) {
	for from := first; from < end; from += blockSize {
		b := from / blockSize
		text, ends, n := r.textOf(b), &r.blocks[b].ends, min(blockSize, end-from)
		for i, start := 0, 0; i < n; i++ {
			at := w.index(text[start:])
			if at < 0 {
				break
			}
			for i < n && int(ends[i]) <= start+at {
				i++
			}
			if i == n {
				break
			}
			row := from + i - first
			set[row/64] |= 1 << (row % 64)
			start = int(ends[i])
		}
	}
}
