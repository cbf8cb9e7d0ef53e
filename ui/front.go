package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/session"
)

// takeMsg takes over, in the loop, what a task of the session has brought. It is nil where it has
// brought nothing.
type takeMsg func()

// words are the table's own in the session's sentences.
func words() session.Phrases {
	return session.Phrases{GoOn: "u goes on", Resume: "enter resumes", Show: "enter shows it", Failed: "R retries what failed."}
}

// Run runs a task of the session as a command, which Update hands to Bubble Tea.
func (m *model) Run(t session.Task) {
	ctx := m.ctx
	m.begun = append(m.begun, func() tea.Msg {
		if take := t(ctx); take != nil {
			return takeMsg(take)
		}
		return nil
	})
}

// tasks are the commands that the session has begun since they were asked for last.
func (m *model) tasks() tea.Cmd {
	begun := m.begun
	m.begun = nil
	return tea.Batch(begun...)
}

// Notify shows what the session says. What is in the log as well is read there.
func (m *model) Notify(n session.Notice) {
	switch {
	case n.About == session.AboutLog:
	case n.Text == "":
		m.notices.drop(n.About)
	case n.Renews:
		m.notices.renew(n.About, n.Text)
	default:
		m.notices.add(notice{about: n.About, trouble: n.Trouble, text: n.Text, at: m.now()})
	}
}

// Changed follows what has happened to the session.
func (m *model) Changed(e session.Event) {
	switch e {
	case session.JobBegan:
		m.job = job{}
	case session.JobEnded:
		m.job.top, m.job.moved = 0, false
	case session.Updated:
		m.renewLeaving()
		m.renewProposals()
		if u := &m.work.Known; u.Disk && u.View.Catalog == nil && m.work.Shown.Opening {
			// A list that has gone from disk is not on its way.
			m.work.Show(session.NewViewState(u.View, m.sort, &m.work.Shown))
			m.refill(0)
		}
		m.arrange()
	}
}

// arrange has a view state made of what is known, unless it is on show or one is being made: then that
// is followed by another one.
func (m *model) arrange() {
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

// setState shows a new view state, and has the next one made where things have moved on.
func (m *model) setState(p session.ViewState, generation int) {
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
		// Marks are judged by what is known now, not by what was when this began.
		m.work.Prune()
		m.prepare()
	}
	m.refill(m.list.cursor)
}

// prepare makes what searching and sorting the list on show rests on, once for each.
func (m *model) prepare() {
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
