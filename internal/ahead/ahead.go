// Package ahead fetches what will be needed next while what is there is worked on. It must not know what is fetched.
package ahead

import (
	"context"
	"iter"

	"conviso-importer/internal/safego"
)

// Fetch fetches each of wanted, at most several at a time, and yields the results in the order of wanted. The first
// error is yielded and ends the sequence; whatever ends it cancels what is still being fetched.
func Fetch[In, Out any](ctx context.Context, wanted []In, several int, fetch func(context.Context, In) (Out, error)) iter.Seq2[Out, error] {
	type result struct {
		out Out
		err error
	}
	return func(yield func(Out, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		var coming []chan result
		start := func() {
			if len(wanted) == 0 {
				return
			}
			in, done := wanted[0], make(chan result, 1)
			wanted, coming = wanted[1:], append(coming, done)
			safego.Go(ctx, func() {
				r := result{err: safego.ErrPanicked}
				_ = safego.Call(ctx, func() error { r.out, r.err = fetch(ctx, in); return nil })
				done <- r
			})
		}
		for range several {
			start()
		}
		for len(coming) > 0 {
			r := <-coming[0]
			coming = coming[1:]
			if !yield(r.out, r.err) || r.err != nil {
				return
			}
			start()
		}
	}
}
