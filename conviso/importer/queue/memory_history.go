package queue

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Claims implements Queue.
func (q *Memory) Claims(ctx context.Context, nameKey string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	var ids []string
	for id, past := range q.history {
		if item, again := q.items[id]; (!again || item.State == Skipped) && past.NameKey == NameHash(nameKey) {
			ids = append(ids, past.Item.AssetID)
		}
	}
	return ids, nil
}

// Finished implements Queue.
func (q *Memory) Finished(ctx context.Context) (*History, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	h := NewHistory(q.instance)
	for _, item := range q.finished(0) {
		past := q.history[item.ID()]
		h.Append([]byte(item.Ref), item.Seq, past.Pack(nil))
	}
	h.Index()
	return h, nil
}

// finished returns this instance's history above a Seq, by it. The caller holds the lock.
func (q *Memory) finished(since int64) []Item {
	var found []Item
	for id, past := range q.history {
		if id.Instance == q.instance && past.Item.Seq > since {
			found = append(found, past.Item)
		}
	}
	slices.SortFunc(found, func(a, b Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return found
}

// Items implements Queue.
func (q *Memory) Items(ctx context.Context, since int64) ([]Item, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.above(0, since), q.seq, nil
}

// Changed implements Queue.
func (q *Memory) Changed(ctx context.Context, since int64) ([]Item, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, since, err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.above(since, since)
	if len(items) > 0 {
		since = items[len(items)-1].Seq
	}
	return items, since, nil
}

// above returns this instance's items above one Seq and its finished ones above another, by Seq. The caller
// holds the lock.
func (q *Memory) above(open, finished int64) []Item {
	items := q.sorted(func(i *Item) bool { return i.Instance == q.instance && i.Seq > open })
	for _, past := range q.finished(finished) {
		if _, replaced := q.items[past.ID()]; !replaced {
			items = append(items, past)
		}
	}
	slices.SortFunc(items, func(a, b Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return items
}

// Forget implements Queue.
func (q *Memory) Forget(ctx context.Context, before time.Time) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	for id, past := range q.history {
		if past.Item.CheckedAt.Before(before) {
			past.Forget()
			q.history[id] = past
		}
	}
	return nil
}
