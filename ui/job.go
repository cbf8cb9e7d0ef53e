package ui

import (
	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
)

type job struct {
	top        int // the first row on show; follows the work until moved
	moved      bool
	onlyFailed bool
}

type jobScreen struct {
	baseScreen
	job
}

func (m *jobScreen) wheel(_, _, by int) { m.scrollJob(by) }

func (m *jobScreen) listedItems() int {
	if m.job.onlyFailed {
		return len(m.work.Job.Failed())
	}
	return m.work.Job.Len()
}

func (m *jobScreen) itemAt(i int) importer.JobItem {
	if m.job.onlyFailed {
		item, _ := m.work.Job.Item(m.work.Job.Failed()[i])
		return item
	}
	return m.work.Job.At(i)
}

// showImport also resumes an import that nothing sends: pressing its key is the user's consent.
func (m *jobScreen) showImport() tea.Cmd {
	if m.work.NotResumable() == "" && m.askAdopt(m.showImport) {
		return nil
	}
	m.leaveFor(m)
	m.work.Resume()
	return nil
}
