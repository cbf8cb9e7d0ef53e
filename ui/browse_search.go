package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// large is the number of rows from which a search is answered in two steps.
const large = 10_000

// searchList applies the filter. For a large list it shows the first page at once and the rest later.
func (m *browseScreen) searchList() tea.Cmd {
	if m.work.Shown.Len() < large || m.query.Empty() || m.work.Shown.Opening || m.anchorMatches() {
		m.refill(0)
		return nil
	}
	f := m.work.Shown.Catalog.Find(m.query, m.copiedFacts(), m.inFacet(), m.work.Shown.Ordered)
	rows, whole := f.First(m.list.perPage)
	if whole {
		m.refill(0)
		return nil
	}
	m.searchGen++
	m.list.begin(&m.work.Shown, rows)
	m.list.place(&m.work.Shown, 0)
	m.placeSpan()
	m.blocker, m.importable = session.Blocker{}, 0
	gen := m.searchGen
	return m.taskCmd(func(ctx context.Context) func() {
		rows, in := f.All(ctx)
		return func() { m.searchDone(gen, rows, in) }
	})
}

// anchorMatches reports whether the anchor matches: its page is known only from the whole order.
func (m *browseScreen) anchorMatches() bool {
	row, ok := m.work.Shown.Catalog.Row(m.list.anchor)
	if !ok {
		return false
	}
	only := catalog.NewRowSet(m.work.Shown.Len())
	if within := m.inFacet(); within != nil && !within.Has(row) {
		return false
	}
	only.Add(row)
	hits, _ := m.work.Shown.Catalog.Find(m.query, m.facts(), only, nil).All(context.WithoutCancel(m.ctx))
	return len(hits) > 0
}

// copiedFacts are facts for a command, safe from later changes of the marks.
func (m *browseScreen) copiedFacts() catalog.Facts {
	return m.work.Shown.Statuses.Facts(m.work.Marks.Rows().Has)
}

// searchDone completes the list, unless it has changed meanwhile.
func (m *browseScreen) searchDone(gen int, rows []int32, in catalog.RowSet) {
	if gen != m.searchGen || in == nil {
		return
	}
	m.list.rows, m.list.in, m.list.partial = rows, in, false
	m.listed(m.list.cursor)
}

// blockerCmd finds the blocker of a large list, which takes a search a term.
func (m *browseScreen) blockerCmd() tea.Cmd {
	if !m.wantBlocker {
		return nil
	}
	m.wantBlocker = false
	find, gen := m.blockerOf(m.copiedFacts()), m.searchGen
	return m.taskCmd(func(context.Context) func() {
		blocker := find()
		return func() {
			if gen == m.searchGen {
				m.blocker = blocker
			}
		}
	})
}
