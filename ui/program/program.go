// Package program runs a Bubble Tea model on a terminal and stands between the two: panics end the run
// in order, the shell's job control gets the terminal and gives it back, and frames show at once where
// the output can draw them. It must not know what the screen shows, nor who works at it.
package program

import (
	"context"
	"fmt"
	"io"

	tea "github.com/charmbracelet/bubbletea"
)

// Options are the terminal and what is known of it.
type Options struct {
	// In and Out are the terminal, nil for the process's own; Out may be a Canvas.
	In    io.Reader
	Out   io.Writer
	Mouse bool // capture clicks and the wheel
	// Width and Height are the size for which the model draws before the terminal reports its own, or 0.
	Width, Height int
	// Sized, if not nil, completes a size that the terminal does not know.
	Sized func(width, height int) (int, int)
	// OnScreen, if not nil, is called when the screen is taken and when it is released.
	OnScreen func(taken bool)
	// Suspend stops the process until its shell continues it; nil means no job control.
	Suspend func() error
	Jobs    <-chan Job // requests of job control from outside, or nil
}

// Run shows a model until it quits. It returns ctx's error if that ended the program, and handles no signals.
func Run(ctx context.Context, model tea.Model, o Options) error {
	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	if o.OnScreen != nil {
		o.OnScreen(true)
		defer o.OnScreen(false)
	}
	guard, options := &guarded{ctx: inner, model: withFaults(inner, o, model), jobs: o.jobs(inner)}, o.program(inner)
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
