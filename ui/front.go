package ui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/pause"
	"conviso-importer/ui/session"
)

// takeMsg takes over, in the loop, what a task of the session has brought. It is nil where it has
// brought nothing.
type takeMsg func()

// phrases are the table's own in the session's sentences.
func phrases() session.Phrases {
	return session.Phrases{GoOn: "u goes on", Resume: "enter resumes", Show: "enter shows it", Failed: "R retries what failed."}
}

// taking is a command that runs a task of the session, or of a screen.
func (m *app) taking(t session.Task) tea.Cmd {
	ctx := m.ctx
	return func() tea.Msg {
		if take := t(ctx); take != nil {
			return takeMsg(take)
		}
		return nil
	}
}

// after is a command that does something after some time. Bubble Tea's own Tick cannot be ended and
// would outlive the table.
func (m *app) after(d time.Duration, do func()) tea.Cmd {
	return m.taking(func(ctx context.Context) func() {
		if pause.Sleep(ctx, d) != nil {
			return nil
		}
		return do
	})
}

// Run runs a task beside the loop.
func (m *app) Run(t session.Task) { m.begun = append(m.begun, m.taking(t)) }

// tasks are the commands that the session has begun since they were asked for last.
func (m *app) tasks() tea.Cmd {
	begun := m.begun
	m.begun = nil
	return tea.Batch(begun...)
}

// Notify shows what the session says. What is in the log as well is read there.
func (m *app) Notify(n session.Notice) {
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
func (m *app) Changed(e session.Event) {
	switch e {
	case session.JobBegan:
		m.job.job = job{}
	case session.JobEnded:
		m.job.top, m.job.moved = 0, false
	case session.Updated:
		m.renewLeaving()
		m.browse.updated()
	}
}

// cancelled reports that an error only says that the program, or what it belongs to, was ended.
func cancelled(err error) bool { return errors.Is(err, context.Canceled) }
