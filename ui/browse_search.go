package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// large is from how many rows on a search takes long enough to be answered in two steps.
const large = 10_000

// seek puts on the list what the filter means now. Of a large list the first page comes at once,
// and the rest, with its number, in a moment.
func (m *browseScreen) seek() tea.Cmd {
	if m.work.Shown.Len() < large || m.query.Empty() || m.work.Shown.Opening || m.staysOnList() {
		m.refill(0)
		return nil
	}
	f := m.work.Shown.Catalog.Find(m.query, m.steadyFacts(), m.inFacet(), m.work.Shown.Ordered)
	rows, whole := f.First(m.list.perPage)
	if whole {
		m.refill(0)
		return nil
	}
	m.sought++
	m.list.begin(&m.work.Shown, rows)
	m.list.place(&m.work.Shown, 0)
	m.placeSpan()
	m.blocker, m.importable = session.Blocker{}, 0
	sought := m.sought
	return m.taking(func(ctx context.Context) func() {
		rows, in := f.All(ctx)
		return func() { m.sighted(sought, rows, in) }
	})
}

// staysOnList reports whether the entity that the user last moved to is among the hits: the list then
// stays at its page, which only the whole order tells.
func (m *browseScreen) staysOnList() bool {
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

// steadyFacts are facts for a command, which marks must not change under.
func (m *browseScreen) steadyFacts() catalog.Facts {
	return m.work.Shown.Statuses.Facts(m.work.Marks.Rows().Has)
}

// sighted completes the list, unless it has changed meanwhile.
func (m *browseScreen) sighted(sought int, rows []int32, in catalog.RowSet) {
	if sought != m.sought || in == nil {
		return
	}
	m.list.rows, m.list.in, m.list.partial = rows, in, false
	m.listed(m.list.cursor)
}

// blameCmd finds out why nothing is on a large list, which takes a search for each term.
func (m *browseScreen) blameCmd() tea.Cmd {
	if !m.blaming {
		return nil
	}
	m.blaming = false
	find, sought := m.blockerOf(m.steadyFacts()), m.sought
	return m.taking(func(context.Context) func() {
		blocker := find()
		return func() {
			if sought == m.sought {
				m.blocker = blocker
			}
		}
	})
}
