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

// load is one of the two reads that fill the table.
type load struct {
	// gen tells the answers of this load from those of the ones before it.
	gen         int
	running     bool
	read, total int
	cancel      context.CancelFunc
	// down is when the first of the loads failed that have failed since the last good one, for
	// want of the other side; zero for none.
	down time.Time
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
	engine Engine
	opt    Options
	id     importer.Identity
	st     draw.Styles
	gl     draw.Glyphs
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

	// latest is what was read last, shown the picture of it that is on screen. One
	// arrangement is made at a time; outdated says that the one under way will be old.
	latest    inputs
	shown     arrangement
	arranging bool
	// prepared is the list that was prepared last for searches.
	prepared *catalog.Snapshot
	outdated bool
	// held are keys that wait for the list, kept what the next start's opening was made of, and
	// keptRows how many rows it may have.
	held     []tea.KeyMsg
	kept     inputs
	keptRows int
	catalog  load
	assets   load
	// seq is the newest change of the queue that was seen, left what is unsettled in it.
	// opened reports that the queue was read, watching that its changes are waited for.
	seq              int64
	left             session.Left
	opened, watching bool
	// slow reports that the start takes long enough to say so.
	slow bool

	list  listing
	marks session.Marks
	// span is the range being chosen.
	span    span
	clicked click
	// hidden counts the marks that are not on the list, importable what on it can be imported.
	hidden, importable int
	facet              facet
	filter             entry
	// typing reports that keys go to the filter, commanding that they go to the command line.
	typing, commanding bool
	command            entry
	// kinds are those of the entities on the list.
	kinds     []string
	companies companies
	// leaveTo is the company for which the table is left.
	leaveTo conviso.Company
	query   catalog.Query
	// blocker is the term to blame where the filter leaves no row.
	blocker blocker
	// sought counts the changes of what is on the list; blaming says that the blocker of the
	// latest is to be found.
	sought  int
	blaming bool

	// pane is where the user wants the details beside the table, wide whether it has more
	// columns at the cost of the names.
	pane       draw.Dock
	wide       bool
	detail     detail
	review     review
	reader     reader
	job        job
	flow       sending
	events     []event
	auto       auto
	connection connection
}

func newModel(ctx context.Context, e Engine, o Options) *model {
	m := &model{
		ctx: ctx, engine: e, opt: o, id: e.Identity(),
		st: draw.NewStyles(draw.NewRenderer(o.Out, o.NoColor)), gl: draw.NewGlyphs(o.ASCII),
		width: o.Width, height: o.Height,
		screens: []screen{screenBrowse},
		latest:  inputs{items: map[catalog.Ref]importer.Item{}},
	}
	m.kinds = e.Kinds()
	m.filter, m.command = newEntry(o.Filters, m.completeFilter), newEntry(nil, m.completeCommand)
	m.filter.SetValue(o.Filter)
	m.query = catalog.ParseQuery(o.Filter)
	for _, word := range o.Words {
		m.tell(aboutStart, word)
	}
	for _, note := range o.Notes {
		m.notices.add(notice{about: aboutStart, trouble: true, text: text.Sentence(note), at: o.Now()})
	}
	m.list.perPage = 1
	m.keys = m.bindings()
	m.footKeys = atFoot(m.keys)
	m.resize()
	m.begin(e.Opening())
	return m
}

// Init starts with what the disk has; the network follows when that is on screen.
func (m *model) Init() tea.Cmd {
	return tea.Batch(m.cachedCmd(), m.itemsCmd(), m.afterCmd(slowAfter, slowMsg{}))
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
	m.list.fill(m.ctx, &m.shown, m.query, m.facts(), m.inFacet())
	m.listed(fallback)
}

// listed brings what depends on the list up to date.
func (m *model) listed(fallback int) {
	m.blocker, m.blaming = blocker{}, false
	if len(m.list.rows) == 0 && m.shown.len() >= large {
		m.blaming = true
	} else if len(m.list.rows) == 0 {
		m.blocker = m.blockerOf(m.facts())()
	}
	m.list.place(&m.shown, fallback)
	m.placeSpan()
	m.hidden = m.marks.Hidden(m.shown.snap, m.list.in)
	m.importable = m.list.in.Common(m.shown.importable)
	if m.shown.opening {
		m.importable = m.shown.statuses.Count(importer.New) + m.shown.statuses.Count(importer.Failed)
	}
}
