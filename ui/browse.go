package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/entry"
	"conviso-importer/ui/session"
)

type browseScreen struct {
	baseScreen

	// sort is the order that the user wants. One view state is built at a time, from the view arranged;
	// outdated means that another one has to follow.
	sort                session.Order
	arranged            *importer.View
	arranging, outdated bool
	prepared            *catalog.Snapshot // the snapshot that searches are prepared for
	// pendingKeys wait for the list. savedStatuses and savedRows describe the opening saved last.
	pendingKeys   []tea.KeyMsg
	savedStatuses *importer.Statuses
	savedRows     int
	slow          bool // the start takes long enough to say so

	list    listing
	span    span
	clicked click
	// hidden counts marks outside the list, importable what on the list can be imported.
	hidden, importable int
	facet              session.Facet
	filter             entry.Line
	// typing: keys go to the filter; commanding: they go to the command line.
	typing, commanding bool
	command            entry.Line
	companies          companies
	leaveTo            conviso.Company // the table closes to open this company
	query              catalog.Query
	blocker            session.Blocker // the term that leaves no row
	// searchGen numbers the changes of the list; wantBlocker asks for the blocker of the latest.
	searchGen   int
	wantBlocker bool
	wide        bool // more columns, shorter names
}

func (m *browseScreen) afterUpdate() tea.Cmd {
	return tea.Batch(m.replayKeys(), m.blockerCmd(), m.keepOpeningCmd())
}

func (m *browseScreen) typed(msg tea.KeyMsg) (tea.Cmd, bool) {
	switch {
	case m.commanding:
		return m.typeCommand(msg), true
	case m.typing:
		return m.typeFilter(msg), true
	}
	return nil, false
}

// stepBack never quits.
func (m *browseScreen) stepBack() tea.Cmd {
	switch {
	case len(m.list.rows) == 0 && !m.query.Empty():
		// The empty list promises that esc clears, whatever message is on show.
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

func (m *browseScreen) refill(fallback int) {
	m.searchGen++
	m.list.fill(m.ctx, &m.work.Shown, m.query, m.facts(), m.inFacet())
	m.listed(fallback)
}

func (m *browseScreen) listed(fallback int) {
	m.blocker, m.wantBlocker = session.Blocker{}, false
	if len(m.list.rows) == 0 && m.work.Shown.Len() >= large {
		m.wantBlocker = true
	} else if len(m.list.rows) == 0 {
		m.blocker = m.blockerOf(m.facts())()
	}
	m.list.place(&m.work.Shown, fallback)
	m.placeSpan()
	m.hidden = m.work.Marks.Hidden(m.work.Shown.Catalog, m.list.in)
	m.importable = m.work.Shown.CountImportable(m.list.in)
	if m.work.Shown.Opening {
		m.importable = m.work.Shown.Statuses.Count(importer.New) + m.work.Shown.Statuses.Count(importer.Failed)
	}
}
