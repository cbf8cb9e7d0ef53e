package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
)

// job is the import on the importing screen, and what of it is on show.
type job struct {
	// top is the first row on show; until the user moves it, it follows the work.
	top   int
	moved bool
	// onlyFailed lists what has failed alone.
	onlyFailed bool
}

// jobScreen shows the import under way, or the last one.
type jobScreen struct {
	baseScreen
	job
}

func (m *jobScreen) wheel(_, _, by int) { m.scrollJob(by) }

// listedItems is how many items the importing screen lists.
func (m *jobScreen) listedItems() int {
	if m.job.onlyFailed {
		return len(m.work.Job.Failed())
	}
	return m.work.Job.Len()
}

// itemAt is the item on a row of the importing screen.
func (m *jobScreen) itemAt(i int) importer.JobItem {
	if m.job.onlyFailed {
		item, _ := m.work.Job.Item(m.work.Job.Failed()[i])
		return item
	}
	return m.work.Job.At(i)
}

// showImport shows the import; where nothing sends it, it goes on. To press this key is how
// the user agrees to finish what an earlier run has left.
func (m *jobScreen) showImport() tea.Cmd {
	m.leaveFor(m)
	m.work.Resume()
	return nil
}
