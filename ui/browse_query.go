package ui

import (
	"context"
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

func (m *browseScreen) facts() catalog.Facts { return m.work.Shown.Facts(&m.work.Marks) }

func (m *browseScreen) parseFilter() {
	if m.typing {
		m.query, _ = catalog.ParseTyped(m.filter.Value())
	} else {
		m.query = catalog.ParseQuery(m.filter.Value())
	}
	m.reportProblems()
}

// finishFilter ends typing. If the list matched a value only by its prefix, it writes out the star.
func (m *browseScreen) finishFilter() {
	_, growing := catalog.ParseTyped(m.filter.Value())
	m.parseFilter()
	if !growing {
		// The list followed each key and is up to date.
		return
	}
	before := len(m.list.rows)
	m.refill(m.list.cursor)
	if before > 0 && len(m.list.rows) == 0 {
		m.filter.SetValue(m.filter.Value() + "*")
		m.parseFilter()
		m.refill(m.list.cursor)
	}
}

// reportProblems reports what looks wrong in the filter; while typing, it ignores unfinished terms.
func (m *browseScreen) reportProblems() {
	problems := m.query.Problems()
	if m.typing {
		unfinished := m.query.LeftOut()
		problems = slices.DeleteFunc(problems, func(p string) bool { return slices.Contains(unfinished, p) })
	}
	text := strings.Join(problems, ". ")
	switch {
	case text == "":
		m.notices.drop(session.AboutFilter)
	case !m.notices.renew(session.AboutFilter, text): // the text grows with the word being typed
		m.tell(session.AboutFilter, text)
	}
}

// blockerOf returns a function that finds the term which leaves no row.
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
