package queue

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"conviso-importer/catalog"
)

// Memory is a Queue in memory, for tests and runs without a durable queue.
type Memory struct {
	instance string
	*memory
}

type memory struct {
	mu      sync.Mutex
	items   map[ID]Item
	history map[ID]Finished // an item of the same ID replaces it
	meta    map[string]string
	blobs   map[string][]byte
	known   map[ID]Known
	seq     int64
	doubted time.Time // see Doubt
	changed chan struct{}
}

var _ Queue = (*Memory)(nil)

// NewMemory returns an empty queue for one catalog instance.
func NewMemory(instance string) *Memory {
	return &Memory{instance: instance, memory: &memory{items: map[ID]Item{}, history: map[ID]Finished{}, meta: map[string]string{},
		blobs: map[string][]byte{}, known: map[ID]Known{}, changed: make(chan struct{})}}
}

// For returns a handle on the same queue for another instance.
func (q *Memory) For(instance string) *Memory { return &Memory{instance: instance, memory: q.memory} }

// put stores an item under the next Seq. The caller holds the lock.
func (q *Memory) put(item Item) Item {
	q.seq++
	item.Seq = q.seq
	if item.State == Imported {
		q.history[item.ID()] = Finish(&item)
		delete(q.items, item.ID())
	} else {
		q.items[item.ID()] = item
	}
	close(q.changed)
	q.changed = make(chan struct{})
	return item
}

// last returns the item as it is now, finished or not. The caller holds the lock.
func (q *Memory) last(id ID) (Item, bool) {
	if item, ok := q.items[id]; ok {
		return item, true
	}
	past, ok := q.history[id]
	return past.Item, ok
}

// find returns the matching items in the order of their Seq.
func (q *Memory) find(ctx context.Context, fits func(*Item) bool) ([]Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.sorted(fits), nil
}

func (q *Memory) sorted(fits func(*Item) bool) []Item {
	var found []Item
	for _, item := range q.items {
		if fits(&item) {
			found = append(found, item)
		}
	}
	slices.SortFunc(found, func(a, b Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return found
}

// Add implements Queue.
func (q *Memory) Add(ctx context.Context, entries []Entry, now time.Time) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	added := 0
	for _, e := range entries {
		item := e.Item(q.instance, now)
		if old, ok := q.last(item.ID()); ok && !e.Replaces(&old, now) {
			continue
		}
		if !q.doubted.IsZero() && now.Sub(q.doubted) < LateAfter {
			item.Doubt(q.doubted)
		}
		q.put(item)
		added++
	}
	return added, nil
}

// Claim implements Queue.
func (q *Memory) Claim(ctx context.Context, limit int, now, platform time.Time) ([]Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	busy := map[string]bool{}
	for _, item := range q.items {
		if item.State == Sending || item.State == Accepted && !item.Late(now) || item.State == Retrying && item.Lost {
			busy[item.Key()] = true
		}
	}
	due := q.sorted(func(i *Item) bool { return i.Waits() && !i.NotBefore.After(now) && !busy[i.Key()] })
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
		item.Send(now, platform)
		claimed = append(claimed, q.put(item))
	}
	return claimed, nil
}

// Cancel implements Queue.
func (q *Memory) Cancel(ctx context.Context, refs []catalog.Ref) (taken, others []Item, err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, ref := range refs {
		switch item, ok := q.last(ID{q.instance, ref}); {
		case !ok:
		case item.TakeBack():
			taken = append(taken, q.put(item))
		default:
			others = append(others, item)
		}
	}
	return taken, others, nil
}

// Record implements Queue.
func (q *Memory) Record(ctx context.Context, items []Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, item := range items {
		if old, _ := q.last(item.ID()); old.Seq == item.Seq {
			q.put(item)
		}
	}
	return nil
}

// Recover implements Queue.
func (q *Memory) Recover(ctx context.Context) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	lost := q.sorted(func(i *Item) bool { return i.State == Sending })
	for _, item := range lost {
		item.State, item.Lost, item.Error = Retrying, true, NoteInterrupted
		q.put(item)
	}
	return len(lost), nil
}

// Doubt implements Queue.
func (q *Memory) Doubt(ctx context.Context, now time.Time) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.doubted = now
	doubtful := q.sorted(func(i *Item) bool { return i.State.Doubtful() })
	for _, item := range doubtful {
		item.Doubt(now)
		q.put(item)
	}
	return len(doubtful), nil
}

// Pending implements Queue.
func (q *Memory) Pending(ctx context.Context) ([]Item, error) {
	return q.find(ctx, func(i *Item) bool { return i.State.Pending() })
}

// EachPending implements Queue.
func (q *Memory) EachPending(ctx context.Context, do func([]Item) error) error {
	items, err := q.Pending(ctx)
	if err != nil || len(items) == 0 {
		return err
	}
	return do(items)
}

// Unverified implements Queue.
func (q *Memory) Unverified(ctx context.Context) ([]Item, error) {
	return q.find(ctx, func(i *Item) bool {
		return i.State == Accepted || i.State == Failed || i.State == Retrying && i.Lost
	})
}

// Work implements Queue.
func (q *Memory) Work(ctx context.Context) (Work, error) {
	var w Work
	items, err := q.Pending(ctx)
	for _, item := range items {
		switch {
		case item.State == Sending:
			w.Sending++
		case item.State == Accepted:
			w.Accepted++
			if item.SentAt.After(w.LastAccepted) {
				w.LastAccepted = item.SentAt
			}
		case item.Lost:
			w.Lost++
		default:
			w.ToSend++
			// A zero NextSend means none, so the first millisecond stands for "due now".
			due := time.UnixMilli(1)
			if item.NotBefore.After(due) {
				due = item.NotBefore
			}
			if w.NextSend.IsZero() || due.Before(w.NextSend) {
				w.NextSend = due
			}
		}
	}
	return w, err
}

// Wait implements Queue.
func (q *Memory) Wait(ctx context.Context) error {
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

// Meta implements Queue.
func (q *Memory) Meta(ctx context.Context, key string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.meta[key], nil
}

// SetMeta implements Queue.
func (q *Memory) SetMeta(ctx context.Context, key, value string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.meta[key] = value
	return nil
}

// Blob implements Queue.
func (q *Memory) Blob(ctx context.Context, key string) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return slices.Clone(q.blobs[key]), nil
}

// SetBlob implements Queue.
func (q *Memory) SetBlob(ctx context.Context, key string, value []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.blobs[key] = slices.Clone(value)
	return nil
}

// Known implements Queue.
func (q *Memory) Known(ctx context.Context) ([]Known, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	var all []Known
	for id, k := range q.known {
		if id.Instance == q.instance {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b Known) int { return cmp.Compare(a.Ref, b.Ref) })
	return all, nil
}

// Remember implements Queue.
func (q *Memory) Remember(ctx context.Context, known []Known) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, k := range known {
		q.known[ID{q.instance, k.Ref}] = k
	}
	return nil
}
