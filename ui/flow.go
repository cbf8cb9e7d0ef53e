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

// sending is how the sending goes, and whether the next look at it is planned.
type sending struct {
	session.Flow
	watched bool
}

// flowDueMsg asks for a look at how the sending goes.
type flowDueMsg struct{}

// busy reports whether anything is under way with either side.
func (m *model) busy() bool { return m.job.Sends || m.catalog.running || m.assets.running }

// watchFlow plans the next look while there is something to see.
func (m *model) watchFlow() tea.Cmd {
	if m.flow.watched || !m.busy() {
		return nil
	}
	m.flow.watched = true
	return m.afterCmd(flowEvery, flowDueMsg{})
}

// flowDue takes a look; watchFlow plans the one after it.
func (m *model) flowDue() {
	m.flow.watched = false
	m.lookAtFlow()
}

// lookAtFlow asks how the sending goes and logs what is new about it.
func (m *model) lookAtFlow() {
	for _, news := range m.flow.Look(m.now(), m.engine.Flow(), &m.job.Job) {
		m.log(news.Trouble, news.Text)
	}
	m.job.Measure(m.now())
}

// troubleShort are troubleWords where there is little room; the log has the whole.
func (m *model) troubleShort() string {
	t := m.flow.Trouble
	text := "Waits since " + m.exact(t.Since)
	if t.Next.After(m.now()) {
		text += ", again " + m.exact(t.Next)
	}
	return text
}

// flowShort is what keeps the sending from getting on, for the status line.
func (m *model) flowShort() string {
	now := m.now()
	switch {
	case m.job.Sends && m.flow.Stopping:
		return "STOPPING"
	case m.job.Sends && m.flow.Paused:
		return "IMPORT PAUSED"
	case m.busy() && m.flow.Waits(now):
		return "429, next try " + m.exact(m.flow.Pace.Until)
	case m.job.Sends && m.flow.Trouble.What != "":
		return "import waits since " + m.exact(m.flow.Trouble.Since)
	}
	return ""
}

// exact is exactly, as of now.
func (m *model) exact(t time.Time) string { return text.ClockSeconds(m.now(), t) }

// holding is a way to suspend the program that keeps new batches from starting meanwhile; they
// go on after it unless the user had paused them.
func holding(e Engine, suspend func() error) func() error {
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
