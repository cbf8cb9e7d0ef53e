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

	// In and Out are the terminal, nil for the process's own without colours; Out may be a Canvas.
	In             io.Reader
	Out            io.Writer
	NoColor, ASCII bool // write no colours; write only ASCII
	Rows           int  // of a page; 0 for as many as fit
	// Mouse captures clicks and the wheel; terminals then select text only with a modifier.
	Mouse   bool
	Version string // shown in wide windows
	// Filters are earlier filters, the oldest first. KeepFilter saves one more; it may block or be nil.
	Filters    []string
	KeepFilter func(filter string)
	Filter     string // at the start
	// Notes are problems, and Words other messages, to show at the start.
	Notes, Words []string
	CacheTTL     time.Duration    // the age from which data is stale; 0 means never
	Now          func() time.Time // nil means time.Now
	// Width and Height are used until the terminal reports its size; 0 draws nothing until then.
	Width, Height int
	// Sized, if not nil, completes a size that the terminal does not know.
	Sized func(width, height int) (int, int)
	// OnScreen, if not nil, is called when the screen is taken and when it is released.
	OnScreen func(taken bool)
	// Export writes items to a new .csv or .json file and returns its absolute path. It may block or be nil;
	// its error is shown to the user.
	Export func(name string, items []printout.Item) (string, error)
	// Suspend stops the process until its shell continues it; nil means no job control.
	Suspend func() error
	Jobs    <-chan Job // requests of job control from outside, or nil
}

// Outcome is what to report after the table is closed.
type Outcome struct {
	session.Ending

	// Company is the one to open next; without an ID the user quit. Filter and Kinds were on the table.
	Company conviso.Company
	Filter  string
	Kinds   []string
}

// Run shows the table until the user quits, or ctx ends: then it returns ctx's error. It handles no signals.
func Run(ctx context.Context, e session.Engine, o Options) (Outcome, error) {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Suspend = withImportPaused(e, o.Suspend)
	m := newModel(inner, e, o)
	err := o.run(ctx, inner, m)
	cancel()
	var outcome Outcome
	// After a panic the model's state is unknown.
	_ = safego.Call(ctx, func() error { outcome = m.farewell(ctx); return nil })
	return outcome, err
}

// run returns ctx's error if that ended the program.
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

func (o Options) program(ctx context.Context) []tea.ProgramOption {
	options := []tea.ProgramOption{tea.WithAltScreen(), tea.WithContext(ctx), tea.WithoutSignalHandler()}
	if o.Sized != nil {
		options = append(options, tea.WithFilter(o.complete))
	}
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

func (o Options) complete(_ tea.Model, msg tea.Msg) tea.Msg {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		size.Width, size.Height = o.Sized(size.Width, size.Height)
		return size
	}
	return msg
}

func (m *app) farewell(ctx context.Context) Outcome {
	end := m.work.End(ctx, func(words string) {
		if m.opt.Out != nil {
			_, _ = fmt.Fprintln(m.opt.Out, words)
		}
	})
	return Outcome{Ending: end, Company: m.browse.leaveTo, Filter: m.browse.filter.Value(), Kinds: m.work.Kinds()}
}
