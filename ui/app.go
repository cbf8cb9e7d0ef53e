package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// question asks yes or no; any key but y is no.
type question struct {
	text            string
	yesWord, noWord string // what the answers do
	yes             func() tea.Cmd
	leaves          bool // yes ends the program; ctrl+c means yes too
}

// app is the state that all screens share.
type app struct {
	ctx         context.Context
	engine      session.Engine
	opt         Options
	work        *session.Session
	pendingCmds []tea.Cmd // commands that Update has not returned yet
	st          draw.Styles
	gl          draw.Glyphs

	width, height int
	pane          draw.Dock // where the user wants the details
	screens       []screen  // a stack: the first is the table, the last is on show
	question      *question
	// prompt takes the keys if it is not nil; exportName is a name that could not be used.
	prompt     *prompt
	exportName string
	notices    notices
	// footKeys are the bindings of the last line, by rank.
	keys     map[screen][]binding
	footKeys map[screen][]*binding

	browse *browseScreen
	detail *detailScreen
	review *reviewScreen
	job    *jobScreen
	reader *readerScreen
}

func (m *app) now() time.Time { return m.opt.Now() }

func (m *app) onShow() screen { return m.screens[len(m.screens)-1] }

func (m *app) open(s screen) {
	if m.onShow() != s {
		m.screens = append(m.screens, s)
	}
}

func (m *app) back() {
	if len(m.screens) > 1 {
		m.screens = m.screens[:len(m.screens)-1]
	}
}

// leaveFor closes all screens over the table and opens s.
func (m *app) leaveFor(s screen) { m.screens = []screen{m.browse, s} }

func (m *app) layout() draw.Layout { return draw.NewLayout(m.width, m.height, m.pane) }

func (m *app) resize() {
	rows := m.layout().Rows
	if m.opt.Rows > 0 {
		rows = min(rows, m.opt.Rows)
	}
	m.browse.list.perPage = max(1, rows)
}

func (m *app) tooSmall() bool { return draw.TooSmall(m.width, m.height) }
