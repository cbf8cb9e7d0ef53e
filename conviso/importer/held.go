package importer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// maxWrites is how often a drain tries to write an outcome down before it ends, the tries one
// second apart at first and each time twice as long: half a minute in all. The outcome stays
// in memory after that, see Engine.keep.
const maxWrites = 6

// UnwrittenError reports that outcomes are known to this process and could not be written to the
// queue's file.
type UnwrittenError struct {
	// Items is how many there are.
	Items int
	// Err is why.
	Err error
}

// Error names the cause and the next step.
func (e *UnwrittenError) Error() string {
	return fmt.Sprintf("what became of %d imports could not be written down: %v; nothing more is sent, and what was sent is looked for before it goes again; resume when the disk of the state folder takes writes again", e.Items, e.Err)
}

// Unwrap returns the cause.
func (e *UnwrittenError) Unwrap() error { return e.Err }

// keep writes outcomes to the queue. What cannot be written stays in memory and goes first
// the next time, so that a disk that is full loses nothing while the process lives; if it
// dies, the items are found as sending and are looked for before they are sent again.
//
// Callers hold the draining token and the runner's lock.
func (e *Engine) keep(ctx context.Context, items []Item) error {
	for i := range items {
		e.held[items[i].ID()] = items[i]
	}
	if len(e.held) == 0 {
		return nil
	}
	// A queue numbers the items that it writes, and the write may fail after that: it gets
	// copies.
	all := slices.SortedFunc(maps.Values(e.held), func(a, b Item) int { return cmp.Compare(a.Seq, b.Seq) })
	if err := e.queue.Record(ctx, all); err != nil {
		return err
	}
	clear(e.held)
	return nil
}

// lastTry writes down what is still only in memory, if this process may.
func (e *Engine) lastTry(ctx context.Context) {
	if len(e.held) == 0 {
		return
	}
	if locked, err := e.lock.TryLock(e.now()); err != nil || !locked {
		return
	}
	defer e.lock.Unlock()
	_ = e.keep(ctx, nil)
}

// write keeps outcomes and plans the next try where that fails.
func (r *runner) write(ctx context.Context, items []Item) {
	err := r.e.keep(ctx, items)
	if err == nil {
		r.writes, r.rewrite = 0, time.Time{}
		return
	}
	if !r.rewrite.IsZero() && r.clock().Before(r.rewrite) {
		// Another outcome joins those that wait; the next try is planned already.
		return
	}
	r.rewrite = r.clock().Add(time.Second << r.writes)
	if r.writes++; r.writes >= maxWrites {
		r.halt(&UnwrittenError{Items: len(r.e.held), Err: err})
	}
}

// blocked reports whether outcomes wait for the disk: nothing else may begin meanwhile.
func (r *runner) blocked() bool { return len(r.e.held) > 0 }

// rewriteDue tries again to write what waits.
func (r *runner) rewriteDue(ctx context.Context) {
	if r.blocked() && r.stop == nil && !r.clock().Before(r.rewrite) {
		r.write(ctx, nil)
	}
}
