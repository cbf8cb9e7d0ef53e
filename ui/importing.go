package ui

import (
	"errors"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

// job is the import on the importing screen, and what of it is on show.
type job struct {
	session.Job
	// top is the first row on show; until the user moves it, it follows the work.
	top   int
	moved bool
	// onlyFailed lists what has failed alone.
	onlyFailed bool
}

// beginJob begins an import of what a plan has put into the queue, or of what is unfinished in it
// where there is no plan.
func (m *model) beginJob(p *importer.Plan) {
	if m.job.Begin(m.now(), p, m.latest.items) {
		m.job = job{Job: m.job.Job}
	}
}

// listed is how many items the importing screen lists.
func (j *job) listed() int {
	if j.onlyFailed {
		return len(j.Failed())
	}
	return j.Len()
}

// row is the item on a row of the importing screen.
func (j *job) row(i int) importer.JobItem {
	if j.onlyFailed {
		item, _ := j.Item(j.Failed()[i])
		return item
	}
	return j.At(i)
}

// showImport shows the import; where nothing sends it, it goes on. To press this key is how
// the user agrees to finish what an earlier run has left.
func (m *model) showImport() tea.Cmd {
	m.notices.drop(aboutUnfinished)
	m.leaveFor(screenImporting)
	if m.left.Unfinished() == 0 || m.job.Sends || m.unable() != "" {
		return nil
	}
	m.beginJob(nil)
	m.notices.drop(aboutImport)
	return m.drainCmd()
}

// drained ends a job, or goes on where more was queued in the meantime.
func (m *model) drained(msg drainedMsg) tea.Cmd {
	m.job.Sends = false
	m.mergeItems(msg.items)
	m.seq = max(m.seq, msg.seq)
	switch {
	case isCancelled(msg.err):
		return nil
	case errors.Is(msg.err, importer.ErrStopped):
		m.stopped()
		return m.arrangeCmd()
	case msg.err != nil:
		m.job.Again = false
		m.goesOn()
		hint := "the queue keeps what is left, u goes on"
		if errors.Is(msg.err, conviso.ErrAuth) {
			hint = "the queue keeps what is left; after that, u goes on"
		}
		m.fail(aboutImport, msg.err, hint)
		return m.arrangeCmd()
	case m.job.Again:
		m.job.Again = false
		return tea.Batch(m.arrangeCmd(), m.drainCmd())
	}
	m.goesOn()
	view := m.onShow()
	for _, ref := range m.job.End(m.now()) {
		m.marks.Failed(view, ref)
	}
	m.job.top, m.job.moved = 0, false
	m.tell(aboutImport, m.resultWords())
	return m.arrangeCmd()
}

// resultWords sum the job up.
func (m *model) resultWords() string {
	words := m.job.Result()
	if m.job.States()[importer.Failed] > 0 {
		words += " R retries what failed."
	}
	return words
}
