package ui

import (
	"context"

	"conviso-importer/ui/session"
)

func (m *browseScreen) updated() {
	m.renewProposals()
	if u := &m.work.Known; u.Disk && u.View.Catalog == nil && m.work.Shown.Opening {
		// The list is gone from disk, so nothing replaces the opening.
		m.work.Show(session.NewViewState(u.View, m.sort, &m.work.Shown))
		m.refill(0)
	}
	m.arrange()
}

// arrange builds a view state of what is known, one at a time.
func (m *browseScreen) arrange() {
	view, order := m.work.Known.View, m.sort
	switch {
	case m.arranging:
		m.outdated = true
		return
	case m.arranged == view && m.work.Shown.Order == order:
		return
	}
	m.arranging, m.arranged = true, view
	before, generation := m.work.Shown, m.work.Known.Generation
	m.Run(func(context.Context) func() {
		p := session.NewViewState(view, order, &before)
		return func() { m.setState(p, generation) }
	})
}

// setState shows a new view state and starts the next one if it is outdated.
func (m *browseScreen) setState(p session.ViewState, generation int) {
	m.arranging = false
	outdated := m.outdated
	m.outdated = false
	if generation == m.work.Known.Generation && (p.Catalog != nil || !m.work.Shown.Opening) {
		m.work.Show(p)
	}
	if outdated {
		m.arrange()
	}
	if !m.arranging {
		// Prune by what is known now, not by what was known when this view state was started.
		m.work.Prune()
		m.prepare()
	}
	m.refill(m.list.cursor)
}

// prepare builds the indexes for searching and sorting, once a snapshot.
func (m *browseScreen) prepare() {
	snap := m.work.Shown.Catalog
	if snap == nil || !snap.Complete || snap == m.prepared {
		return
	}
	m.prepared = snap
	m.Run(func(ctx context.Context) func() {
		snap.Prepare(ctx)
		return nil
	})
}
