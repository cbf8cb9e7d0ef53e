package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// browseScreen is the table: the list with its filter, its marks and its cursor.
type browseScreen struct {
	baseScreen

	// sort is the order that the user wants. One view state is made at a time, of the view arranged;
	// outdated says that the one under way will be old.
	sort                session.Order
	arranged            *importer.View
	arranging, outdated bool
	// prepared is the list that was prepared last for searches.
	prepared *catalog.Snapshot
	// held are keys that wait for the list, kept is the view that the next start's opening was made
	// of, and keptRows how many rows it may have.
	held     []tea.KeyMsg
	kept     *importer.Statuses
	keptRows int
	// slow reports that the start takes long enough to say so.
	slow bool

	list listing
	// span is the range being chosen.
	span    span
	clicked click
	// hidden counts the marks that are not on the list, importable what on it can be imported.
	hidden, importable int
	facet              session.Facet
	filter             entry
	// typing reports that keys go to the filter, commanding that they go to the command line.
	typing, commanding bool
	command            entry
	companies          companies
	// leaveTo is the company for which the table is left.
	leaveTo conviso.Company
	query   catalog.Query
	// blocker is the term to blame where the filter leaves no row.
	blocker session.Blocker
	// sought counts the changes of what is on the list; blaming says that the blocker of the
	// latest is to be found.
	sought  int
	blaming bool
	// wide reports that the table has more columns at the cost of the names.
	wide bool
}

// settle does what keys that waited ask for, and what follows from a changed list.
func (m *browseScreen) settle() tea.Cmd {
	return tea.Batch(m.release(), m.blameCmd(), m.keepOpeningCmd())
}

// typed implements screen.
func (m *browseScreen) typed(msg tea.KeyMsg) (tea.Cmd, bool) {
	switch {
	case m.commanding:
		return m.typeCommand(msg), true
	case m.typing:
		return m.typeFilter(msg), true
	}
	return nil, false
}

// stepBack implements screen. It never quits.
func (m *browseScreen) stepBack() tea.Cmd {
	switch {
	case len(m.list.rows) == 0 && !m.query.Empty():
		// The line in the place of the rows says that esc clears, whatever else is said.
		return m.setFilter("")
	case m.notices.dismiss():
	case m.filter.Value() != "":
		return m.setFilter("")
	case m.facet != session.FacetAll:
		m.facet = session.FacetAll
		m.refill(m.list.cursor)
	case m.pane != draw.DockNone:
		m.dock(m.pane)
	}
	return nil
}

// refill renews the list after a change of what decides it.
func (m *browseScreen) refill(fallback int) {
	m.sought++
	m.list.fill(m.ctx, &m.work.Shown, m.query, m.facts(), m.inFacet())
	m.listed(fallback)
}

// listed brings what depends on the list up to date.
func (m *browseScreen) listed(fallback int) {
	m.blocker, m.blaming = session.Blocker{}, false
	if len(m.list.rows) == 0 && m.work.Shown.Len() >= large {
		m.blaming = true
	} else if len(m.list.rows) == 0 {
		m.blocker = m.blockerOf(m.facts())()
	}
	m.list.place(&m.work.Shown, fallback)
	m.placeSpan()
	m.hidden = m.work.Marks.Hidden(m.work.Shown.Catalog, m.list.in)
	m.importable = m.list.in.Common(m.work.Shown.Importable)
	if m.work.Shown.Opening {
		m.importable = m.work.Shown.Statuses.Count(importer.New) + m.work.Shown.Statuses.Count(importer.Failed)
	}
}
