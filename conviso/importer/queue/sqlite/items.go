package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/unixms"
)

// Add implements queue.Queue. Soon after a rescue new items count as lost, as after Doubt: the damaged file
// may have held them, and they may have been sent.
func (q *Queue) Add(ctx context.Context, entries []queue.Entry, now time.Time) (int, error) {
	added := 0
	err := q.inTx(ctx, func(tx *change) error {
		rescued, err := rescueTime(ctx, tx.Tx)
		if err != nil {
			return err
		}
		var fresh []*queue.Item
		seen := map[catalog.Ref]bool{}
		for _, e := range entries {
			if seen[e.Ref] {
				continue
			}
			seen[e.Ref] = true
			old, err := lastItem(ctx, tx.Tx, q.instance, e.Ref)
			if err != nil {
				return err
			}
			if old != nil && !e.Replaces(old, now) {
				continue
			}
			item := e.Item(q.instance, now)
			if !rescued.IsZero() && now.Sub(rescued) < max(queue.LateAfter, q.settle) {
				item.Doubt(rescued)
			}
			fresh = append(fresh, &item)
		}
		added = len(fresh)
		return put(tx, fresh...)
	})
	if err != nil {
		return 0, err
	}
	return added, nil
}

// lastItem returns an entity's item, finished or not, or nil.
func lastItem(ctx context.Context, tx *sql.Tx, instance string, ref catalog.Ref) (*queue.Item, error) {
	const where = "WHERE instance = ? AND ref = ?"
	items, err := selectItems(ctx, tx, where, instance, string(ref))
	switch {
	case err != nil:
		return nil, err
	case len(items) > 0:
		return &items[0], nil
	}
	done, err := selectFinished(ctx, tx, where, instance, string(ref))
	if err != nil || len(done) == 0 {
		return nil, err
	}
	return &done[0].Item, nil
}

// Claim implements queue.Queue.
func (q *Queue) Claim(ctx context.Context, limit int, now, platform time.Time) ([]queue.Item, error) {
	var claimed []queue.Item
	err := q.inTx(ctx, func(tx *change) error {
		// Mostly the first items make a batch; where they differ, or share names, it may need others.
		for _, look := range []int{limit, 4 * limit} {
			due, err := dueItems(ctx, tx, look, now)
			if err != nil {
				return err
			}
			var full bool
			if claimed, full = takeBatch(due, limit); full || len(due) < look {
				break
			}
		}
		for i := range claimed {
			claimed[i].Send(now, platform)
		}
		return put(tx, pointers(claimed)...)
	})
	if err != nil {
		return nil, err
	}
	if n := len(claimed); n > 0 {
		q.outside.write(mark{seq: claimed[n-1].Seq, at: now})
	}
	return claimed, nil
}

// dueItems returns the first items that may be sent. A name is busy while an item of it is in flight or not read
// back yet, unless late.
func dueItems(ctx context.Context, tx *change, limit int, now time.Time) ([]queue.Item, error) {
	due, err := selectItems(ctx, tx, `
		WHERE state IN ('queued', 'retrying') AND lost = 0 AND not_before <= ?
		AND NOT EXISTS (SELECT 1 FROM items b WHERE b.name_key = items.name_key
			AND (b.state = ? OR (b.state = ? AND b.sent_at >= ?) OR (b.state = ? AND b.lost = 1)))
		ORDER BY batch_max DESC, seq LIMIT ?`,
		unixms.Of(now), string(queue.Sending), string(queue.Accepted), unixms.Of(now.Add(-queue.LateAfter)),
		string(queue.Retrying), limit)
	if err != nil {
		return nil, err
	}
	for i := range due {
		if due[i].State == queue.Failed {
			return nil, fmt.Errorf("%w: the record of %s fails its checksum", errDamaged, due[i].Ref)
		}
	}
	return due, nil
}

// takeBatch returns items that go in one request, and whether it can take no more.
func takeBatch(due []queue.Item, limit int) (batch []queue.Item, full bool) {
	names := map[string]bool{}
	size := limit
	for i := range due {
		item := &due[i]
		if len(batch) == 0 {
			size = min(limit, max(1, item.BatchMax))
		} else if item.BatchMax != batch[0].BatchMax || item.Instance != batch[0].Instance || names[item.Key()] {
			continue
		}
		names[item.Key()] = true
		if batch = append(batch, *item); len(batch) == size {
			return batch, true
		}
	}
	return batch, false
}

