package importer

import (
	"context"
	"database/sql"
	"time"
)

// Pending implements Queue.
func (q *SQLQueue) Pending(ctx context.Context) ([]Item, error) {
	return q.selection(ctx, whereWaiting, wordsWaiting()...)
}

// Unverified implements Queue.
func (q *SQLQueue) Unverified(ctx context.Context) ([]Item, error) {
	return q.selection(ctx, "WHERE state IN (?, ?) OR (state = ? AND lost = 1) ORDER BY seq",
		string(Accepted), string(Failed), string(Retrying))
}

// Claims implements Queue.
func (q *SQLQueue) Claims(ctx context.Context, nameKey string) ([]string, error) {
	var ids []string
	err := q.use(func(db *sql.DB) error {
		ids = nil
		rows, err := db.QueryContext(ctx, "SELECT asset_id FROM items WHERE name_key = ? AND state = ?", nameKey, string(Imported))
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

// Work implements Queue.
func (q *SQLQueue) Work(ctx context.Context) (Work, error) {
	var w Work
	err := q.use(func(db *sql.DB) (err error) {
		w, err = countWork(ctx, db)
		return err
	})
	return w, err
}

func countWork(ctx context.Context, db *sql.DB) (w Work, err error) {
	rows, err := db.QueryContext(ctx, `SELECT state, lost, count(*), min(not_before), max(sent_at) FROM items
		WHERE state IN (?, ?, ?, ?) GROUP BY state, lost`, wordsWaiting()...)
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
			return w, misread(err)
		}
		switch {
		case State(state) == Sending:
			w.Sending += count
		case State(state) == Accepted:
			w.Accepted += count
			w.LastAccepted = latest(w.LastAccepted, fromMillis(sentAt))
		case lost:
			w.Lost += count
		default:
			w.ToSend += count
			// An item that is due at once has the time 0; the first moment after it keeps
			// "due" apart from "none".
			due := time.UnixMilli(max(1, notBefore))
			if w.NextSend.IsZero() || due.Before(w.NextSend) {
				w.NextSend = due
			}
		}
	}
	return w, rows.Err()
}

// Changed implements Queue.
func (q *SQLQueue) Changed(ctx context.Context, since int64) ([]Item, int64, error) {
	items, err := q.selection(ctx, "WHERE instance = ? AND seq > ? ORDER BY seq", q.instance, since)
	if err != nil {
		return nil, since, err
	}
	for i := range items {
		since = max(since, items[i].Seq)
	}
	return items, since, nil
}

// selection reads the items that a condition means.
func (q *SQLQueue) selection(ctx context.Context, where string, args ...any) ([]Item, error) {
	var items []Item
	err := q.use(func(db *sql.DB) (err error) {
		items, err = selectItems(ctx, db, where, args...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return items, nil
}

const whereWaiting = "WHERE state IN (?, ?, ?, ?) ORDER BY seq"

// wordsWaiting are the states of items that are not settled, as the statements take them.
func wordsWaiting() []any {
	return []any{string(Queued), string(Sending), string(Retrying), string(Accepted)}
}

type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func selectItems(ctx context.Context, q querier, where string, args ...any) ([]Item, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+itemColumns+" FROM items "+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var items []Item
	for rows.Next() {
		var r itemRow
		if err := r.scan(rows); err != nil {
			return nil, misread(err)
		}
		items = append(items, r.item())
	}
	return items, rows.Err()
}
