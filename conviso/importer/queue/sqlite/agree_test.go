package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/queue/queuetest"
)

// TestConforms protects what the engine relies on, on the queue that users have.
func TestConforms(t *testing.T) {
	queuetest.Run(t, func(t *testing.T) queuetest.Opener {
		dir := t.TempDir()
		return func(instance string) queue.Queue {
			t.Helper()
			q, err := Open(dir, "queue", instance)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = q.Close() })
			return q
		}
	})
}

// TestQueuesAgree protects what the tests of the runner show: the queue in memory that they use
// does what the one on disk does, whatever is done to both.
func TestQueuesAgree(t *testing.T) {
	disk, err := Open(t.TempDir(), "queue", "one")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = disk.Close() })
	memory := queue.NewMemory("one")
	draw := rand.New(rand.NewPCG(3, 4))
	now := time.UnixMilli(1_700_000_000_000)
	for step := range 150 {
		now = now.Add(time.Duration(draw.IntN(2000)) * time.Millisecond)
		does := operation(draw, now)
		a, aErr := does(t.Context(), disk)
		b, bErr := does(t.Context(), memory)
		if aErr != nil || bErr != nil || !reflect.DeepEqual(a, b) {
			t.Fatalf("step %d: on disk\n%+v, %v\nin memory\n%+v, %v", step, a, aErr, b, bErr)
		}
	}
}

// operation draws something that is done to a queue; its result is what the queue shows then.
func operation(draw *rand.Rand, now time.Time) func(context.Context, queue.Queue) ([]any, error) {
	kind, seed := draw.IntN(6), draw.Uint64()
	return func(ctx context.Context, q queue.Queue) (shown []any, err error) {
		draw := rand.New(rand.NewPCG(seed, 1))
		show := func(what any, err2 error) {
			shown = append(shown, what)
			err = errors.Join(err, err2)
		}
		switch kind {
		case 0:
			var entries []queue.Entry
			for range 1 + draw.IntN(4) {
				n := draw.IntN(30)
				entries = append(entries, queue.Entry{Ref: catalog.Ref(fmt.Sprintf("component:default/e%d", n)),
					Project: conviso.Project{Name: fmt.Sprintf("Name %d", n%20), Tags: []string{"x"}}, Strict: n >= 20})
			}
			show(q.Add(ctx, entries, now))
		case 1:
			show(q.Claim(ctx, 1+draw.IntN(5), now, time.Time{}))
		case 5:
			var refs []catalog.Ref
			for range 3 {
				refs = append(refs, catalog.Ref(fmt.Sprintf("component:default/e%d", draw.IntN(30))))
			}
			slices.Sort(refs)
			taken, others, err := q.Cancel(ctx, slices.Compact(refs))
			show([]any{taken, others}, err)
		case 2:
			if draw.IntN(4) == 0 {
				show(q.Recover(ctx))
			}
		default:
			items, err := q.Pending(ctx)
			show(nil, err)
			states := []queue.State{queue.Accepted, queue.Failed, queue.Imported, queue.Queued, queue.Retrying, queue.Retrying}
			var changed []queue.Item
			for _, item := range items {
				if draw.IntN(3) > 0 {
					continue
				}
				n := draw.IntN(len(states))
				item.State, item.Lost, item.AssetID = states[n], n == 5, fmt.Sprint(draw.IntN(9))
				item.BatchMax, item.NotBefore = 1+draw.IntN(25), now.Add(time.Duration(draw.IntN(3))*time.Second)
				// One that has changed since it was read is left alone.
				item.Seq -= int64(draw.IntN(5) / 4)
				changed = append(changed, item)
			}
			show(nil, q.Record(ctx, changed))
		}
		work, workErr := q.Work(ctx)
		show([]any{work.ToSend, work.Sending, work.Lost, work.Accepted, work.NextSend.UnixMilli(), work.LastAccepted.UnixMilli()}, workErr)
		show(q.Unverified(ctx))
		items, seq, changedErr := q.Changed(ctx, 0)
		show([]any{items, seq}, changedErr)
		ids, claimsErr := q.Claims(ctx, "name 3")
		slices.Sort(ids)
		show(len(ids), claimsErr)
		return shown, err
	}
}
