package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/internal/text"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/entry"
	"conviso-importer/ui/session"
)

// model is the Bubble Tea program. Only Update changes it and what it refers to.
type model struct {
	*app

	watched bool // the next read of the flow is scheduled
}

func newModel(ctx context.Context, e session.Engine, o Options) *model {
	a := &app{ctx: ctx, engine: e, opt: o, width: o.Width, height: o.Height,
		st: draw.NewStyles(draw.NewRenderer(o.Out, o.NoColor)), gl: draw.NewGlyphs(o.ASCII)}
	a.work = session.New(ctx, e, a, phrases(), a.now)
	a.screens = []screen{newScreens(a)}
	b := a.browse
	b.filter, b.command = entry.New(o.Filters, b.completeFilter), entry.New(nil, b.completeCommand)
	b.filter.SetValue(o.Filter)
	b.query = catalog.ParseQuery(o.Filter)
	for _, word := range o.Words {
		a.tell(session.AboutStart, word)
	}
	for _, note := range o.Notes {
		a.notices.add(notice{about: session.AboutStart, trouble: true, text: text.Sentence(note), at: o.Now()})
	}
	a.keys = a.bindings()
	a.footKeys = atFoot(a.keys)
	a.resize()
	b.begin(e.Opening())
	return &model{app: a}
}

func newScreens(a *app) screen {
	base := baseScreen{a}
	a.browse = &browseScreen{baseScreen: base}
	a.detail, a.review = &detailScreen{baseScreen: base}, &reviewScreen{baseScreen: base}
	a.job, a.reader = &jobScreen{baseScreen: base}, &readerScreen{baseScreen: base}
	return a.browse
}

// blank is an app without an engine, to document keys and commands.
func blank() *app {
	a := &app{work: &session.Session{}}
	newScreens(a)
	return a
}

// Init starts with what is on disk; the network follows. Bubble Tea draws the first frame before it
// runs commands, so the start of the reads is one: they would slow that frame down.
func (m *model) Init() tea.Cmd {
	start := m.taskCmd(func(context.Context) func() { return m.work.Start })
	return tea.Batch(start, m.after(slowAfter, func() { m.browse.slow = true }))
}
