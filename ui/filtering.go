package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"conviso-importer/catalog"
)

// facts are what the filter may ask of rows besides the catalog.
func (m *model) facts() catalog.Facts {
	return m.shown.statuses.Facts(m.marks.HasRow)
}

// readFilter takes the filter's text for the query, and says what may be wrong with it.
func (m *model) readFilter() {
	if m.typing {
		m.query, _ = catalog.ParseTyped(m.filter.Value())
	} else {
		m.query = catalog.ParseQuery(m.filter.Value())
	}
	m.tellProblems()
}

// settleFilter ends the typing of the filter. What was on the list by a value's beginning alone
// stays there: the star that was meant is then written out.
func (m *model) settleFilter() {
	_, growing := catalog.ParseTyped(m.filter.Value())
	m.readFilter()
	if !growing {
		// The list followed each key: it shows what the filter means, or is about to.
		return
	}
	before := len(m.list.rows)
	m.refill(m.list.cursor)
	if before > 0 && len(m.list.rows) == 0 {
		m.filter.SetValue(m.filter.Value() + "*")
		m.readFilter()
		m.refill(m.list.cursor)
	}
}

// tellProblems says what in the filter may not have been meant as it was read, until that is
// mended. What is not finished is said only when the user has left the input.
func (m *model) tellProblems() {
	problems := m.query.Problems()
	if m.typing {
		unfinished := m.query.LeftOut()
		problems = slices.DeleteFunc(problems, func(p string) bool { return slices.Contains(unfinished, p) })
	}
	text := strings.Join(problems, ". ")
	switch {
	case text == "":
		m.notices.drop(aboutFilter)
	case m.notices.has(aboutFilter):
		// The sentence names the word that is being typed, and grows with it.
		m.notices.renew(aboutFilter, text)
	default:
		m.tell(aboutFilter, text)
	}
}

// blocker is the term of the filter that keeps every row away.
type blocker struct {
	text string
	// hits is how many rows would be on the list without it.
	hits int
}

// mostTried is how many terms are tried for a blocker: each costs a search.
const mostTried = 8

// blockerOf returns what finds out what keeps the list empty, if that can be known.
func (m *model) blockerOf(facts catalog.Facts) func() blocker {
	if m.shown.len() == 0 {
		return func() blocker { return blocker{} }
	}
	ctx, snap, q, within := context.WithoutCancel(m.ctx), m.shown.snap, m.query, m.inFacet()
	return func() blocker {
		return findBlocker(q, func(q catalog.Query) int {
			rows, _ := snap.Find(q, facts, within, nil).All(ctx)
			return len(rows)
		})
	}
}

// findBlocker finds the single term without which most rows would be on the list, as hits
// counts them for a filter. The filter of one term needs none to be named, and where two terms
// agree on nothing there is none.
func findBlocker(q catalog.Query, hits func(q catalog.Query) int) (worst blocker) {
	terms := q.Terms()
	if len(terms) < 2 {
		return worst
	}
	for i := range terms[:min(len(terms), mostTried)] {
		if n := hits(q.Without(i)); n > worst.hits {
			worst = blocker{text: terms[i].Text, hits: n}
		}
	}
	return worst
}

// noMatchWords say that nothing matches, and why if that is known.
func (m *model) noMatchWords() string {
	return noMatchWords(m.shown.len(), m.facet, m.blocker) + "; esc clears"
}

func noMatchWords(of int, f facet, b blocker) string {
	text := fmt.Sprintf("0 of %d match", of)
	if f != facetAll {
		text += " among " + strings.ToLower(f.String())
	}
	if b.hits > 0 {
		text += fmt.Sprintf("; without %s %d would", catalog.QuoteTerm(b.text), b.hits)
	}
	return text
}

// filterHelp are the forms of the filter language, each with what it means.
func filterHelp() []fact {
	hints := catalog.QueryHelp()
	forms := make([]fact, 0, len(hints))
	for _, hint := range hints {
		forms = append(forms, fact{hint.Form, hint.Meaning})
	}
	return forms
}
