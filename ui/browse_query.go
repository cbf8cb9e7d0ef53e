package ui

import (
	"context"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// facts are what the filter may ask of rows besides the catalog.
func (m *browseScreen) facts() catalog.Facts {
	return m.work.Shown.Facts(&m.work.Marks)
}

// readFilter takes the filter's text for the query, and says what may be wrong with it.
func (m *browseScreen) readFilter() {
	if m.typing {
		m.query, _ = catalog.ParseTyped(m.filter.Value())
	} else {
		m.query = catalog.ParseQuery(m.filter.Value())
	}
	m.tellProblems()
}

// settleFilter ends the typing of the filter. What was on the list by a value's beginning alone
// stays there: the star that was meant is then written out.
func (m *browseScreen) settleFilter() {
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
func (m *browseScreen) tellProblems() {
	problems := m.query.Problems()
	if m.typing {
		unfinished := m.query.LeftOut()
		problems = slices.DeleteFunc(problems, func(p string) bool { return slices.Contains(unfinished, p) })
	}
	text := strings.Join(problems, ". ")
	switch {
	case text == "":
		m.notices.drop(session.AboutFilter)
	case m.notices.has(session.AboutFilter):
		// The sentence names the word that is being typed, and grows with it.
		m.notices.renew(session.AboutFilter, text)
	default:
		m.tell(session.AboutFilter, text)
	}
}

// blockerOf returns what finds out what keeps the list empty, if that can be known.
func (m *browseScreen) blockerOf(facts catalog.Facts) func() session.Blocker {
	if m.work.Shown.Len() == 0 {
		return func() session.Blocker { return session.Blocker{} }
	}
	ctx, snap, q, within := context.WithoutCancel(m.ctx), m.work.Shown.Catalog, m.query, m.inFacet()
	return func() session.Blocker {
		return session.FindBlocker(q, func(q catalog.Query) int {
			rows, _ := snap.Find(q, facts, within, nil).All(ctx)
			return len(rows)
		})
	}
}

// noMatchWords say that nothing matches, and why if that is known.
func (m *browseScreen) noMatchWords() string {
	return session.NoMatch(m.work.Shown.Len(), m.facet, m.blocker) + "; esc clears"
}
