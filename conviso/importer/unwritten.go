package importer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// maxWrites is how often a drain tries to write an outcome before it ends, with waits from one
// second that double: half a minute in all. The outcome stays in memory, see Engine.keep.
const maxWrites = 6

// UnwrittenError reports outcomes that could not be written to the queue's file.
type UnwrittenError struct {
	Items int
	Err   error
}

func (e *UnwrittenError) Error() string {
	return fmt.Sprintf("what became of %d imports could not be written down: %v; nothing more is sent, and what was sent is looked for before it goes again; resume when the disk of the state folder takes writes again", e.Items, e.Err)
}

func (e *UnwrittenError) Unwrap() error { return e.Err }

// keep writes outcomes to the queue. What the disk refuses stays in memory and is written first next
// time, so a full disk loses nothing while the process lives; if it dies, the items are found as sending
// and read back before they are sent again. Callers hold the draining token and the runner's lock.
func (e *Engine) keep(ctx context.Context, items []Item) error {
	for _, item := range items {
		if item.State == Imported && item.Attempts > 0 {
			item.User, item.Host = e.sender.User, e.sender.Host
		}
		e.unwritten[item.ID()] = item
	}
	if len(e.unwritten) == 0 {
		return nil
	}
	// The queue numbers the items it is given, even if the write fails: pass copies.
	all := slices.SortedFunc(maps.Values(e.unwritten), func(a, b Item) int { return cmp.Compare(a.Seq, b.Seq) })
	if err := e.queue.Record(ctx, all); err != nil {
		return err
	}
	clear(e.unwritten)
	return nil
}

// Wait returns when no Drain runs in this process, so that the queue may be closed.
func (e *Engine) Wait() {
	e.draining <- struct{}{}
	defer func() { <-e.draining }()
	e.lastTry(context.Background()) //nolint:forbidigo // A local file is written, or not; nobody waits who could give up.
}

// lastTry writes what is still only in memory, if this process gets the lock.
func (e *Engine) lastTry(ctx context.Context) {
	if len(e.unwritten) == 0 {
		return
	}
	if locked, err := e.lock.TryLock(e.now()); err != nil || !locked {
		return
	}
	defer e.lock.Unlock()
	if _, busy := e.home.Busy(e.now()); busy {
		return
	}
	_ = e.keep(ctx, nil)
}

// write keeps outcomes, or schedules the next try.
func (r *runner) write(ctx context.Context, items []Item) {
	err := r.e.keep(ctx, items)
	if err == nil {
		r.writes, r.rewrite = 0, time.Time{}
		return
	}
	if !r.rewrite.IsZero() && r.clock().Before(r.rewrite) {
		// The next try is scheduled already.
		return
	}
	r.rewrite = r.clock().Add(time.Second << r.writes)
	if r.writes++; r.writes >= maxWrites {
		r.halt(&UnwrittenError{Items: len(r.e.unwritten), Err: err})
	}
}

// blocked reports whether outcomes wait for the disk; nothing else may start meanwhile.
func (r *runner) blocked() bool { return len(r.e.unwritten) > 0 }

func (r *runner) rewriteDue(ctx context.Context) {
	if r.blocked() && r.stop == nil && !r.clock().Before(r.rewrite) {
		r.write(ctx, nil)
	}
}
