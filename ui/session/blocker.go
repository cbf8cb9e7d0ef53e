package session

import (
	"fmt"
	"strings"

	"conviso-importer/catalog"
)

// Blocker is the term of a filter that keeps every row away.
type Blocker struct {
	Text string
	// Hits is how many rows would be on the list without it.
	Hits int
}

// mostTried is how many terms are tried for a blocker: each costs a search.
const mostTried = 8

// FindBlocker finds the single term without which most rows would be on the list, as hits counts them
// for a filter. The filter of one term needs none to be named, and where two terms agree on nothing
// there is none.
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

// NoMatch reports that none of so many entities is on the list of a facet, and which term of the
// filter is to blame, if that is known.
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
