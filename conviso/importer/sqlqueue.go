package importer

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/crc32"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	_ "modernc.org/sqlite" // the pure Go driver of the queue's file
)

// queueVersion is the format of the queue's tables, kept in user_version.
const queueVersion = 1

// queueTables is the schema of version 1. Times are Unix milliseconds, 0 for none. The sum
// covers what a row stores, since SQLite itself keeps no checksums.
const queueTables = `
CREATE TABLE IF NOT EXISTS items (
	instance   TEXT    NOT NULL,
	ref        TEXT    NOT NULL,
	seq        INTEGER NOT NULL,
	name_key   TEXT    NOT NULL,
	project    TEXT    NOT NULL,
	state      TEXT    NOT NULL,
	lost       INTEGER NOT NULL,
	attempts   INTEGER NOT NULL,
	batch_max  INTEGER NOT NULL,
	error      TEXT    NOT NULL,
	asset_id   TEXT    NOT NULL,
	baseline   TEXT    NOT NULL,
	strict     INTEGER NOT NULL,
	reads      INTEGER NOT NULL,
	added_at   INTEGER NOT NULL,
	sent_at    INTEGER NOT NULL,
	checked_at INTEGER NOT NULL,
	not_before INTEGER NOT NULL,
	sum        INTEGER NOT NULL,
	PRIMARY KEY (instance, ref)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_seq ON items (instance, seq);
CREATE INDEX IF NOT EXISTS items_work ON items (state, lost, not_before, sent_at);
CREATE INDEX IF NOT EXISTS items_name ON items (name_key, state, lost, asset_id);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('seq', '0');`

// pollEvery is how often a waiting process looks for changes made by another one.
const pollEvery = 500 * time.Millisecond

// SQLQueue is the Queue in a SQLite file, one per platform host and company.
type SQLQueue struct {
	db       *sql.DB
	instance string

	mu      sync.Mutex
	changed chan struct{}
}

var _ Queue = (*SQLQueue)(nil)

// OpenQueue opens or makes the queue file in dir (made with mode 0700) for one catalog
// instance. An error names the file and the next step; a newer version's file is refused
// with ErrQueueNewer.
func OpenQueue(dir, name, instance string) (*SQLQueue, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the queue's folder cannot be made: %w; set CONVISO_STATE_DIR to a folder of yours", err)
	}
	path := filepath.Join(dir, name+".db")
	// SQLite takes the mode of the first file for its companions, so it is made here.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the queue cannot be opened: %w; set CONVISO_STATE_DIR to a folder of yours", err)
	}
	if err := file.Close(); err != nil {
		return nil, fmt.Errorf("the queue cannot be opened: %w", err)
	}
	// FULL waits for the disk at every commit: what was promised survives a power loss.
	// A folder's name may hold what has a meaning in an address.
	address := url.URL{Scheme: "file", Path: path, OmitHost: true,
		RawQuery: "_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return nil, fmt.Errorf("open the queue %s: %w", path, err)
	}
	db.SetMaxOpenConns(1)
	if err := prepareQueue(db); err != nil {
		_ = db.Close()
		if errors.Is(err, ErrQueueNewer) {
			return nil, fmt.Errorf("%s: %w; use that version, or set CONVISO_STATE_DIR to another folder", path, err)
		}
		return nil, fmt.Errorf("the queue %s cannot be read: %w; move the file away to start a new one", path, err)
	}
	return &SQLQueue{db: db, instance: instance, changed: make(chan struct{})}, nil
}

func prepareQueue(db *sql.DB) error {
	var version int
	if err := db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > queueVersion {
		return ErrQueueNewer
	}
	if version == queueVersion {
		return nil
	}
	_, err := db.Exec(queueTables + fmt.Sprintf("PRAGMA user_version = %d;", queueVersion))
	return err
}

// Close closes the file.
func (q *SQLQueue) Close() error { return q.db.Close() }

// announce wakes every Wait of this process.
func (q *SQLQueue) announce() {
	q.mu.Lock()
	defer q.mu.Unlock()
	close(q.changed)
	q.changed = make(chan struct{})
}

// Wait implements Queue.
func (q *SQLQueue) Wait(ctx context.Context) error {
	q.mu.Lock()
	changed := q.changed
	q.mu.Unlock()
	timer := time.NewTimer(pollEvery)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// Meta implements Queue; an absent key is the empty string.
func (q *SQLQueue) Meta(ctx context.Context, key string) (string, error) {
	var value string
	err := q.db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, err
}

// SetMeta implements Queue.
func (q *SQLQueue) SetMeta(ctx context.Context, key, value string) error {
	_, err := q.db.ExecContext(ctx, "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
	if err != nil {
		return fmt.Errorf("write to the queue: %w", err)
	}
	return nil
}

// inTx runs fn in one transaction and wakes the waiting ones when it is on disk.
func (q *SQLQueue) inTx(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := q.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("write to the queue: %w", err)
	}
	if err := fn(tx); err != nil {
		_ = tx.Rollback()
		return fmt.Errorf("write to the queue: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("write to the queue: %w", err)
	}
	q.announce()
	return nil
}

// nextSeq takes the next change number.
func nextSeq(ctx context.Context, tx *sql.Tx) (int64, error) {
	var seq int64
	err := tx.QueryRowContext(ctx, "UPDATE meta SET value = value + 1 WHERE key = 'seq' RETURNING value").Scan(&seq)
	return seq, err
}

// rowSum is a checksum over a row's fields, each with its length so that none can flow into
// the next.
func rowSum(fields ...string) uint32 {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	for _, field := range fields {
		_, _ = fmt.Fprintf(sum, "%d:%s", len(field), field)
	}
	return sum.Sum32()
}
