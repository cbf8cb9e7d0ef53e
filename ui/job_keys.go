package ui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/text"
)

func (m *jobScreen) bindings() []binding {
	rows := func() int { return max(1, m.importingRows()) }
	return append([]binding{
		bind("esc", "back to the table; the import goes on", "esc").in("Leave").atFoot(10, "table").does(m.stepBack),
		bind("p", "go on after a pause", "p").in("Import").inMode().atFoot(12, "go on").unless(m.notPaused).just(func() { m.work.Pause(false) }),
		bind("p", "pause: no new batch is sent until p", "p").in("Import").atFoot(12, "pause").unless(m.notPausable).
			just(func() { m.work.Pause(true) }),
		bind("x", "stop after what is on its way; the rest stays queued", "x").in("Import").atFoot(14, "stop").
			unless(m.notStoppable).just(m.askStop),
		bind("D", "take back everything that waits, before it is sent", "D").in("Import").atFoot(33, "take back").
			unless(m.work.NothingWaits).just(m.takeBackRest),
		bind("u", "go on after a pause", "u").in("Import").inMode().unless(m.notPaused).just(func() { m.work.Pause(false) }),
		bind("u", "go on, after trouble or a stop", "u").in("Import").atFoot(20, "go on").unless(m.work.NotResumable).does(m.showImport),
		bind("enter", "what failed, each with its whole reason", "enter").in("Look").atFoot(25, "reasons").
			unless(m.noneFailed).just(func() { m.reader.read("What failed", m.failureLines) }),
		bind("R", "try again what failed, after a review", "R").in("Import").atFoot(30, "retry").
			counting(func() int { return m.work.Known.FailedListed }).unless(m.nothingFailed).does(m.review.reviewFailed),
		bind("y", "copy what failed, with the reasons", "y").in("Look").unless(m.noneFailed).
			does(func() tea.Cmd { return m.copyCmd(m.failureText(), false) }),
		m.exportKey("write the items to a file, .csv or .json", m.noItems, m.jobItems),
		bind("4", "everything again", "4").in("Look").inMode().atFoot(11, "all").unless(m.showsAll).just(m.toggleFailed),
		bind("4", "only what failed", "4").in("Look").atFoot(35, "only failed").unless(m.showsFailed).just(m.toggleFailed),
		bind("f", "follow the import again", "f").in("Move").atFoot(40, "follow").unless(m.follows).just(func() { m.job.moved = false }),
		bind("j", "scroll down; also down", "j", "down").in("Move").atFoot(80, "down").just(func() { m.scrollJob(1) }),
		bind("k", "scroll up; also up", "k", "up").in("Move").just(func() { m.scrollJob(-1) }),
		bind("pgdn", "next page; also right and .", "pgdown", "right", ".").in("Move").just(func() { m.scrollJob(rows()) }),
		bind("pgup", "page before; also left and ,", "pgup", "left", ",").in("Move").just(func() { m.scrollJob(-rows()) }),
		bind("g", "first row; also home", "g", "home").in("Move").just(func() { m.scrollJob(-m.work.Job.Len()) }),
		bind("G", "last row; also end", "G", "end").in("Move").just(func() { m.scrollJob(m.work.Job.Len()) }),
	}, m.tableKeys()...)
}

func (m *jobScreen) notPausable() string { return m.work.Job.NotPausable(m.work.Flow.Flow) }

func (m *jobScreen) notPaused() string { return m.work.Job.NotPaused(m.work.Flow.Flow) }

func (m *jobScreen) notStoppable() string { return m.work.Job.NotStoppable(m.work.Flow.Flow) }

func (m *jobScreen) noneFailed() string {
	return reasonIf(len(m.work.Job.Failed()) == 0, "nothing of this import has failed.")
}

func (m *jobScreen) showsAll() string { return reasonIf(!m.job.onlyFailed, "everything is listed.") }

func (m *jobScreen) showsFailed() string {
	return reasonIf(m.job.onlyFailed, "only what failed is listed.")
}

func (m *jobScreen) follows() string { return reasonIf(!m.job.moved, "it follows the import already.") }

func (m *jobScreen) askStop() {
	stay := m.work.Job.ToSend()
	m.question = &question{
		text:    fmt.Sprintf("Stop after what is on its way? %d %s in the queue; u goes on later.", stay, text.Plural(stay, "stays", "stay")),
		yesWord: "stops", noWord: "goes on",
		yes: func() tea.Cmd {
			m.work.Stop()
			return nil
		},
	}
}

func (m *jobScreen) toggleFailed() {
	m.job.onlyFailed = !m.job.onlyFailed
	m.job.top, m.job.moved = 0, false
}
