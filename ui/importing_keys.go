package ui

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

func (m *model) importingKeys() []binding {
	rows := func() int { return max(1, m.importingRows()) }
	return append([]binding{
		bind("esc", "back to the table; the import goes on", "esc").in("Leave").atFoot(10, "table").does(m.stepBack),
		bind("p", "go on after a pause", "p").in("Import").inMode().atFoot(12, "go on").unless(m.notPaused).just(func() { m.pause(false) }),
		bind("p", "pause: no new batch is sent until p", "p").in("Import").atFoot(12, "pause").unless(m.notPausable).
			just(func() { m.pause(true) }),
		bind("x", "stop after what is on its way; the rest stays queued", "x").in("Import").atFoot(14, "stop").
			unless(m.notStoppable).just(m.askStop),
		bind("u", "go on after a pause", "u").in("Import").inMode().unless(m.notPaused).just(func() { m.pause(false) }),
		bind("u", "go on, after trouble or a stop", "u").in("Import").atFoot(20, "go on").unless(m.nothingToResume).does(m.showImport),
		bind("enter", "what failed, each with its whole reason", "enter").in("Look").atFoot(25, "reasons").
			unless(m.noneFailed).just(func() { m.read("What failed", m.failureLines) }),
		bind("R", "try again what failed, after a review", "R").in("Import").atFoot(30, "retry").
			counting(func() int { return m.left.Failed }).unless(m.nothingFailed).does(m.reviewFailed),
		m.failuresKey(),
		m.exportKey("write the items to a file, .csv or .json", m.noItems, m.jobItems),
		bind("4", "everything again", "4").in("Look").inMode().atFoot(11, "all").unless(m.showsAll).just(m.onlyFailed),
		bind("4", "only what failed", "4").in("Look").atFoot(35, "only failed").unless(m.showsFailed).just(m.onlyFailed),
		bind("f", "follow the import again", "f").in("Move").atFoot(40, "follow").unless(m.follows).just(func() { m.job.moved = false }),
		bind("j", "scroll down; also down", "j", "down").in("Move").atFoot(80, "down").just(func() { m.scrollJob(1) }),
		bind("k", "scroll up; also up", "k", "up").in("Move").just(func() { m.scrollJob(-1) }),
		bind("pgdn", "next page; also right and .", "pgdown", "right", ".").in("Move").just(func() { m.scrollJob(rows()) }),
		bind("pgup", "page before; also left and ,", "pgup", "left", ",").in("Move").just(func() { m.scrollJob(-rows()) }),
		bind("g", "first row; also home", "g", "home").in("Move").just(func() { m.scrollJob(-len(m.job.refs)) }),
		bind("G", "last row; also end", "G", "end").in("Move").just(func() { m.scrollJob(len(m.job.refs)) }),
	}, m.tableKeys()...)
}

// sentElsewhere is why the sending cannot be held from here, or empty.
func (m *model) sentElsewhere() string {
	switch {
	case m.job.runner != "":
		return "pause or stop it where it runs: " + m.job.runner
	case !m.job.draining:
		return "nothing is being sent."
	}
	return ""
}

func (m *model) notPausable() string {
	if why := m.sentElsewhere(); why != "" {
		return why
	}
	switch {
	case m.flow.Stopping:
		return "it stops already, as soon as what is on its way has come back."
	case m.flow.Paused:
		return "it is paused already."
	}
	return m.nothingMore()
}

func (m *model) notPaused() string {
	if why := m.sentElsewhere(); why != "" {
		return why
	}
	if !m.flow.Paused {
		return "it is not paused."
	}
	return ""
}

func (m *model) notStoppable() string {
	if why := m.sentElsewhere(); why != "" {
		return why
	}
	if m.flow.Stopping {
		return "it stops already, as soon as what is on its way has come back."
	}
	return m.nothingMore()
}

func (m *model) nothingMore() string {
	if m.toSend() == 0 {
		return "nothing more is to be sent; what was sent is looked for."
	}
	return ""
}

// toSend is how many items of the import are still to be sent.
func (m *model) toSend() int {
	return m.job.counts[importer.Queued] + m.job.counts[importer.Retrying]
}

func (m *model) nothingToResume() string {
	switch {
	case m.job.draining:
		return "it is being sent."
	case m.left.Pending() == 0:
		return "nothing is left to send."
	}
	return m.unable()
}

func (m *model) noneFailed() string {
	if len(m.job.failed) == 0 {
		return "nothing of this import has failed."
	}
	return ""
}

func (m *model) showsAll() string {
	if !m.job.onlyFailed {
		return "everything is listed."
	}
	return ""
}

func (m *model) showsFailed() string {
	if m.job.onlyFailed {
		return "only what failed is listed."
	}
	return ""
}

func (m *model) follows() string {
	if !m.job.moved {
		return "it follows the import already."
	}
	return ""
}

// pause holds the sending, or lets it go on.
func (m *model) pause(on bool) {
	m.engine.Pause(on)
	m.job.estimate.forget()
	if on {
		m.log(false, "paused; no new batch is sent")
	} else {
		m.log(false, "goes on after the pause")
	}
	m.lookAtFlow()
}

// goesOn ends a pause with the import that it was for, so that it does not hold the next one.
func (m *model) goesOn() {
	m.job.estimate.forget()
	if m.engine.Pause(false) {
		m.log(false, "the pause ended with the import")
	}
	m.lookAtFlow()
}

// askStop asks before it stops the sending.
func (m *model) askStop() {
	stay := m.toSend()
	m.question = &question{
		text:    fmt.Sprintf("Stop after what is on its way? %d %s in the queue; u goes on later.", stay, text.Plural(stay, "stays", "stay")),
		yesWord: "stops", noWord: "goes on",
		yes: func() tea.Cmd {
			m.engine.Stop()
			m.log(false, "stops after what is on its way")
			m.lookAtFlow()
			return nil
		},
	}
}

// stopped tells how far an import came that was told to stop.
func (m *model) stopped() {
	m.job.again = false
	m.goesOn()
	m.tell(aboutImport, fmt.Sprintf("Stopped as asked. %s u goes on.", unfinishedWords(m.left)))
}

// onlyFailed lists what has failed alone, or everything.
func (m *model) onlyFailed() {
	m.job.onlyFailed = !m.job.onlyFailed
	m.job.top, m.job.moved = 0, false
}
