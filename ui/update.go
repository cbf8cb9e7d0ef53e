package ui

import (
	"cmp"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/program"
	"conviso-importer/ui/session"
)

// Update never blocks: whatever takes time is a command.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	cmds := []tea.Cmd{m.handle(msg)}
	for _, s := range m.all() {
		cmds = append(cmds, s.afterUpdate())
	}
	return m, tea.Batch(append(cmds, m.watchFlow(), m.takeCmds())...)
}

func (m *app) handle(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.resize()
	case tea.KeyMsg:
		return m.pressed(msg)
	case tea.MouseMsg:
		return m.moused(msg)
	case taskDoneMsg:
		msg()
	case program.Resumed:
		if msg.Err != nil {
			m.fail(session.AboutKey, msg.Err, "")
		}
	case outcomeMsg:
		msg.report(m)
	}
	return nil
}

// pressed splits runes that arrive together: slow links deliver fast typing in one piece.
func (m *app) pressed(msg tea.KeyMsg) tea.Cmd {
	if msg.Type != tea.KeyRunes || len(msg.Runes) < 2 || msg.Paste {
		return m.key(msg)
	}
	var cmds []tea.Cmd
	for _, r := range msg.Runes {
		cmds = append(cmds, m.key(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}, Alt: msg.Alt}))
	}
	return tea.Batch(cmds...)
}

func (m *app) key(msg tea.KeyMsg) tea.Cmd {
	switch {
	case msg.Type == tea.KeyCtrlZ:
		// A question stays open: stopping is no answer.
		return m.suspend()
	case msg.Type == tea.KeyCtrlL:
		// What is typed, and a question, stay too.
		return tea.ClearScreen
	case m.question != nil:
		return m.answer(msg)
	case msg.Type == tea.KeyCtrlC:
		return m.quit()
	case m.tooSmall() && msg.String() == "q":
		return m.quit()
	case m.tooSmall(), m.browse.queuesKey(msg):
		return nil
	case m.prompt != nil:
		return m.typePrompt(msg)
	}
	if cmd, taken := m.onShow().typed(msg); taken {
		return cmd
	}
	return m.dispatch(msg)
}

// answer ends a question. A second ctrl+c means yes if the question is about quitting.
func (m *app) answer(msg tea.KeyMsg) tea.Cmd {
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

// quit asks first while an import runs.
func (m *app) quit() tea.Cmd {
	words := m.work.Leaving()
	if words == "" {
		return tea.Quit
	}
	m.question = &question{text: words, yesWord: "leaves", noWord: "stays",
		yes: func() tea.Cmd { return tea.Quit }, leaves: true}
	return nil
}

// renewLeaving updates that question while the import goes on.
func (m *app) renewLeaving() {
	if m.question != nil && m.question.leaves {
		m.question.text = cmp.Or(m.work.Leaving(), "Leave? Nothing is left to send or to look for any more.")
	}
}

func (m *app) suspend() tea.Cmd {
	if m.opt.Suspend == nil {
		m.say("there is no job control here, so ctrl+z stops nothing.")
		return nil
	}
	return program.Suspend
}

// moused ignores the mouse while something waits for a key.
func (m *app) moused(msg tea.MouseMsg) tea.Cmd {
	if msg.Action != tea.MouseActionPress || m.question != nil || m.prompt != nil || m.browse.partlyListed() || m.tooSmall() {
		return nil
	}
	switch msg.Button {
	case tea.MouseButtonWheelUp:
		m.onShow().wheel(msg.X, msg.Y, -wheelStep)
	case tea.MouseButtonWheelDown:
		m.onShow().wheel(msg.X, msg.Y, wheelStep)
	case tea.MouseButtonLeft:
		return m.onShow().click(msg.X, msg.Y)
	default:
	}
	return nil
}
