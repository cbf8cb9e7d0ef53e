package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// question is a yes-or-no question; anything but yes is no.
type question struct {
	text string
	// yesWord and noWord say what the answers do.
	yesWord, noWord string
	yes             func() tea.Cmd
	// leaves reports that yes ends the program, so that ctrl+c means yes as well.
	leaves bool
}

// app is what the screens share: the session, the window, what stands in it whatever is on show, and
// the way to each other.
type app struct {
	ctx    context.Context
	engine session.Engine
	opt    Options
	// work is what the user knows and decides, begun the commands that Update has not yet handed on.
	work  *session.Session
	begun []tea.Cmd
	st    draw.Styles
	gl    draw.Glyphs

	width, height int
	// pane is where the user wants the details beside the table.
	pane draw.Dock
	// screens is the way to what is on show, the last one; the first is the table.
	screens  []screen
	question *question
	// prompt, where there is one, takes the keys; exportName is the name that it asked for last
	// and that could not be used.
	prompt     *prompt
	exportName string
	notices    notices
	// keys are the bindings of each screen, footKeys those of its last line in their order.
	keys     map[screen][]binding
	footKeys map[screen][]*binding

	browse *browseScreen
	detail *detailScreen
	review *reviewScreen
	job    *jobScreen
	reader *readerScreen
}

func (m *app) now() time.Time { return m.opt.Now() }

// onShow is the screen on show.
func (m *app) onShow() screen { return m.screens[len(m.screens)-1] }

// open shows a screen over the one on show.
func (m *app) open(s screen) {
	if m.onShow() != s {
		m.screens = append(m.screens, s)
	}
}

// back leaves the screen on show; the table stays.
func (m *app) back() {
	if len(m.screens) > 1 {
		m.screens = m.screens[:len(m.screens)-1]
	}
}

// leaveFor shows the table and then s, whatever was open.
func (m *app) leaveFor(s screen) { m.screens = []screen{m.browse, s} }

// layout is how the window is divided now.
func (m *app) layout() draw.Layout { return draw.NewLayout(m.width, m.height, m.pane) }

// resize fits what depends on the window's size.
func (m *app) resize() {
	rows := m.layout().Rows
	if m.opt.Rows > 0 {
		rows = min(rows, m.opt.Rows)
	}
	m.browse.list.perPage = max(1, rows)
}

// tooSmall reports that the window cannot show the table.
func (m *app) tooSmall() bool { return m.width < draw.MinWidth || m.height < draw.MinHeight }
