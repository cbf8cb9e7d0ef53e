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
	"conviso-importer/ui/program"
	"conviso-importer/ui/session"
)

// Options are how the table looks and where it runs.
type Options struct {
	Outside

	// In and Out are the terminal, nil for the process's own without colours; Out may be a program.Canvas.
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
	Jobs    <-chan program.Job // requests of job control from outside, or nil
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
	err := o.run(ctx, m)
	cancel()
	var outcome Outcome
	// After a panic the model's state is unknown.
	_ = safego.Call(ctx, func() error { outcome = m.farewell(ctx); return nil })
	return outcome, err
}

// run shows any model on the terminal.
func (o Options) run(ctx context.Context, model tea.Model) error {
	return program.Run(ctx, model, program.Options{In: o.In, Out: o.Out, Mouse: o.Mouse, Width: o.Width, Height: o.Height,
		Sized: o.Sized, OnScreen: o.OnScreen, Suspend: o.Suspend, Jobs: o.Jobs})
}

func (m *app) farewell(ctx context.Context) Outcome {
	end := m.work.End(ctx, func(words string) {
		if m.opt.Out != nil {
			_, _ = fmt.Fprintln(m.opt.Out, words)
		}
	})
	return Outcome{Ending: end, Company: m.browse.leaveTo, Filter: m.browse.filter.Value(), Kinds: m.work.Kinds()}
}
