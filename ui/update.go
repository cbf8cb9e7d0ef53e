package ui

import (
	"cmp"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// Update hands a message to the method that knows it. It never blocks: whatever takes time
// is a command.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmd := m.handle(msg)
	return m, tea.Batch(cmd, m.release(), m.blameCmd(), m.follow(), m.watchFlow(), m.keepOpeningCmd(), m.tasks())
}

func (m *model) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.resize()
	case tea.KeyMsg:
		return m.pressed(msg)
	case tea.MouseMsg:
		return m.moused(msg)
	case takeMsg:
		msg()
	case soughtMsg:
		m.sighted(msg)
	case blamedMsg:
		m.blamed(msg)
	case restedMsg:
		return m.rested(msg)
	case previewMsg:
		m.detail.previewed(msg)
	case planMsg:
		m.planned(msg)
	case resumedMsg:
		m.resumed(msg)
	case outcomeMsg:
		msg.settle(m)
	case flowDueMsg:
		m.flowDue()
	case slowMsg:
		m.slow = true
	}
	return nil
}

// pressed handles keys. Characters that arrive together are keys one after the other: a
// slow link delivers fast typing in one piece.
func (m *model) pressed(msg tea.KeyMsg) tea.Cmd {
	if msg.Type != tea.KeyRunes || len(msg.Runes) < 2 || msg.Paste {
		return m.key(msg)
	}
	var cmds []tea.Cmd
	for _, r := range msg.Runes {
		cmds = append(cmds, m.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}))
	}
	return tea.Batch(cmds...)
}

// key hands a key to whatever has the user's attention.
func (m *model) key(msg tea.KeyMsg) tea.Cmd {
	switch {
	case msg.Type == tea.KeyCtrlZ:
		// A question stays open: stopping is no answer.
		return m.suspend()
	case msg.Type == tea.KeyCtrlL:
		// What is typed, and a question, stay too: to draw anew is no answer.
		return tea.ClearScreen
	case m.question != nil:
		return m.answer(msg)
	case msg.Type == tea.KeyCtrlC:
		return m.quit()
	case m.holds(msg), m.tooSmall():
		return nil
	case m.prompt != nil:
		return m.typePrompt(msg)
	case m.commanding:
		return m.typeCommand(msg)
	case m.typing:
		return m.typeFilter(msg)
	case m.top() == screenReader && m.reader.search.typing:
		return m.typeSearch(msg)
	case m.top() == screenReview && m.review.types(msg):
		return nil
	}
	return m.dispatch(msg)
}

// answer ends a question. A second ctrl+c means yes: it only ever comes while leaving.
func (m *model) answer(msg tea.KeyMsg) tea.Cmd {
	q := m.question
	m.question = nil
	if msg.String() == "y" || msg.String() == "Y" || (msg.Type == tea.KeyCtrlC && q.leaves) {
		return q.yes()
	}
	if msg.Type == tea.KeyCtrlC {
		return m.quit()
	}
	return nil
}

// quit leaves, and asks before that only while an import is under way.
func (m *model) quit() tea.Cmd {
	words := m.work.Leaving()
	if words == "" {
		return tea.Quit
	}
	m.question = &question{text: words, yesWord: "leaves", noWord: "stays",
		yes: func() tea.Cmd { return tea.Quit }, leaves: true}
	return nil
}

// renewLeaving keeps that question true while the import goes on behind it.
func (m *model) renewLeaving() {
	if m.question != nil && m.question.leaves {
		m.question.text = cmp.Or(m.work.Leaving(), "Leave? Nothing is left to send or to look for any more.")
	}
}

// suspend stops the program until its shell lets it go on.
func (m *model) suspend() tea.Cmd {
	if m.opt.Suspend == nil {
		m.say("there is no job control here, so ctrl+z stops nothing.")
		return nil
	}
	return suspendCmd
}

// resumed tells why the program was not stopped.
func (m *model) resumed(msg resumedMsg) {
	if msg.err != nil {
		m.fail(session.AboutKey, msg.err, "")
	}
}

// stepBack undoes the latest step that narrowed or covered the table. It never quits.
func (m *model) stepBack() tea.Cmd {
	switch {
	case m.top() == screenReview:
		m.review.leave()
		m.back()
	case m.top() == screenReader:
		if !m.dropSearch() {
			m.leaveText()
		}
	case m.top() != screenBrowse:
		m.back()
	case len(m.list.rows) == 0 && !m.query.Empty():
		// The line in the place of the rows says that esc clears, whatever else is said.
		return m.setFilter("")
	case m.notices.dismiss():
	case m.filter.Value() != "":
		return m.setFilter("")
	case m.facet != session.FacetAll:
		m.facet = session.FacetAll
		m.refill(m.list.cursor)
	case m.pane != draw.DockNone:
		m.dock(m.pane)
	}
	return nil
}
