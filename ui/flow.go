package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// flowEvery is how often the state of sending is read. The screen shows times of day, so it changes only
// with that state.
const flowEvery = 2 * time.Second

func (m *app) busy() bool {
	return m.work.Job.Sends || m.work.Known.Catalog.Running || m.work.Known.Assets.Running
}

// watchFlow schedules the next read while anything runs.
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

func (m *jobScreen) troubleShort() string {
	t := m.work.Flow.Trouble
	text := "Waits since " + m.exact(t.Since)
	if t.Next.After(m.now()) {
		text += ", again " + m.exact(t.Next)
	}
	return text
}

// flowShort says on the status line what delays the sending.
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

func (m *app) exact(t time.Time) string { return text.ClockSeconds(m.now(), t) }

// withImportPaused pauses the import while the process is suspended, unless the user paused it already.
func withImportPaused(e session.Engine, suspend func() error) func() error {
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
