package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// memQueue is a Queue in memory. It lets the tests of the runner import hundreds of entities
// many times over; what a queue on disk adds has tests of its own.
type memQueue struct {
	instance string

	mu      sync.Mutex
	items   map[queue.ID]Item
	meta    map[string]string
	seq     int64
	changed chan struct{}
}

var _ queue.Queue = (*memQueue)(nil)

func newMemQueue(instance string) *memQueue {
	return &memQueue{instance: instance, items: map[queue.ID]Item{}, meta: map[string]string{}, changed: make(chan struct{})}
}

// inMemory gives a world's engine a queue in memory.
func (w *world) inMemory() *world {
	w.config.Queue = newMemQueue(w.config.Identity.InstanceID)
	w.Engine = NewEngine(w.config)
	return w
}

// put writes an item under the next number. The lock is held.
func (q *memQueue) put(item Item) Item {
	q.seq++
	item.Seq = q.seq
	q.items[item.ID()] = item
	close(q.changed)
	q.changed = make(chan struct{})
	return item
}

// find returns the items that fit, in the order of their numbers.
func (q *memQueue) find(fits func(*Item) bool) []Item {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.sorted(fits)
}

func (q *memQueue) sorted(fits func(*Item) bool) []Item {
	var found []Item
	for _, item := range q.items {
		if fits(&item) {
			found = append(found, item)
		}
	}
	slices.SortFunc(found, func(a, b Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return found
}

func (q *memQueue) Add(_ context.Context, entries []queue.Entry, now time.Time) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	added := 0
	for _, e := range entries {
		if q.items[queue.ID{Instance: q.instance, Ref: e.Ref}].State.Pending() {
			continue
		}
		q.put(Item{Instance: q.instance, Ref: e.Ref, Project: e.Project, State: Queued, BatchMax: BatchSize,
			Baseline: e.Baseline, Strict: e.Strict, AddedAt: now})
		added++
	}
	return added, nil
}

func (q *memQueue) Claim(_ context.Context, limit int, now time.Time) ([]Item, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	busy := map[string]bool{}
	for _, item := range q.items {
		if item.State == Sending || item.State == Accepted && !item.Late(now) || item.State == Retrying && item.Lost {
			busy[item.Key()] = true
		}
	}
	due := q.sorted(func(i *Item) bool {
		return (i.State == Queued || i.State == Retrying) && !i.Lost && !i.NotBefore.After(now) && !busy[i.Key()]
	})
	slices.SortStableFunc(due, func(a, b Item) int { return cmp.Compare(b.BatchMax, a.BatchMax) })
	var claimed []Item
	for _, item := range due {
		if len(claimed) > 0 && (item.BatchMax != claimed[0].BatchMax || item.Instance != claimed[0].Instance) || busy[item.Key()] {
			continue
		}
		if len(claimed) >= min(limit, max(1, item.BatchMax)) {
			break
		}
		busy[item.Key()] = true
		item.State, item.SentAt, item.NotBefore, item.Reads = Sending, now, time.Time{}, 0
		item.Attempts++
		claimed = append(claimed, q.put(item))
	}
	return claimed, nil
}

func (q *memQueue) Record(_ context.Context, items []Item) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, item := range items {
		if q.items[item.ID()].Seq == item.Seq {
			q.put(item)
		}
	}
	return nil
}

func (q *memQueue) Recover(context.Context) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	lost := q.sorted(func(i *Item) bool { return i.State == Sending })
	for _, item := range lost {
		item.State, item.Lost, item.Error = Retrying, true, queue.NoteInterrupted
		q.put(item)
	}
	return len(lost), nil
}

func (q *memQueue) Pending(context.Context) ([]Item, error) {
	return q.find(func(i *Item) bool { return i.State.Pending() }), nil
}

func (q *memQueue) Unverified(context.Context) ([]Item, error) {
	return q.find(func(i *Item) bool {
		return i.State == Accepted || i.State == Failed || i.State == Retrying && i.Lost
	}), nil
}

func (q *memQueue) Claims(_ context.Context, nameKey string) ([]string, error) {
	var ids []string
	for _, item := range q.find(func(i *Item) bool { return i.State == Imported && i.Key() == nameKey }) {
		ids = append(ids, item.AssetID)
	}
	return ids, nil
}

func (q *memQueue) Work(context.Context) (queue.Work, error) {
	var w queue.Work
	for _, item := range q.find(func(i *Item) bool { return i.State.Pending() }) {
		switch {
		case item.State == Sending:
			w.Sending++
		case item.State == Accepted:
			w.Accepted++
			w.LastAccepted = latest(w.LastAccepted, item.SentAt)
		case item.Lost:
			w.Lost++
		default:
			w.ToSend++
			due := latest(item.NotBefore, time.UnixMilli(1))
			if w.NextSend.IsZero() || due.Before(w.NextSend) {
				w.NextSend = due
			}
		}
	}
	return w, nil
}

func (q *memQueue) Changed(_ context.Context, since int64) ([]Item, int64, error) {
	items := q.find(func(i *Item) bool { return i.Instance == q.instance && i.Seq > since })
	if len(items) > 0 {
		since = items[len(items)-1].Seq
	}
	return items, since, nil
}

// Wait implements Queue: nobody else writes to this memory.
func (q *memQueue) Wait(ctx context.Context) error {
	q.mu.Lock()
	changed := q.changed
	q.mu.Unlock()
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (q *memQueue) Meta(_ context.Context, key string) (string, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.meta[key], nil
}

func (q *memQueue) SetMeta(_ context.Context, key, value string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.meta[key] = value
	return nil
}

// TestQueuesAgree protects what the tests of the runner show: the queue in memory that they use
// does what the one on disk does, whatever is done to both.
func TestQueuesAgree(t *testing.T) {
	disk, err := OpenQueue(t.TempDir(), "queue", "one")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = disk.Close() })
	memory := newMemQueue("one")
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
	kind, seed := draw.IntN(5), draw.Uint64()
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
			show(q.Claim(ctx, 1+draw.IntN(5), now))
		case 2:
			if draw.IntN(4) == 0 {
				show(q.Recover(ctx))
			}
		default:
			items, err := q.Pending(ctx)
			show(nil, err)
			states := []State{Accepted, Failed, Imported, Queued, Retrying, Retrying}
			var changed []Item
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
