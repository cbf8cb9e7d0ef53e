package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// flowEvery is the time between two looks at how the sending goes, while something is under way.
// What they show are times of day, so that the screen changes only with the state of things.
const flowEvery = 2 * time.Second

// busy reports whether anything is under way with either side.
func (m *app) busy() bool {
	return m.work.Job.Sends || m.work.Known.Catalog.Running || m.work.Known.Assets.Running
}

// watchFlow plans the next look while there is something to see.
func (m *model) watchFlow() tea.Cmd {
	if m.watched || !m.busy() {
		return nil
	}
	m.watched = true
	return m.after(flowEvery, func() {
		m.watched = false
		m.work.LookAtFlow()
	})
}

// troubleShort are troubleWords where there is little room; the log has the whole.
func (m *jobScreen) troubleShort() string {
	t := m.work.Flow.Trouble
	text := "Waits since " + m.exact(t.Since)
	if t.Next.After(m.now()) {
		text += ", again " + m.exact(t.Next)
	}
	return text
}

// flowShort is what keeps the sending from getting on, for the status line.
func (m *app) flowShort() string {
	now := m.now()
	switch {
	case m.work.Job.Sends && m.work.Flow.Stopping:
		return "STOPPING"
	case m.work.Job.Sends && m.work.Flow.Paused:
		return "IMPORT PAUSED"
	case m.busy() && m.work.Flow.Waits(now):
		return "429, next try " + m.exact(m.work.Flow.Pace.Until)
	case m.work.Job.Sends && m.work.Flow.Trouble.What != "":
		return "import waits since " + m.exact(m.work.Flow.Trouble.Since)
	}
	return ""
}

// exact is exactly, as of now.
func (m *app) exact(t time.Time) string { return text.ClockSeconds(m.now(), t) }

// holding is a way to suspend the program that keeps new batches from starting meanwhile; they
// go on after it unless the user had paused them.
func holding(e session.Engine, suspend func() error) func() error {
	if suspend == nil {
		return nil
	}
	return func() error {
		if !e.Pause(true) {
			defer e.Pause(false)
		}
		return suspend()
	}
}