// Record implements queue.Queue. It also writes items whose rows were lost or marked by a rescue:
// the runner knows more than the file.
func (q *Queue) Record(ctx context.Context, items []queue.Item) error {
	if len(items) == 0 {
		return nil
	}
	return q.inTx(ctx, func(tx *change) error {
		known, err := tx.PrepareContext(ctx, `SELECT seq, error FROM items WHERE instance = ?1 AND ref = ?2
			UNION ALL SELECT seq, '' FROM history WHERE instance = ?1 AND ref = ?2 LIMIT 1`)
		if err != nil {
			return err
		}
		defer func() { _ = known.Close() }()
		var changed []*queue.Item
		for i := range items {
			var seq int64
			var note string
			err := known.QueryRowContext(ctx, items[i].Instance, string(items[i].Ref)).Scan(&seq, &note)
			switch {
			case errors.Is(err, sql.ErrNoRows):
			case err != nil:
				return fmt.Errorf("%s: %w", items[i].Ref, err)
			case seq != items[i].Seq && note != queue.NoteDoubtful && note != noteDamaged:
				continue
			}
			changed = append(changed, &items[i])
		}
		return put(tx, changed...)
	})
}

// Recover implements queue.Queue. A damaged pending row fails: its project cannot be trusted.
func (q *Queue) Recover(ctx context.Context) (int, error) {
	// A large file was not checked when opened, and what is sent must be intact.
	if err := q.use(checkPending); err != nil {
		return 0, err
	}
	if err := q.doubtOlder(ctx); err != nil {
		return 0, err
	}
	// A file of an older version lacks this index.
	if err := q.use(func(db *sql.DB) error { _, err := db.ExecContext(ctx, dueIndex); return err }); err != nil {
		return 0, err
	}
	count := 0
	err := q.inTx(ctx, func(tx *change) error {
		count = 0
		items, err := selectItems(ctx, tx, wherePending, pendingStates()...)
		if err != nil {
			return err
		}
		var changed []*queue.Item
		for i := range items {
			switch items[i].State {
			case queue.Sending:
				items[i].State, items[i].Lost = queue.Retrying, true
				items[i].Error = queue.NoteInterrupted
				count++
			case queue.Failed:
			default:
				continue
			}
			changed = append(changed, &items[i])
		}
		return put(tx, changed...)
	})
	return count, err
}

// Pending implements queue.Queue.
func (q *Queue) Pending(ctx context.Context) ([]queue.Item, error) {
	return paged(queue.Item{}, q.pendingPage(ctx))
}

// EachPending implements queue.Queue.
func (q *Queue) EachPending(ctx context.Context, do func([]queue.Item) error) error {
	return eachPage(queue.Item{}, q.pendingPage(ctx), do)
}

func (q *Queue) pendingPage(ctx context.Context) func(last queue.Item) ([]queue.Item, error) {
	return func(last queue.Item) ([]queue.Item, error) {
		// The plus keeps SQLite from sorting all of them for each page.
		return q.selection(ctx, "WHERE +state IN (?, ?, ?, ?) AND (instance, seq) > (?, ?) ORDER BY instance, seq LIMIT ?",
			append(pendingStates(), last.Instance, last.Seq, pageSize)...)
	}
}

// Unverified implements queue.Queue.
func (q *Queue) Unverified(ctx context.Context) ([]queue.Item, error) {
	return q.selection(ctx, "WHERE state IN (?, ?) OR (state = ? AND lost = 1) ORDER BY seq",
		string(queue.Accepted), string(queue.Failed), string(queue.Retrying))
}

// Changed implements queue.Queue.
func (q *Queue) Changed(ctx context.Context, since int64) ([]queue.Item, int64, error) {
	before := q.stat()
	if q.unchanged(since, before) {
		return nil, since, nil
	}
	items, err := paged(queue.Item{Instance: q.instance, Seq: since}, func(last queue.Item) ([]queue.Item, error) {
		return q.page(ctx, last.Seq, last.Seq)
	})
	if err != nil {
		return nil, since, err
	}
	newest := since
	for i := range items {
		newest = max(newest, items[i].Seq)
	}
	q.remember(since, newest, before)
	return items, newest, nil
}

func (q *Queue) selection(ctx context.Context, where string, args ...any) ([]queue.Item, error) {
	var items []queue.Item
	err := q.use(func(db *sql.DB) (err error) {
		items, err = selectItems(ctx, db, where, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return items, nil
}

const wherePending = "WHERE state IN (?, ?, ?, ?) ORDER BY seq"

func pendingStates() []any {
	return []any{string(queue.Queued), string(queue.Sending), string(queue.Retrying), string(queue.Accepted)}
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func selectItems(ctx context.Context, q querier, where string, args ...any) ([]queue.Item, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+itemColumns+" FROM items "+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var items []queue.Item
	for rows.Next() {
		var r itemRow
		if err := r.scan(rows); err != nil {
			return nil, scanError(err)
		}
		items = append(items, r.item())
	}
	return items, rows.Err()
}
