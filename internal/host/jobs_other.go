//go:build !unix

package host

import (
	"context"
	"errors"
)

// Jobs is the shell's job control, which this system does not have. T is what the program is
// told of a signal.
type Jobs[T any] struct{}

// NewJobs returns job control that asks for nothing.
func NewJobs[T any](context.Context, T, T) *Jobs[T] { return &Jobs[T]{} }

// Asked returns nil: nothing is asked from outside.
func (j *Jobs[T]) Asked() <-chan T { return nil }

// OnScreen does nothing.
func (j *Jobs[T]) OnScreen(bool) {}

// Stop returns an error.
func (j *Jobs[T]) Stop() error { return errors.New("this system has no job control") }
