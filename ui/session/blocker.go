package session

import (
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/internal/text"
)

// Blocker is the filter term that leaves no row.
type Blocker struct {
	Text string // as typed
	Hits int    // rows that match without it, 0 if none do or it is the only term
	Hint string // what is nearest to it
}

// mostTried limits the terms that are tried: each costs a search.
const mostTried = 8

// FindBlocker returns the term to blame where nothing matches. That is one that cannot match, because its field
// is unknown or no row has its value; otherwise the one without which most rows match. It is none for a single
// word. kinds are those of the list.
func FindBlocker(q catalog.Query, snap *catalog.Snapshot, kinds []string, hits func(q catalog.Query) int) (worst Blocker) {
	terms := q.Terms()
	hints := hopeless(q, snap, kinds)
	for i := range terms[:min(len(terms), mostTried)] {
		hint, never := hints[i]
		if len(hints) > 0 && !never {
			continue
		}
		b := Blocker{Text: terms[i].Text, Hint: hint}
		if len(terms) > 1 {
			b.Hits = hits(q.Without(i))
		}
		if b.Hits > worst.Hits || never && worst.Text == "" {
			worst = b
		}
	}
	return worst
}

// hopeless returns the terms that match no row of the catalog, with the nearest thing that exists.
func hopeless(q catalog.Query, snap *catalog.Snapshot, kinds []string) map[int]string {
	hints := map[int]string{}
	for i, t := range q.Terms() {
		if nearest, missing := snap.Missing(t); missing {
			hints[i] = nearestWords(t.Field, nearest)
		}
	}
	for _, p := range q.Problems(kinds...) {
		if _, known := hints[p.At]; p.At < 0 || known || q.Terms()[p.At].Negated {
			continue
		}
		what := p.Field
		if p.Kind == catalog.UnknownField {
			what = "field"
		}
		hints[p.At] = nearestWords(what, p.Suggestion)
	}
	return hints
}

func nearestWords(what, nearest string) string {
	if nearest == "" {
		return ""
	}
	return "the nearest " + what + " is " + nearest
}

// NoMatch reports that nothing matches and which term is to blame, if that is known.
func NoMatch(of int, f Facet, b Blocker) string {
	words := fmt.Sprintf("0 of %d match", of)
	if f != FacetAll {
		words += " among " + strings.ToLower(f.String())
	}
	blame := ""
	switch {
	case b.Hits > 0:
		blame = fmt.Sprintf("without %s %d would", catalog.QuoteTerm(b.Text), b.Hits)
	case b.Text != "":
		blame = fmt.Sprintf("%s finds nothing", catalog.QuoteTerm(b.Text))
	}
	return text.Join("; ", words, text.Join(", ", blame, b.Hint))
}

// NoBulk returns why nothing may act on all that match, or empty: a filter with a mistake selects more or less
// than it seems to.
func NoBulk(q catalog.Query, kinds []string) string {
	problems := q.Problems(kinds...)
	if len(problems) == 0 {
		return ""
	}
	return "off until the filter is mended: " + problems.String()
}
