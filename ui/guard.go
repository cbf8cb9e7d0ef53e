package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/safego"
)

// guarded is a program whose panics go to the context's handler. Bubble Tea would catch them
// too, but it prints them raw over the screen, whatever is in them, and says no more than that
// there was one. It adds job control, which every screen has, and hands frames to the painter
// where there is one.
type guarded struct {
	ctx   context.Context
	model tea.Model
	jobs  *jobControl
	// painter is nil where Bubble Tea alone draws.
	painter *painter
	// size is the window's size as it was known before the terminal told it, zero where it was not.
	size tea.WindowSizeMsg
	// sized reports that the window's size is known, resized that it may have changed since a
	// frame was handed over.
	sized, resized bool
	// frame is the last one that could be drawn.
	frame string
	// broken reports that the model's state may be anything.
	broken bool
}

// Init implements tea.Model.
func (g *guarded) Init() tea.Cmd {
	var cmd tea.Cmd
	g.run(func() { cmd = g.model.Init() })
	return tea.Batch(g.cmd(cmd), g.cmd(g.jobs.wait()))
}

// Update implements tea.Model.
func (g *guarded) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		// The first word of the size repeats what was known, and the frame is there.
		g.resized = g.resized || !g.sized || size != g.size
		g.sized, g.size = true, tea.WindowSizeMsg{}
	}
	var cmd tea.Cmd
	g.run(func() {
		var mine bool
		if cmd, mine = g.jobs.handle(msg); !mine {
			g.model, cmd = g.model.Update(msg)
		}
	})
	return g, g.cmd(cmd)
}

// View implements tea.Model.
func (g *guarded) View() string {
	g.run(func() { g.frame = g.model.View() })
	if g.painter != nil && g.sized {
		g.painter.hand(g.frame, g.resized)
		g.resized = false
	}
	return g.frame
}

func (g *guarded) run(f func()) {
	if g.broken {
		return
	}
	g.broken = true
	if safego.Call(g.ctx, func() error { f(); return nil }) == nil {
		g.broken = false
	}
}

// cmd guards a command and what it consists of. Sequences cannot be looked into, so that this
// program has none.
func (g *guarded) cmd(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		_ = safego.Call(g.ctx, func() error { msg = cmd(); return nil })
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = g.cmd(batch[i])
			}
		}
		return msg
	}
}
