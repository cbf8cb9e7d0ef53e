package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
)

// metaSeq is the key of the last change number. It has no checksum, since an UPDATE increments it;
// it is checked against the items.
const metaSeq = "seq"

// metaRescued is the key of the time of a rescue, in Unix milliseconds.
const metaRescued = "rescued-at"

// Meta implements queue.Queue. A value that fails its checksum counts as missing. That is safe:
// auto-import is then off, and an unbound queue still has its platform and company in the file's name.
func (q *Queue) Meta(ctx context.Context, key string) (string, error) {
	var stored string
	err := q.use(func(db *sql.DB) error {
		err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", key).Scan(&stored)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	value, _ := openMeta(key, stored)
	return value, err
}

// SetMeta implements queue.Queue.
func (q *Queue) SetMeta(ctx context.Context, key, value string) error {
	return q.use(func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, putMeta, key, sealMeta(key, value))
		return err
	})
}

const putMeta = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"

// sealMeta prefixes a value with its checksum.
func sealMeta(key, value string) string { return fmt.Sprintf("%08x %s", checksum(key, value), value) }

// openMeta returns a value without its checksum; ok reports that it is intact.
func openMeta(key, stored string) (string, bool) {
	_, value, ok := strings.Cut(stored, " ")
	if !ok || sealMeta(key, value) != stored {
		return "", false
	}
	return value, true
}

// metaValues returns the values with their checksums.
func metaValues(q interface {
	Query(query string, args ...any) (*sql.Rows, error)
}) (map[string]string, error) {
	rows, err := q.Query("SELECT key, value FROM meta")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	values := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return values, err
		}
		values[key] = value
	}
	return values, rows.Err()
}
