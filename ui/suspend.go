package ui

import (
	"context"
	"io"

	tea "github.com/charmbracelet/bubbletea"
)

// Job is what a shell, or somebody with a signal, asks of a program on a terminal.
type Job int

const (
	// JobStop asks it to give the terminal back and to stop.
	JobStop Job = iota
	// JobContinued reports that it goes on after it was stopped without being asked, so that
	// the terminal is not as it was left.
	JobContinued
)

// suspendMsg asks for a stop from inside, resumedMsg says that it is over.
type (
	suspendMsg struct{}
	resumedMsg struct{ err error }
)

// suspendCmd stops the program, as ctrl+z does everywhere.
func suspendCmd() tea.Msg { return suspendMsg{} }

// jobControl gives the terminal back and takes it again, on every screen alike.
type jobControl struct {
	ctx     context.Context
	suspend func() error
	asked   <-chan Job
	// mouse reports that the program has the mouse.
	mouse bool
}

func (o Options) jobs(ctx context.Context) *jobControl {
	return &jobControl{ctx: ctx, suspend: o.Suspend, asked: o.Jobs, mouse: o.Mouse}
}

// wait waits for what is asked from outside.
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

// handle answers the messages of job control and reports whether this was one that nobody else
// has to see.
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

// release gives the terminal back for as long as f runs. Afterwards Bubble Tea draws the whole
// screen again and reads the window's size anew.
func (j *jobControl) release(f func() error) tea.Cmd {
	if f == nil {
		return nil
	}
	return tea.Exec(released(f), func(err error) tea.Msg {
		if !j.mouse {
			return resumedMsg{err}
		}
		// Bubble Tea gives the mouse back with the terminal, but does not take it again.
		return tea.BatchMsg{func() tea.Msg { return resumedMsg{err} }, tea.EnableMouseCellMotion}
	})
}

// released is a function as the command that Bubble Tea hands the terminal to.
type released func() error

// Run implements tea.ExecCommand.
func (r released) Run() error { return r() }

// SetStdin implements tea.ExecCommand; the terminal is the process's own.
func (released) SetStdin(io.Reader) {}

// SetStdout implements tea.ExecCommand.
func (released) SetStdout(io.Writer) {}

// SetStderr implements tea.ExecCommand.
func (released) SetStderr(io.Writer) {}
