package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
)

// Add implements queue.Queue. Soon after a rescue new items count as lost: the damaged file may
// have held them, and they may have been sent.
func (q *Queue) Add(ctx context.Context, entries []queue.Entry, now time.Time) (int, error) {
	added := 0
	err := q.inTx(ctx, func(tx *sql.Tx) error {
		rescued, err := rescueTime(ctx, tx)
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
			old, err := selectItems(ctx, tx, "WHERE instance = ? AND ref = ?", q.instance, string(e.Ref))
			if err != nil {
				return err
			}
			if len(old) > 0 && !e.Replaces(&old[0], now) {
				continue
			}
			item := e.Item(q.instance, now)
			if !rescued.IsZero() && now.Sub(rescued) < queue.LateAfter {
				markDoubtful(&item, rescued)
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

// Claim implements queue.Queue.
func (q *Queue) Claim(ctx context.Context, limit int, now, platform time.Time) ([]queue.Item, error) {
	var claimed []queue.Item
	err := q.inTx(ctx, func(tx *sql.Tx) error {
		claimed = nil
		// A name is busy while an item of it is in flight or not read back yet, unless late.
		due, err := selectItems(ctx, tx, `
			WHERE state IN ('queued', 'retrying') AND lost = 0 AND not_before <= ?
			AND NOT EXISTS (SELECT 1 FROM items b WHERE b.name_key = items.name_key
				AND (b.state = ? OR (b.state = ? AND b.sent_at >= ?) OR (b.state = ? AND b.lost = 1)))
			ORDER BY batch_max DESC, seq LIMIT ?`,
			millis(now), string(queue.Sending), string(queue.Accepted), millis(now.Add(-queue.LateAfter)),
			string(queue.Retrying), 4*limit)
		if err != nil {
			return err
		}
		names := map[string]bool{}
		for _, item := range due {
			if item.State == queue.Failed {
				return fmt.Errorf("%w: the record of %s fails its checksum", errDamaged, item.Ref)
			}
			size := min(limit, max(1, item.BatchMax))
			if len(claimed) > 0 {
				size = min(limit, max(1, claimed[0].BatchMax))
			}
			sameBatch := len(claimed) == 0 || item.BatchMax == claimed[0].BatchMax && item.Instance == claimed[0].Instance
			if len(claimed) == size || !sameBatch || names[item.Key()] {
				continue
			}
			names[item.Key()] = true
			item.State, item.SentAt, item.PlatformAt, item.NotBefore, item.Reads = queue.Sending, now, platform, time.Time{}, 0
			item.Attempts++
			claimed = append(claimed, item)
		}
		return put(tx, pointers(claimed)...)
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// Record implements queue.Queue. It also writes items whose rows were lost or marked by a rescue:
// the runner knows more than the file.
func (q *Queue) Record(ctx context.Context, items []queue.Item) error {
	if len(items) == 0 {
		return nil
	}
	return q.inTx(ctx, func(tx *sql.Tx) error {
		known, err := tx.PrepareContext(ctx, "SELECT seq, error FROM items WHERE instance = ? AND ref = ?")
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
			case seq != items[i].Seq && note != noteDoubtful && note != noteDamaged:
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
	if err := q.use(checkQueue); err != nil {
		return 0, err
	}
	// A file of an older version lacks this index.
	if err := q.use(func(db *sql.DB) error { _, err := db.ExecContext(ctx, dueIndex); return err }); err != nil {
		return 0, err
	}
	count := 0
	err := q.inTx(ctx, func(tx *sql.Tx) error {
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
	// The plus keeps SQLite from sorting all of them for each page.
	return paged(queue.Item{}, func(last queue.Item) ([]queue.Item, error) {
		return q.selection(ctx, "WHERE +state IN (?, ?, ?, ?) AND (instance, seq) > (?, ?) ORDER BY instance, seq LIMIT ?",
			append(pendingStates(), last.Instance, last.Seq, pageSize)...)
	})
}

// Unverified implements queue.Queue.
func (q *Queue) Unverified(ctx context.Context) ([]queue.Item, error) {
	return q.selection(ctx, "WHERE state IN (?, ?) OR (state = ? AND lost = 1) ORDER BY seq",
		string(queue.Accepted), string(queue.Failed), string(queue.Retrying))
}

// Claims implements queue.Queue.
func (q *Queue) Claims(ctx context.Context, nameKey string) ([]string, error) {
	var ids []string
	err := q.use(func(db *sql.DB) error {
		ids = nil
		rows, err := db.QueryContext(ctx, "SELECT asset_id FROM items WHERE name_key = ? AND state = ?", nameKey, string(queue.Imported))
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	return ids, err
}

// Work implements queue.Queue.
func (q *Queue) Work(ctx context.Context) (queue.Work, error) {
	var w queue.Work
	err := q.use(func(db *sql.DB) (err error) {
		w, err = countWork(ctx, db)
		return err
	})
	return w, err
}

func countWork(ctx context.Context, db *sql.DB) (w queue.Work, err error) {
	rows, err := db.QueryContext(ctx, `SELECT state, lost, count(*), min(not_before), max(sent_at) FROM items
		WHERE state IN (?, ?, ?, ?) GROUP BY state, lost`, pendingStates()...)
	if err != nil {
		return w, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var state string
		var lost bool
		var count int
		var notBefore, sentAt int64
		if err := rows.Scan(&state, &lost, &count, &notBefore, &sentAt); err != nil {
			return w, scanError(err)
		}
		switch {
		case queue.State(state) == queue.Sending:
			w.Sending += count
		case queue.State(state) == queue.Accepted:
			w.Accepted += count
			if at := fromMillis(sentAt); at.After(w.LastAccepted) {
				w.LastAccepted = at
			}
		case lost:
			w.Lost += count
		default:
			w.ToSend += count
			// A zero NextSend means none, so the first millisecond stands for "due now".
			due := time.UnixMilli(max(1, notBefore))
			if w.NextSend.IsZero() || due.Before(w.NextSend) {
				w.NextSend = due
			}
		}
	}
	return w, rows.Err()
}

// Changed implements queue.Queue.
func (q *Queue) Changed(ctx context.Context, since int64) ([]queue.Item, int64, error) {
	before := q.stat()
	if q.unchanged(since, before) {
		return nil, since, nil
	}
	items, err := paged(queue.Item{Instance: q.instance, Seq: since}, func(last queue.Item) ([]queue.Item, error) {
		return q.selection(ctx, "WHERE instance = ? AND seq > ? ORDER BY seq LIMIT ?", q.instance, last.Seq, pageSize)
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
