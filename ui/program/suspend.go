package program

import (
	"context"
	"io"

	tea "github.com/charmbracelet/bubbletea"
)

// Job is a request of a shell or a signal to a program on a terminal.
type Job int

const (
	// JobStop asks to release the terminal and to stop.
	JobStop Job = iota
	// JobContinued reports an unexpected stop, after which the terminal's state is unknown.
	JobContinued
)

type suspendMsg struct{}

// Suspend is the command of a model that asks to release the terminal and to stop.
func Suspend() tea.Msg { return suspendMsg{} }

// Resumed tells a model that it has the terminal again. Err says why it could not stop, or is nil.
type Resumed struct{ Err error }

// jobControl releases the terminal and takes it again.
type jobControl struct {
	ctx     context.Context
	suspend func() error
	asked   <-chan Job
	mouse   bool // the program captures the mouse
}

func (o Options) jobs(ctx context.Context) *jobControl {
	return &jobControl{ctx: ctx, suspend: o.Suspend, asked: o.Jobs, mouse: o.Mouse}
}

func (j *jobControl) wait() tea.Cmd {
	if j.asked == nil {
		return nil
	}
	return func() tea.Msg {
		select {
		case job := <-j.asked:
			return job
		case <-j.ctx.Done():
			return nil
		}
	}
}

// handle reports whether the message was only for job control.
func (j *jobControl) handle(msg tea.Msg) (tea.Cmd, bool) {
	switch msg := msg.(type) {
	case suspendMsg:
		return j.release(j.suspend), true
	case Job:
		if msg == JobStop {
			return tea.Batch(j.release(j.suspend), j.wait()), true
		}
		return tea.Batch(j.release(func() error { return nil }), j.wait()), true
	}
	return nil, false
}

// release runs f without the terminal; then Bubble Tea draws everything and reads the size again.
func (j *jobControl) release(f func() error) tea.Cmd {
	if f == nil {
		return nil
	}
	return tea.Exec(released(f), func(err error) tea.Msg {
		if !j.mouse {
			return Resumed{err}
		}
		// Bubble Tea restores the terminal, but not the mouse.
		return tea.BatchMsg{func() tea.Msg { return Resumed{err} }, tea.EnableMouseCellMotion}
	})
}

// released is a function as a tea.ExecCommand.
type released func() error

func (r released) Run() error { return r() }

// The terminal is the process's own.
func (released) SetStdin(io.Reader) {}

func (released) SetStdout(io.Writer) {}

func (released) SetStderr(io.Writer) {}
