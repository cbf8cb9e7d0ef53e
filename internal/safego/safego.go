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

// Panic is what a function panicked with, and where.
type Panic struct {
	// Value is what the function panicked with: untrusted text may be in it.
	Value any
	// Stack is the goroutine's, as runtime/debug prints it.
	Stack []byte
}

// Handler decides what becomes of a panic. It is called in the goroutine that panicked, and
// may be called by several at once.
type Handler func(Panic)

// key is the handler's in a context.
type key struct{}

// WithHandler returns a context whose goroutines hand their panics to h.
func WithHandler(ctx context.Context, h Handler) context.Context {
	return context.WithValue(ctx, key{}, h)
}

// Go runs f in a goroutine of its own. Where ctx has no handler, a panic ends the process as
// ever.
func Go(ctx context.Context, f func()) {
	go func() {
		_ = Call(ctx, func() error { f(); return nil })
	}()
}

// Call runs f in this goroutine and returns its error, or ErrPanicked after a panic that the
// context's handler has taken.
func Call(ctx context.Context, f func() error) (err error) {
	h, _ := ctx.Value(key{}).(Handler)
	if h == nil {
		// Recovering only to panic again would hide where it began.
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

// Func is f as Call runs it, for libraries that start goroutines themselves.
func Func(ctx context.Context, f func() error) func() error {
	return func() error { return Call(ctx, f) }
}
