package safego

import (
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"
)

// TestPanicGoesToTheHandler checks Go, Call and Func: the handler gets value and stack, the caller
// an error.
func TestPanicGoesToTheHandler(t *testing.T) {
	boom := func() error { panic("boom") }
	ways := map[string]func(context.Context) error{
		"Call": func(ctx context.Context) error { return Call(ctx, boom) },
		"Func in a group": func(ctx context.Context) error {
			group, groupCtx := errgroup.WithContext(ctx)
			group.Go(Func(groupCtx, boom))
			return group.Wait()
		},
		"Go": func(ctx context.Context) error {
			done := make(chan struct{})
			Go(ctx, func() {
				defer close(done)
				_ = boom()
			})
			<-done
			return ErrPanicked
		},
	}
	for name, run := range ways {
		t.Run(name, func(t *testing.T) {
			panics := make(chan Panic, 1)
			ctx := WithHandler(context.WithoutCancel(t.Context()), func(p Panic) { panics <- p })
			if err := run(ctx); !errors.Is(err, ErrPanicked) {
				t.Errorf("the error is %v", err)
			}
			p := <-panics
			if p.Value != "boom" || !strings.Contains(string(p.Stack), "safego_test.go") {
				t.Errorf("the handler got %v\n%s", p.Value, p.Stack)
			}
		})
	}
}

func TestErrorsPass(t *testing.T) {
	want := errors.New("ordinary")
	ctx := WithHandler(t.Context(), func(p Panic) { t.Errorf("there was no panic: %v", p.Value) })
	if err := Call(ctx, func() error { return want }); !errors.Is(err, want) {
		t.Errorf("%v", err)
	}
}

// TestWithoutHandler checks that tests and tools, which have no handler, lose no panic.
func TestWithoutHandler(t *testing.T) {
	defer func() {
		if got := recover(); got != "boom" {
			t.Errorf("recovered %v", got)
		}
	}()
	_ = Call(t.Context(), func() error { panic("boom") })
	t.Error("the panic was swallowed")
}
