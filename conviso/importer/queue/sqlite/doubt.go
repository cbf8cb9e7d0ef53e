package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"io"
	"path/filepath"
	"strconv"
	"time"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/unixms"
)

// mark is the newest change after which something was sent, and when.
type mark struct {
	seq int64
	at  time.Time
}

// outside is a file with a mark that does not go with the queue's: a queue that is older than its mark was
// restored from a backup, or deleted, and what it holds or lacks may have been sent. Everything about it is
// best effort: without it an older file cannot be told from one that is up to date.
type outside struct{ path string }

// newOutside goes by the queue's path, since the folder may serve several queues of one name.
func newOutside(dir, name, path string) outside {
	if dir == "" {
		return outside{}
	}
	sum := fnv.New64a()
	_, _ = io.WriteString(sum, path) // A hash takes everything.
	return outside{filepath.Join(dir, fmt.Sprintf("%s-%016x.sent", name, sum.Sum64()))}
}

// mostMark bounds the file, which holds two numbers.
const mostMark = 64

func (o outside) read() (m mark) {
	doc, err := ownfile.Read(o.path, mostMark)
	if err != nil {
		return m
	}
	var ms int64
	if n, err := fmt.Sscanf(string(doc), "%d %d\n", &m.seq, &ms); n != 2 || err != nil || m.seq < 0 || ms < 0 {
		return mark{}
	}
	m.at = unixms.Time(ms)
	return m
}

func (o outside) write(m mark) {
	if o.path != "" {
		replaceFile(o.path, fmt.Appendf(nil, "%d %d\n", m.seq, unixms.Of(m.at)))
	}
}

// Notes about a file that is older than what was sent from it.
const (
	noteRestored = "the queue is older than what was sent from it, as a restored backup is; what waits in it may have been sent since and is looked for before it is sent again; " +
		"look whether something is missing, and import it again"
	noteDeleted = "the queue's file has gone after something was sent from it, and a new, empty one is used; look in Conviso for what has arrived, and import again what is missing; " +
		"what is imported within a quarter of an hour of the last import is looked for before it is sent"
)

// doubtOlder doubts a file that is older than its mark.
func (q *Queue) doubtOlder(ctx context.Context) error {
	// The mark is read first: the sender writes it behind the change.
	sent := q.outside.read()
	if sent.seq == 0 {
		return nil
	}
	now := time.Now()
	if sent.at.After(now) {
		sent.at = now
	}
	var seq int64
	err := q.use(func(db *sql.DB) (err error) { seq, err = lastSeq(ctx, db); return err })
	if err != nil || seq >= sent.seq {
		return err
	}
	err = q.inTx(ctx, func(tx *change) error {
		if seq, err = lastSeq(ctx, tx); err != nil || seq >= sent.seq {
			return err // Another process was here first.
		}
		if _, err := tx.ExecContext(ctx, "UPDATE meta SET value = ? WHERE key = ?", max(sent.seq+seqGap, now.UnixMilli()), metaSeq); err != nil {
			return err
		}
		_, err = doubt(ctx, tx, sent.at)
		return err
	})
	note := ""
	switch {
	case err != nil, seq >= sent.seq:
		return err
	case seq > 0:
		note = noteRestored
	case now.Sub(sent.at) < queue.LateAfter:
		note = noteDeleted
	}
	q.access.Lock()
	defer q.access.Unlock()
	q.note = cmp.Or(note, q.note)
	return nil
}

func lastSeq(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (seq int64, err error) {
	err = q.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", metaSeq).Scan(&seq)
	return seq, err
}

// Doubt implements queue.Queue.
func (q *Queue) Doubt(ctx context.Context, now time.Time) (count int, err error) {
	err = q.inTx(ctx, func(tx *change) error {
		count, err = doubt(ctx, tx, now)
		return err
	})
	return count, err
}

// doubt counts what may have been sent, at the latest at a time, as lost.
func doubt(ctx context.Context, tx *change, at time.Time) (int, error) {
	items, err := selectItems(ctx, tx, wherePending, pendingStates()...)
	if err != nil {
		return 0, err
	}
	var doubtful []*queue.Item
	for i := range items {
		if item := &items[i]; item.State.Doubtful() {
			item.Doubt(at)
			doubtful = append(doubtful, item)
		}
	}
	if _, err := tx.ExecContext(ctx, putMeta, metaRescued, sealMeta(metaRescued, strconv.FormatInt(unixms.Of(at), 10))); err != nil {
		return 0, err
	}
	return len(doubtful), put(tx, doubtful...)
}
