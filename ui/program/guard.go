package program

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/safego"
)

// guarded sends panics to the context's handler, since Bubble Tea would print them unredacted.
// It also handles job control and passes frames to the painter.
type guarded struct {
	ctx            context.Context
	model          tea.Model
	jobs           *jobControl
	painter        *painter          // nil if Bubble Tea draws
	size           tea.WindowSizeMsg // known before the terminal reports it, or zero
	sized, resized bool              // resized: the size may have changed since the last frame
	frame          string            // the last frame drawn
	broken         bool              // a panic left the model in an unknown state
}

func (g *guarded) Init() tea.Cmd {
	var cmd tea.Cmd
	g.run(func() { cmd = g.model.Init() })
	return tea.Batch(g.cmd(cmd), g.cmd(g.jobs.wait()))
}

func (g *guarded) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		// The first report repeats a size that was known, for which a frame exists.
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

func (g *guarded) View() string {
	g.run(func() { g.frame = g.model.View() })
	if g.painter != nil && g.sized {
		g.painter.submit(g.frame, g.resized)
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

// cmd guards a command and its batches. It cannot look into sequences; this program has none.
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
