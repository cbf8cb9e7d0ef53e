package ui

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

const (
	// flowEvery is the time between two looks at how the sending goes, while something is
	// under way. What they show are times of day, so that the screen changes only with the
	// state of things.
	flowEvery = 2 * time.Second
	// silentAfter is how long an answer may take before the screen says that it is waited for.
	silentAfter = 10 * time.Second
	// slowedFor is how long after a refusal a lower rate is worth a word.
	slowedFor = 10 * time.Minute
)

// sending is how the sending goes, as last looked at.
type sending struct {
	importer.Flow

	// watched says that the next look is planned.
	watched bool
	// unanswered is when the oldest request went that is on its way; zero for none.
	unanswered time.Time
}

// flowDueMsg asks for a look at how the sending goes.
type flowDueMsg struct{}

// busy says whether anything is under way with either side.
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
	before := m.flow.Flow
	now := m.engine.Flow()
	m.flow.Flow = now
	if now.Pace.RefusedAt.After(before.Pace.RefusedAt) {
		m.log(true, importer.PaceText(m.now(), now.Pace))
	}
	if now.Trouble.What != "" && now.Trouble.What != before.Trouble.What {
		m.log(true, importer.TroubleText(m.now(), now.Trouble))
	}
	m.flow.unanswered = m.job.Unanswered()
	m.job.measure(m.now())
}

// waits says whether everybody waits for the platform to take requests again.
func (f *sending) waits(now time.Time) bool { return f.Pace.Until.After(now) }

// slowed says whether a refusal of late has left less than the whole rate.
func (f *sending) slowed(now time.Time) bool {
	return f.Pace.Slowed() && now.Sub(f.Pace.RefusedAt) < slowedFor
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
	case m.busy() && m.flow.waits(now):
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
