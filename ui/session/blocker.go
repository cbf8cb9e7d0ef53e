package session

import (
	"fmt"
	"strings"

	"conviso-importer/catalog"
)

// Blocker is the filter term that excludes most rows.
type Blocker struct {
	Text string
	Hits int // rows that match without it
}

// mostTried limits the terms that are tried: each costs a search.
const mostTried = 8

// FindBlocker returns the term without which most rows match; none for a single term.
func FindBlocker(q catalog.Query, hits func(q catalog.Query) int) (worst Blocker) {
	terms := q.Terms()
	if len(terms) < 2 {
		return worst
	}
	for i := range terms[:min(len(terms), mostTried)] {
		if n := hits(q.Without(i)); n > worst.Hits {
			worst = Blocker{Text: terms[i].Text, Hits: n}
		}
	}
	return worst
}

// NoMatch reports that nothing matches and which term is to blame, if that is known.
func NoMatch(of int, f Facet, b Blocker) string {
	text := fmt.Sprintf("0 of %d match", of)
	if f != FacetAll {
		text += " among " + strings.ToLower(f.String())
	}
	if b.Hits > 0 {
		text += fmt.Sprintf("; without %s %d would", catalog.QuoteTerm(b.Text), b.Hits)
	}
	return text
}
