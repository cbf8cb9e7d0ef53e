package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/sqlfile"
)

const itemColumns = `instance, ref, seq, name_key, project, state, lost, attempts, batch_max,
	error, asset_id, baseline, strict, reads, added_at, sent_at, checked_at, not_before, sum`

// itemRow is an item as the table holds it.
type itemRow struct {
	instance, ref, nameKey, project, state, failure, assetID, baseline string
	seq, addedAt, sentAt, checkedAt, notBefore                         int64
	attempts, batchMax, reads                                          int
	lost, strict                                                       bool
	sum                                                                int64
}

func toRow(i *queue.Item) (itemRow, error) {
	project, err := json.Marshal(i.Project)
	if err != nil {
		return itemRow{}, err
	}
	baseline, err := json.Marshal(i.Baseline)
	if err != nil {
		return itemRow{}, err
	}
	r := itemRow{
		instance: i.Instance, ref: string(i.Ref), nameKey: i.Key(), project: string(project),
		state: string(i.State), failure: i.Error, assetID: i.AssetID, baseline: string(baseline), seq: i.Seq,
		addedAt: millis(i.AddedAt), sentAt: millis(i.SentAt), checkedAt: millis(i.CheckedAt), notBefore: millis(i.NotBefore),
		attempts: i.Attempts, batchMax: i.BatchMax, reads: i.Reads, lost: i.Lost, strict: i.Strict,
	}
	r.sum = r.checksum()
	return r, nil
}

// checksum covers everything but itself.
func (r *itemRow) checksum() int64 {
	return int64(rowSum(r.instance, r.ref, r.nameKey, r.project, r.state, r.failure, r.assetID, r.baseline,
		strconv.FormatInt(r.seq, 10), strconv.FormatInt(r.addedAt, 10), strconv.FormatInt(r.sentAt, 10),
		strconv.FormatInt(r.checkedAt, 10), strconv.FormatInt(r.notBefore, 10), strconv.Itoa(r.attempts),
		strconv.Itoa(r.batchMax), strconv.Itoa(r.reads), strconv.FormatBool(r.lost), strconv.FormatBool(r.strict)))
}

// sound says whether a row is what was written.
func (r *itemRow) sound() bool {
	return r.sum == r.checksum() && json.Valid([]byte(r.project)) && json.Valid([]byte(r.baseline))
}

// item turns a row back; a row that fails its checksum becomes a failed item that says so.
func (r *itemRow) item() queue.Item {
	i := queue.Item{
		Instance: r.instance, Ref: catalog.Ref(r.ref), Seq: r.seq, State: queue.State(r.state), Lost: r.lost,
		Attempts: r.attempts, BatchMax: r.batchMax, Error: r.failure, AssetID: r.assetID, Strict: r.strict, Reads: r.reads,
		AddedAt: fromMillis(r.addedAt), SentAt: fromMillis(r.sentAt), CheckedAt: fromMillis(r.checkedAt), NotBefore: fromMillis(r.notBefore),
	}
	if !r.sound() || json.Unmarshal([]byte(r.project), &i.Project) != nil || json.Unmarshal([]byte(r.baseline), &i.Baseline) != nil {
		return damagedItem(r.instance, i.Ref, r.seq)
	}
	return i
}

func (r *itemRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.instance, &r.ref, &r.seq, &r.nameKey, &r.project, &r.state, &r.lost, &r.attempts, &r.batchMax,
		&r.failure, &r.assetID, &r.baseline, &r.strict, &r.reads, &r.addedAt, &r.sentAt, &r.checkedAt, &r.notBefore, &r.sum)
}

// Add implements Queue. The entries' items may have been in a damaged file and sent already; until
// what was sent then would be late, they are looked for first.
func (q *Queue) Add(ctx context.Context, entries []queue.Entry, now time.Time) (int, error) {
	added := 0
	err := q.inTx(ctx, func(tx *sql.Tx) error {
		rescued, err := rescueMade(ctx, tx)
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
			if len(old) > 0 && !e.Replaces(&old[0]) {
				continue
			}
			item := e.Item(q.instance, now)
			if !rescued.IsZero() && now.Sub(rescued) < queue.LateAfter {
				doubtItem(&item, rescued)
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

// Claim implements Queue.
func (q *Queue) Claim(ctx context.Context, limit int, now time.Time) ([]queue.Item, error) {
	var claimed []queue.Item
	err := q.inTx(ctx, func(tx *sql.Tx) error {
		claimed = nil
		// A name is busy while any item of it is on its way or not read back yet. One that the
		// platform took and never showed must not hold up the others for ever.
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
				return fmt.Errorf("%w: the record of %s fails its checksum", errUnsound, item.Ref)
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
			item.State, item.SentAt, item.NotBefore, item.Reads = queue.Sending, now, time.Time{}, 0
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

// Record implements Queue. An item whose row was lost with a damaged file is written anew, and
// one that was rescued as doubtful is doubtful no more: what the runner knows of it is the best
// that is known.
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

// Recover implements Queue. A pending row that is damaged becomes a failed item, since what
// it would send cannot be trusted.
func (q *Queue) Recover(ctx context.Context) (int, error) {
	// A large file was not checked whole when it was opened; what is sent must be sound.
	if err := q.use(checkQueue); err != nil {
		return 0, err
	}
	// An older version made the file without it.
	if err := q.use(func(db *sql.DB) error { _, err := db.ExecContext(ctx, dueIndex); return err }); err != nil {
		return 0, err
	}
	count := 0
	err := q.inTx(ctx, func(tx *sql.Tx) error {
		count = 0
		items, err := selectItems(ctx, tx, whereWaiting, wordsWaiting()...)
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

// Pending implements Queue.
func (q *Queue) Pending(ctx context.Context) ([]queue.Item, error) {
	return q.selection(ctx, whereWaiting, wordsWaiting()...)
}

// Unverified implements Queue.
func (q *Queue) Unverified(ctx context.Context) ([]queue.Item, error) {
	return q.selection(ctx, "WHERE state IN (?, ?) OR (state = ? AND lost = 1) ORDER BY seq",
		string(queue.Accepted), string(queue.Failed), string(queue.Retrying))
}

// Claims implements Queue.
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

// Work implements Queue.
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
func (q *Queue) Changed(ctx context.Context, since int64) ([]queue.Item, int64, error) {
	before := q.glance()
	if q.still(since, before) {
		return nil, since, nil
	}
	items, err := q.selection(ctx, "WHERE instance = ? AND seq > ? ORDER BY seq", q.instance, since)
	if err != nil {
		return nil, since, err
	}
	newest := since
	for i := range items {
		newest = max(newest, items[i].Seq)
	}
	q.looked(since, newest, before)
	return items, newest, nil
}

// selection reads the items that a condition means.
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

const whereWaiting = "WHERE state IN (?, ?, ?, ?) ORDER BY seq"

// wordsWaiting are the states of items that are not settled, as the statements take them.
func wordsWaiting() []any {
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
			return nil, misread(err)
		}
		items = append(items, r.item())
	}
	return items, rows.Err()
}

// misread is the error of a value that is of another kind than was written: that is damage,
// although SQLite, which takes any value in any column, does not call it so.
func misread(err error) error {
	if _, ok := sqlfile.Code(err); ok {
		return err
	}
	return fmt.Errorf("%w: %w", errUnsound, err)
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
