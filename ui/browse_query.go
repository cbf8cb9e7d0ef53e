package ui

import (
	"context"

	"conviso-importer/catalog"
	"conviso-importer/internal/text"
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

func (m *browseScreen) problems() catalog.Problems { return m.query.Problems(m.work.Kinds()...) }

// reportProblems reports what looks wrong in the filter, except in a term that is still being typed.
func (m *browseScreen) reportProblems() {
	words := text.Sentence(m.problems().Where(false).String())
	switch {
	case words == "":
		m.notices.drop(session.AboutFilter)
	case !m.notices.renew(session.AboutFilter, words): // it may grow with the filter
		m.tell(session.AboutFilter, words)
	}
}

// unfinishedLine says quietly what is wrong in the term being typed.
func (m *browseScreen) unfinishedLine(w int) string {
	return m.st.Dim.Of(m.gl.Cut(text.Sentence(m.problems().Where(true).String()), w))
}

// blockerOf returns a function that finds the term which leaves no row.
func (m *browseScreen) blockerOf(facts catalog.Facts) func() session.Blocker {
	if m.work.Shown.Len() == 0 {
		return func() session.Blocker { return session.Blocker{} }
	}
	ctx, snap, q, within, kinds := context.WithoutCancel(m.ctx), m.work.Shown.Catalog, m.query, m.inFacet(), m.work.Kinds()
	return func() session.Blocker {
		return session.FindBlocker(q, snap, kinds, func(q catalog.Query) int {
			rows, _ := snap.Find(q, facts, within, nil).All(ctx)
			return len(rows)
		})
	}
}
