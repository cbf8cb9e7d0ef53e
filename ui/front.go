package ui

import (
	"context"
	"errors"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/pause"
	"conviso-importer/ui/session"
)

// taskDoneMsg applies the result of a task inside Update.
type taskDoneMsg func()

func phrases() session.Phrases {
	return session.Phrases{GoOn: "u goes on", Resume: "enter resumes", Show: "enter shows it", Accept: ":accept takes it for right",
		Adopt: ":adopt takes it over", Failed: "R retries what failed."}
}

// taskCmd returns a command that runs a task.
func (m *app) taskCmd(t session.Task) tea.Cmd {
	ctx := m.ctx
	return func() tea.Msg {
		if take := t(ctx); take != nil {
			return taskDoneMsg(take)
		}
		return nil
	}
}

// after runs do after a delay. Unlike tea.Tick it ends with the context.
func (m *app) after(d time.Duration, do func()) tea.Cmd {
	return m.taskCmd(func(ctx context.Context) func() {
		if pause.Sleep(ctx, d) != nil {
			return nil
		}
		return do
	})
}

// Run implements session.Front.
func (m *app) Run(t session.Task) { m.pendingCmds = append(m.pendingCmds, m.taskCmd(t)) }

func (m *app) takeCmds() tea.Cmd {
	cmds := m.pendingCmds
	m.pendingCmds = nil
	return tea.Batch(cmds...)
}

// Notify implements session.Front. What is about the log is read there.
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

// Changed implements session.Front.
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

func cancelled(err error) bool { return errors.Is(err, context.Canceled) }
