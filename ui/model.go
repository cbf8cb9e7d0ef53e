package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// screen is what fills the window.
type screen int

const (
	screenBrowse screen = iota
	screenDetail
	screenReview
	screenImporting
	// screenReader shows text: help, messages, the connection, the entities of a line of
	// the review.
	screenReader
)

// String names the screen in tests.
func (s screen) String() string {
	switch s {
	case screenBrowse:
		return "browse"
	case screenDetail:
		return "detail"
	case screenReview:
		return "review"
	case screenImporting:
		return "importing"
	case screenReader:
	}
	return "reader"
}

// question is a yes-or-no question; anything but yes is no.
type question struct {
	text string
	// yesWord and noWord say what the answers do.
	yesWord, noWord string
	yes             func() tea.Cmd
	// leaves reports that yes ends the program, so that ctrl+c means yes as well.
	leaves bool
}

// model is the whole program. Update alone changes it; commands get what they need by value
// and answer with messages.
type model struct {
	ctx    context.Context
	engine session.Engine
	opt    Options
	// work is what the user knows and decides, begun what it has begun that Update hands on.
	work  *session.Session
	begun []tea.Cmd
	st    draw.Styles
	gl    draw.Glyphs
	// keys are the bindings of each screen, footKeys those of its last line in their order.
	keys     map[screen][]binding
	footKeys map[screen][]*binding

	width, height int
	// screens is the way to what is on show, the last one; the first is the table.
	screens  []screen
	question *question
	// prompt, where there is one, takes the keys; exportName is the name that it asked for last
	// and that could not be used.
	prompt     *prompt
	exportName string
	notices    notices

	// sort is the order that the user wants. One view state is made at a time, of the view arranged;
	// outdated says that the one under way will be old.
	sort                session.Order
	arranged            *importer.View
	arranging, outdated bool
	// prepared is the list that was prepared last for searches.
	prepared *catalog.Snapshot
	// held are keys that wait for the list, kept is the view that the next start's opening was made
	// of, and keptRows how many rows it may have.
	held     []tea.KeyMsg
	kept     *importer.Statuses
	keptRows int
	// slow reports that the start takes long enough to say so.
	slow bool

	list listing
	// span is the range being chosen.
	span    span
	clicked click
	// hidden counts the marks that are not on the list, importable what on it can be imported.
	hidden, importable int
	facet              session.Facet
	filter             entry
	// typing reports that keys go to the filter, commanding that they go to the command line.
	typing, commanding bool
	command            entry
	companies          companies
	// leaveTo is the company for which the table is left.
	leaveTo conviso.Company
	query   catalog.Query
	// blocker is the term to blame where the filter leaves no row.
	blocker session.Blocker
	// sought counts the changes of what is on the list; blaming says that the blocker of the
	// latest is to be found.
	sought  int
	blaming bool

	// pane is where the user wants the details beside the table, wide whether it has more
	// columns at the cost of the names.
	pane   draw.Dock
	wide   bool
	detail detail
	review review
	reader reader
	job    job
	// watched reports that the next look at how the sending goes is planned.
	watched bool
}

func newModel(ctx context.Context, e session.Engine, o Options) *model {
	m := &model{
		ctx: ctx, engine: e, opt: o,
		st: draw.NewStyles(draw.NewRenderer(o.Out, o.NoColor)), gl: draw.NewGlyphs(o.ASCII),
		width: o.Width, height: o.Height,
		screens: []screen{screenBrowse},
	}
	m.work = session.New(ctx, e, m, words(), m.now)
	m.filter, m.command = newEntry(o.Filters, m.completeFilter), newEntry(nil, m.completeCommand)
	m.filter.SetValue(o.Filter)
	m.query = catalog.ParseQuery(o.Filter)
	for _, word := range o.Words {
		m.tell(session.AboutStart, word)
	}
	for _, note := range o.Notes {
		m.notices.add(notice{about: session.AboutStart, trouble: true, text: text.Sentence(note), at: o.Now()})
	}
	m.list.perPage = 1
	m.keys = m.bindings()
	m.footKeys = atFoot(m.keys)
	m.resize()
	m.begin(e.Opening())
	return m
}

// blank is a model without an engine, for what it says of its keys and commands.
func blank() *model { return &model{work: &session.Session{}} }

// Init starts with what the disk has; the network follows when that is on screen.
func (m *model) Init() tea.Cmd {
	m.work.Start()
	return tea.Batch(m.tasks(), m.afterCmd(slowAfter, slowMsg{}))
}

func (m *model) now() time.Time { return m.opt.Now() }

// top is the screen on show.
func (m *model) top() screen { return m.screens[len(m.screens)-1] }

// open shows a screen over the one on show.
func (m *model) open(s screen) {
	if m.top() != s {
		m.screens = append(m.screens, s)
	}
}

// back leaves the screen on show; the table stays.
func (m *model) back() {
	if len(m.screens) > 1 {
		m.screens = m.screens[:len(m.screens)-1]
	}
}

// leaveFor shows the table and then s, whatever was open.
func (m *model) leaveFor(s screen) { m.screens = []screen{screenBrowse, s} }

// layout is how the window is divided now.
func (m *model) layout() draw.Layout { return draw.NewLayout(m.width, m.height, m.pane) }

// resize fits what depends on the window's size.
func (m *model) resize() {
	rows := m.layout().Rows
	if m.opt.Rows > 0 {
		rows = min(rows, m.opt.Rows)
	}
	m.list.perPage = max(1, rows)
}

// tooSmall reports that the window cannot show the table.
func (m *model) tooSmall() bool { return m.width < draw.MinWidth || m.height < draw.MinHeight }

// refill renews the list after a change of what decides it.
func (m *model) refill(fallback int) {
	m.sought++
	m.list.fill(m.ctx, &m.work.Shown, m.query, m.facts(), m.inFacet())
	m.listed(fallback)
}

// listed brings what depends on the list up to date.
func (m *model) listed(fallback int) {
	m.blocker, m.blaming = session.Blocker{}, false
	if len(m.list.rows) == 0 && m.work.Shown.Len() >= large {
		m.blaming = true
	} else if len(m.list.rows) == 0 {
		m.blocker = m.blockerOf(m.facts())()
	}
	m.list.place(&m.work.Shown, fallback)
	m.placeSpan()
	m.hidden = m.work.Marks.Hidden(m.work.Shown.Catalog, m.list.in)
	m.importable = m.list.in.Common(m.work.Shown.Importable)
	if m.work.Shown.Opening {
		m.importable = m.work.Shown.Statuses.Count(importer.New) + m.work.Shown.Statuses.Count(importer.Failed)
	}
}
