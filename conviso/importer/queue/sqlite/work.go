package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/unixms"
)

// The classes of unsettled items that Work counts.
const (
	toSend = iota
	onItsWay
	lost
	accepted
	classes
)

// class returns the class of an item, -1 for a settled one.
func class(state queue.State, isLost bool) int {
	switch {
	case state == queue.Sending:
		return onItsWay
	case state == queue.Accepted:
		return accepted
	case !state.Pending():
		return -1
	case isLost:
		return lost
	}
	return toSend
}

// tally is how many items there were of each class after a change. To count them takes time by the queue's size,
// and the sender asks with every change; so they are counted once, and again when another process has changed
// something.
type tally struct {
	seq    int64 // the change; 0 if nothing was counted
	counts [classes]int
}

// moved is what a transaction does to a tally.
type moved struct {
	first, last int64 // the changes' numbers; 0 for none
	by          [classes]int
}

func (m *moved) numbered(first int64, n int) {
	if m.first == 0 {
		m.first = first
	}
	m.last = first + int64(n) - 1
}

// take moves an item from the class that it has in the file, by the statement, to its new one.
func (m *moved) take(before *sql.Stmt, item *queue.Item) error {
	var state string
	var wasLost bool
	err := before.QueryRow(item.Instance, string(item.Ref)).Scan(&state, &wasLost)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return scanError(err)
	default:
		if c := class(queue.State(state), wasLost); c >= 0 {
			m.by[c]--
		}
	}
	if c := class(item.State, item.Lost); c >= 0 {
		m.by[c]++
	}
	return nil
}

// count takes what a transaction has done.
func (q *Queue) count(m *moved) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case m.first == 0:
	case q.tally.seq != m.first-1:
		q.tally = tally{}
	default:
		q.tally.seq = m.last
		for c, n := range m.by {
			q.tally.counts[c] += n
		}
	}
}

// Work implements queue.Queue.
func (q *Queue) Work(ctx context.Context) (queue.Work, error) {
	var w queue.Work
	err := q.use(func(db *sql.DB) error {
		seq, due, sentAt, err := workTimes(ctx, db)
		if err != nil {
			return err
		}
		q.mu.Lock()
		known := q.tally
		q.mu.Unlock()
		if known.seq == 0 || known.seq != seq {
			if known, err = q.countWork(ctx, db, seq); err != nil {
				return err
			}
		}
		w = queue.Work{ToSend: known.counts[toSend], Sending: known.counts[onItsWay], Lost: known.counts[lost], Accepted: known.counts[accepted]}
		if w.ToSend > 0 && due.Valid {
			// A zero NextSend means none, so the first millisecond stands for "due now".
			w.NextSend = unixms.Time(max(1, due.Int64))
		}
		if w.Accepted > 0 && sentAt.Valid {
			w.LastAccepted = unixms.Time(sentAt.Int64)
		}
		return nil
	})
	return w, err
}

// workTimes returns the newest change, when the first item is due and when the newest accepted one was sent.
func workTimes(ctx context.Context, db *sql.DB) (seq int64, due, sentAt sql.NullInt64, err error) {
	err = db.QueryRowContext(ctx, `SELECT (SELECT value FROM meta WHERE key = ?),
		(SELECT min(t) FROM (SELECT min(not_before) t FROM items WHERE state = ? AND lost = 0
			UNION ALL SELECT min(not_before) FROM items WHERE state = ? AND lost = 0)),
		(SELECT max(sent_at) FROM items WHERE state = ?)`,
		metaSeq, string(queue.Queued), string(queue.Retrying), string(queue.Accepted)).Scan(&seq, &due, &sentAt)
	if err != nil {
		return 0, due, sentAt, scanError(err)
	}
	return seq, due, sentAt, nil
}

// countWork counts all items, and keeps the counts if they are those of the change.
func (q *Queue) countWork(ctx context.Context, db *sql.DB, seq int64) (tally, error) {
	t := tally{seq: seq}
	rows, err := db.QueryContext(ctx, `SELECT state, lost, count(*) FROM items WHERE state IN (?, ?, ?, ?) GROUP BY state, lost`, pendingStates()...)
	if err != nil {
		return t, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var state string
		var isLost bool
		var n int
		if err := rows.Scan(&state, &isLost, &n); err != nil {
			return t, scanError(err)
		}
		if c := class(queue.State(state), isLost); c >= 0 {
			t.counts[c] += n
		}
	}
	if err := rows.Err(); err != nil {
		return t, err
	}
	_ = rows.Close()
	var after int64
	if err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", metaSeq).Scan(&after); err != nil {
		return t, fmt.Errorf("the number of the last change: %w", scanError(err))
	}
	if after == seq {
		q.mu.Lock()
		q.tally = t
		q.mu.Unlock()
	}
	return t, nil
}
