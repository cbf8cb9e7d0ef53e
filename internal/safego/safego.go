// Package safego starts the program's goroutines so that a panic in one of them ends the
// program in order. Go ends a process at once when a goroutine panics that nobody recovers,
// and that leaves a terminal raw and on its alternate screen. Here the panic goes to the
// handler that the context carries. The package must not know what the handler does: files,
// terminals and exit codes are its caller's.
package safego

import (
	"context"
	"errors"
	"runtime/debug"
)

// ErrPanicked is the error of a function that panicked; the handler has the panic.
var ErrPanicked = errors.New("a fault of the program's own broke this off")

// Panic is a recovered panic.
type Panic struct {
	// Value may contain untrusted text.
	Value any
	// Stack is as runtime/debug prints it.
	Stack []byte
}

// Handler handles a panic, in the goroutine that panicked; several may call it at once.
type Handler func(Panic)

type key struct{}

// WithHandler returns a context whose goroutines pass their panics to h.
func WithHandler(ctx context.Context, h Handler) context.Context {
	return context.WithValue(ctx, key{}, h)
}

// Go runs f in a new goroutine. Without a handler in ctx, a panic ends the process.
func Go(ctx context.Context, f func()) {
	go func() {
		_ = Call(ctx, func() error { f(); return nil })
	}()
}

// Call runs f and returns its error, or ErrPanicked after a panic that the handler has taken.
func Call(ctx context.Context, f func() error) (err error) {
	h, _ := ctx.Value(key{}).(Handler)
	if h == nil {
		// To recover and panic again would lose the stack.
		return f()
	}
	defer func() {
		if value := recover(); value != nil {
			err = ErrPanicked
			h(Panic{Value: value, Stack: debug.Stack()})
		}
	}()
	return f()
}

// Func wraps f in Call, for libraries that start goroutines themselves.
func Func(ctx context.Context, f func() error) func() error {
	return func() error { return Call(ctx, f) }
}
