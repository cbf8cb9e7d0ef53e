//go:build !unix

package host

import (
	"context"
	"errors"
	"os"
	"os/exec"
)

// Jobs is the shell's job control, which this system does not have.
type Jobs[T any] struct{}

// NewJobs returns job control that reports nothing.
func NewJobs[T any](context.Context, T, T) *Jobs[T] { return &Jobs[T]{} }

// Asked returns nil.
func (j *Jobs[T]) Asked() <-chan T { return nil }

// OnScreen does nothing.
func (j *Jobs[T]) OnScreen(bool) {}

// Stop returns an error.
func (j *Jobs[T]) Stop() error { return errors.New("this system has no job control") }

func hideEcho(*os.File) (show func()) { return func() {} }

// mute returns out: this system has no signal that would end in a dump.
func mute(out *os.File) *os.File { return out }

func dump() {}

// detach does nothing: here the end of a terminal does not reach child processes.
func detach(*exec.Cmd) {}
