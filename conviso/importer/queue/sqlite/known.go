package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/unixms"
)

// sideTables stand beside the items. A file of an older version gets them with the first value; a version that
// does not know them leaves them alone.
const sideTables = `
CREATE TABLE IF NOT EXISTS blobs (key TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS known (
	instance TEXT    NOT NULL,
	ref      TEXT    NOT NULL,
	asset_id TEXT    NOT NULL,
	fate     TEXT    NOT NULL,
	now_id   TEXT    NOT NULL,
	now_name TEXT    NOT NULL,
	asked_at INTEGER NOT NULL,
	sum      INTEGER NOT NULL,
	PRIMARY KEY (instance, ref)
) WITHOUT ROWID;
`

// absentTable reports that an older version made the file.
func absentTable(err error) bool { return err != nil && strings.Contains(err.Error(), "no such table") }

// Blob implements queue.Queue.
func (q *Queue) Blob(ctx context.Context, key string) (value []byte, err error) {
	err = q.use(func(db *sql.DB) error {
		err := db.QueryRowContext(ctx, "SELECT value FROM blobs WHERE key = ?", key).Scan(&value)
		if errors.Is(err, sql.ErrNoRows) || absentTable(err) {
			return nil
		}
		return err
	})
	return value, err
}

// SetBlob implements queue.Queue.
func (q *Queue) SetBlob(ctx context.Context, key string, value []byte) error {
	return q.beside(ctx, func(tx *sql.Tx) error { return putBlob(tx, key, value) })
}

func putBlob(tx *sql.Tx, key string, value []byte) error {
	if len(value) == 0 {
		_, err := tx.Exec("DELETE FROM blobs WHERE key = ?", key)
		return err
	}
	_, err := tx.Exec("INSERT INTO blobs VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
	return err
}

// beside runs fn in a transaction on the side tables, without waking who waits for items.
func (q *Queue) beside(ctx context.Context, fn func(*sql.Tx) error) error {
	return q.use(func(db *sql.DB) error {
		return transact(ctx, db, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, sideTables); err != nil {
				return err
			}
			return fn(tx)
		})
	})
}

// knownRow is a row with the instance that it belongs to.
type knownRow struct {
	instance string
	queue.Known
}

func (r *knownRow) checksum() int64 {
	return int64(checksum(r.instance, string(r.Ref), r.AssetID, string(r.Fate), r.NowID, r.NowName, strconv.FormatInt(unixms.Of(r.AskedAt), 10)))
}

// Known implements queue.Queue. A row that fails its checksum counts as missing.
func (q *Queue) Known(ctx context.Context) ([]queue.Known, error) {
	var known []queue.Known
	err := q.use(func(db *sql.DB) error {
		rows, err := readKnown(ctx, db, "WHERE instance = ? ORDER BY ref", q.instance)
		if absentTable(err) {
			return nil
		}
		known = make([]queue.Known, 0, len(rows))
		for i := range rows {
			known = append(known, rows[i].Known)
		}
		return err
	})
	return known, err
}

// readKnown returns the intact rows; with an error those before it.
func readKnown(ctx context.Context, db querier, where string, args ...any) ([]knownRow, error) {
	rows, err := db.QueryContext(ctx, "SELECT instance, ref, asset_id, fate, now_id, now_name, asked_at, sum FROM known "+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var known []knownRow
	for rows.Next() {
		var r knownRow
		var ref, fate string
		var askedAt, sum int64
		if err := rows.Scan(&r.instance, &ref, &r.AssetID, &fate, &r.NowID, &r.NowName, &askedAt, &sum); err != nil {
			return known, scanError(err)
		}
		r.Ref, r.Fate, r.AskedAt = catalog.Ref(ref), queue.Fate(fate), unixms.Time(askedAt)
		if r.checksum() == sum {
			known = append(known, r)
		}
	}
	return known, rows.Err()
}

// Remember implements queue.Queue.
func (q *Queue) Remember(ctx context.Context, known []queue.Known) error {
	if len(known) == 0 {
		return nil
	}
	return q.beside(ctx, func(tx *sql.Tx) error {
		rows := make([]knownRow, len(known))
		for i := range known {
			rows[i] = knownRow{q.instance, known[i]}
		}
		return putKnown(tx, rows)
	})
}

func putKnown(tx *sql.Tx, rows []knownRow) error {
	if len(rows) == 0 {
		return nil
	}
	insert, err := tx.Prepare("INSERT OR REPLACE INTO known VALUES (?,?,?,?,?,?,?,?)")
	if err != nil {
		return err
	}
	defer func() { _ = insert.Close() }()
	for i := range rows {
		r := &rows[i]
		if _, err := insert.Exec(r.instance, string(r.Ref), r.AssetID, string(r.Fate), r.NowID, r.NowName, unixms.Of(r.AskedAt), r.checksum()); err != nil {
			return err
		}
	}
	return nil
}

// readBeside salvages the side tables of a damaged file, from both ends.
func (s *salvage) readBeside(db *sql.DB) {
	ctx := context.Background() //nolint:forbidigo // A rescue runs to its end.
	for _, order := range []string{"ORDER BY instance, ref", "ORDER BY instance DESC, ref DESC"} {
		rows, _ := readKnown(ctx, db, order) // The rows before an error are used.
		for _, r := range rows {
			s.known[queue.ID{Instance: r.instance, Ref: r.Ref}] = r
		}
	}
	rows, err := db.Query("SELECT key, value FROM blobs")
	if err != nil {
		return
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var key string
		var value []byte
		if rows.Scan(&key, &value) == nil {
			s.blobs[key] = value
		}
	}
	_ = rows.Err() // As above; a blob checks itself.
}

// writeBeside writes what was salvaged beside the items.
func (s *salvage) writeBeside(tx *sql.Tx) error {
	if len(s.known)+len(s.blobs) == 0 {
		return nil
	}
	if _, err := tx.Exec(sideTables); err != nil {
		return err
	}
	known := make([]knownRow, 0, len(s.known))
	for _, r := range s.known {
		known = append(known, r)
	}
	if err := putKnown(tx, known); err != nil {
		return err
	}
	for key, value := range s.blobs {
		if err := putBlob(tx, key, value); err != nil {
			return err
		}
	}
	return nil
}
