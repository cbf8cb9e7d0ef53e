//go:build crashtest

package program

import (
	"context"
	"io"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/internal/safego"
)

// faulty crashes on keys: f1 panics in Update, f2 in a command, f3 in a goroutine, f4 never returns.
type faulty struct {
	tea.Model

	ctx context.Context
	out io.Writer
}

func withFaults(ctx context.Context, o Options, program tea.Model) tea.Model {
	return &faulty{program, ctx, o.Out}
}

func (f *faulty) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if key, ok := msg.(tea.KeyMsg); ok {
		switch key.String() {
		case "f1":
			panic("a fault for the tests: \x1b[31mred Bearer fake-secret")
		case "f2":
			return f, func() tea.Msg { panic("a fault for the tests, in a command") }
		case "f3":
			safego.Go(f.ctx, func() { panic("a fault for the tests, in a goroutine") })
			return f, nil
		case "f4":
			_, _ = io.WriteString(f.out, "Update blocks")
			select {}
		}
	}
	model, cmd := f.Model.Update(msg)
	f.Model = model
	return f, cmd
}
