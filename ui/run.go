package ui

import (
	"context"
	"fmt"
	"io"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/conviso"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/safego"
	"conviso-importer/ui/session"
)

// Options are how the table looks and where it runs.
type Options struct {
	Outside

	// In and Out are the terminal; nil means the process's own, without colours. Out may be a
	// Canvas.
	In  io.Reader
	Out io.Writer
	// NoColor writes no colours, ASCII nothing outside ASCII.
	NoColor, ASCII bool
	// Rows bounds the rows of a page; 0 means as many as fit.
	Rows int
	// Mouse takes the mouse's clicks and its wheel from the terminal, which then selects text
	// only with a modifier, mostly shift.
	Mouse bool
	// Version is shown in wide windows.
	Version string
	// Filters are those that were kept before, the oldest first. KeepFilter, where there is
	// one, keeps one more; it is called outside of the program's own loop and may take its time.
	Filters    []string
	KeepFilter func(filter string)
	// Filter is the one that the list has at the start.
	Filter string
	// Notes are sentences to be shown at the start, such as a cache that cannot be used; Words
	// are such that tell of nothing wrong.
	Notes, Words []string
	// CacheTTL is the age from which data is shown as stale; 0 means never.
	CacheTTL time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Width and Height are the window's size until the terminal tells it; 0 draws nothing
	// until then.
	Width, Height int
	// OnScreen, where there is one, is told when the screen is taken and when it is given
	// back for good.
	OnScreen func(taken bool)
	// Export writes items to a new file, whose name ends in .csv or .json, and returns its
	// absolute path; it may take a while. Its error is a sentence for the user. nil means that
	// nothing can be written.
	Export func(name string, items []printout.Item) (string, error)
	// Suspend stops the process until its shell lets it go on; its error is a sentence for
	// the user. nil means that there is no job control.
	Suspend func() error
	// Jobs delivers what job control asks from outside; it may be nil.
	Jobs <-chan Job
}

// Outcome is what there is to say on the normal screen after the table is closed.
type Outcome struct {
	session.Ending

	// Company is the one for which the user left the table, to go on there; without an id they
	// left for good. Filter and Kinds are what the table showed.
	Company conviso.Company
	Filter  string
	Kinds   []string
}

// Run shows the table until its user quits or ctx ends; then it returns ctx's error. It
// catches no signals: whoever calls it ends ctx on them.
func Run(ctx context.Context, e session.Engine, o Options) (Outcome, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Suspend = holding(e, o.Suspend)
	m := newModel(inner, e, o)
	err := o.run(ctx, inner, m)
	cancel()
	var outcome Outcome
	// After a fault of the program's own its state may be anything.
	_ = safego.Call(ctx, func() error { outcome = m.farewell(ctx); return nil })
	return outcome, err
}

// run shows a program until it ends, and returns ctx's error where that ended it.
func (o Options) run(ctx, inner context.Context, program tea.Model) error {
	if o.OnScreen != nil {
		o.OnScreen(true)
		defer o.OnScreen(false)
	}
	guard, options := &guarded{ctx: inner, model: withFaults(inner, o, program), jobs: o.jobs(inner)}, o.program(inner)
	if canvas, ok := o.Out.(Canvas); ok {
		guard.painter = newPainter(canvas)
		guard.size = tea.WindowSizeMsg{Width: o.Width, Height: o.Height}
		guard.sized = o.Width > 0
		stop := guard.painter.start(inner)
		defer stop()
		options = append(options, tea.WithFPS(idleRate))
	}
	_, err := tea.NewProgram(guard, options...).Run()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return fmt.Errorf("run the screen: %w", err)
	}
	return nil
}

// program are the options of a full-screen program on the terminal.
func (o Options) program(ctx context.Context) []tea.ProgramOption {
	options := []tea.ProgramOption{tea.WithAltScreen(), tea.WithContext(ctx), tea.WithoutSignalHandler()}
	if o.Mouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	if o.In != nil {
		options = append(options, tea.WithInput(o.In))
	}
	if o.Out != nil {
		options = append(options, tea.WithOutput(o.Out))
	}
	return options
}

// farewell sums up after the screen was given back.
func (m *app) farewell(ctx context.Context) Outcome {
	end := m.work.End(ctx, func(words string) {
		if m.opt.Out != nil {
			_, _ = fmt.Fprintln(m.opt.Out, words)
		}
	})
	return Outcome{Ending: end, Company: m.browse.leaveTo, Filter: m.browse.filter.Value(), Kinds: m.work.Kinds()}
}
