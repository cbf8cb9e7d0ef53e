package catalog

import (
	"slices"
	"strings"
)

// Facts answers what a query asks about a row and the catalog does not know.
type Facts interface {
	Status(row int) string
	Selected(row int) bool
}

// Search returns the rows that match, ascending, as the caller's own slice. A query that needs
// facts matches none.
func (s *Snapshot) Search(q Query) []int { return s.SearchWith(q, nil) }

// SearchWith is Search for a query that may need facts.
func (s *Snapshot) SearchWith(q Query, f Facts) []int {
	found := s.Find(q, f, nil, nil)
	for more := true; more; {
		more = found.next()
	}
	return slices.Collect(found.set.Rows())
}

// Match reports whether e matches. A query that needs facts matches none.
func (q Query) Match(e Entity) bool {
	if q.NeedsFacts() {
		return false
	}
	m := newMatcher(q)
	return m.matchText(appendText(nil, &e)) && m.matchEntity(&e)
}

// appendText appends an entity's searchable text, in lower case.
func appendText(text []byte, e *Entity) []byte {
	for _, field := range [...]string{e.Name, e.Title, e.Description, e.Owner} {
		text = append(append(text, strings.ToLower(field)...), separator)
	}
	for _, tag := range e.Tags {
		text = append(append(text, strings.ToLower(tag)...), separator)
	}
	return text
}

// hold adds the rows from first to end whose text contains w to set, relative to first.
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
