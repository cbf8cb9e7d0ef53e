package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"time"

	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/sqlfile"
)

// historyTable holds the imported items, by the number of their last change. packed begins with the checksum
// of everything else in the row. An item that is queued again keeps its row until it is imported again; until
// then its row in items counts.
const historyTable = `
CREATE TABLE IF NOT EXISTS history (
	seq      INTEGER PRIMARY KEY,
	instance TEXT    NOT NULL,
	ref      TEXT    NOT NULL,
	name     INTEGER NOT NULL,
	packed   BLOB    NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS history_ref ON history (instance, ref);
CREATE INDEX IF NOT EXISTS history_name ON history (name);
`

// historySum is the checksum of a row. The name's hash is in packed too.
func historySum(seq int64, instance, ref, packed []byte) uint32 {
	castagnoli := crc32.MakeTable(crc32.Castagnoli)
	var head [16]byte
	binary.LittleEndian.PutUint64(head[:], uint64(seq))
	binary.LittleEndian.PutUint32(head[8:], uint32(len(instance)))
	binary.LittleEndian.PutUint32(head[12:], uint32(len(ref)))
	sum := crc32.Update(0, castagnoli, head[:])
	for _, part := range [][]byte{instance, ref, packed} {
		sum = crc32.Update(sum, castagnoli, part)
	}
	return sum
}

// sealFinished returns what the column packed holds.
func sealFinished(f *queue.Finished) []byte {
	sealed := f.Pack(make([]byte, 4, 256))
	sum := historySum(f.Item.Seq, []byte(f.Item.Instance), []byte(f.Item.Ref), sealed[4:])
	binary.LittleEndian.PutUint32(sealed, sum)
	return sealed
}

// openFinished returns a row's packed item without its checksum; ok reports that the row is intact.
func openFinished(seq int64, instance, ref, sealed []byte) (packed []byte, ok bool) {
	if len(sealed) < 4 || binary.LittleEndian.Uint32(sealed) != historySum(seq, instance, ref, sealed[4:]) {
		return nil, false
	}
	return sealed[4:], true
}

// finishedRow is a row of the history.
type finishedRow struct {
	seq           int64
	instance, ref string
	sealed        []byte
}

const finishedColumns = "seq, instance, ref, packed"

func (r *finishedRow) scan(row interface{ Scan(...any) error }) error {
	return row.Scan(&r.seq, &r.instance, &r.ref, &r.sealed)
}

// finished returns the row's item; ok reports that it is intact.
func (r *finishedRow) finished() (f queue.Finished, ok bool) {
	f.Item = queue.Item{Instance: r.instance, Ref: catalog.Ref(r.ref), Seq: r.seq}
	packed, ok := openFinished(r.seq, []byte(r.instance), []byte(r.ref), r.sealed)
	return f, ok && f.Unpack(packed)
}

func historyDamaged(ref string) error {
	return fmt.Errorf("%w: the history of %s fails its checksum", errDamaged, ref)
}

// putFinished moves imported items into the history, under the Seq that each has.
func putFinished(tx *sql.Tx, all []queue.Finished) error {
	if len(all) == 0 {
		return nil
	}
	for _, query := range []string{"DELETE FROM items WHERE instance = ? AND ref = ?", "DELETE FROM history WHERE instance = ? AND ref = ?"} {
		if err := forEach(tx, query, all, func(f *queue.Finished) []any { return []any{f.Item.Instance, string(f.Item.Ref)} }); err != nil {
			return err
		}
	}
	err := forEach(tx, "INSERT INTO history VALUES (?,?,?,?,?)", all, func(f *queue.Finished) []any {
		return []any{f.Item.Seq, f.Item.Instance, string(f.Item.Ref), int64(f.NameKey), sealFinished(f)}
	})
	if code, ok := sqlfile.Code(err); ok && code&0xff == sqlite3.SQLITE_CONSTRAINT {
		return fmt.Errorf("%w: a change number occurs twice", errDamaged)
	}
	return err
}

func forEach(tx *sql.Tx, query string, all []queue.Finished, args func(*queue.Finished) []any) error {
	prepared, err := tx.Prepare(query)
	if err != nil {
		return err
	}
	defer func() { _ = prepared.Close() }()
	for i := range all {
		if _, err := prepared.Exec(args(&all[i])...); err != nil {
			return err
		}
	}
	return nil
}

// finishedAtOnce is how many finished items one read takes, some 30 milliseconds long; see pageSize.
const finishedAtOnce = 20_000

// Finished implements queue.Queue.
func (q *Queue) Finished(ctx context.Context) (*queue.History, error) {
	h := queue.NewHistory(q.instance)
	for read := finishedAtOnce; read == finishedAtOnce; {
		if err := q.use(func(db *sql.DB) (err error) {
			read, err = q.readFinished(ctx, db, h)
			return err
		}); err != nil {
			return nil, err
		}
	}
	h.Index()
	return h, nil
}

// readFinished reads the next part of the history and returns how many that are.
func (q *Queue) readFinished(ctx context.Context, db *sql.DB, h *queue.History) (read int, err error) {
	// Without the plus SQLite would go by the index and look each row up.
	rows, err := db.QueryContext(ctx, "SELECT seq, ref, packed FROM history WHERE seq > ? AND +instance = ? ORDER BY seq LIMIT ?", h.Seq(), q.instance, finishedAtOnce)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	instance := []byte(q.instance)
	for rows.Next() {
		var seq int64
		var ref, sealed sql.RawBytes
		if err := rows.Scan(&seq, &ref, &sealed); err != nil {
			return read, scanError(err)
		}
		if packed, ok := openFinished(seq, instance, ref, sealed); !ok || !h.Append(ref, seq, packed) {
			return read, historyDamaged(string(ref))
		}
		read++
	}
	return read, rows.Err()
}

// Items implements queue.Queue.
func (q *Queue) Items(ctx context.Context, since int64) ([]queue.Item, int64, error) {
	var seq int64
	// What changes from now on has a higher number.
	err := q.use(func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", metaSeq).Scan(&seq)
	})
	if err != nil {
		return nil, 0, err
	}
	items, err := paged(queue.Item{Instance: q.instance}, func(last queue.Item) ([]queue.Item, error) {
		return q.page(ctx, last.Seq, max(last.Seq, since))
	})
	return items, seq, err
}

// page returns a page of this instance's items, those above a Seq and finished ones above another, by Seq.
func (q *Queue) page(ctx context.Context, open, finished int64) ([]queue.Item, error) {
	var items []queue.Item
	err := q.look(ctx, func(tx *sql.Tx) (err error) {
		items, err = selectItems(ctx, tx, "WHERE instance = ? AND seq > ? ORDER BY seq LIMIT ?", q.instance, open, pageSize)
		if err != nil {
			return err
		}
		done, err := selectFinished(ctx, tx, "WHERE seq > ? AND +instance = ? AND "+notReplaced+" ORDER BY seq LIMIT ?", finished, q.instance, pageSize)
		for i := range done {
			items = append(items, done[i].Item)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(items, func(a, b queue.Item) int { return cmp.Compare(a.Seq, b.Seq) })
	return items[:min(len(items), pageSize)], nil
}

// notReplaced leaves out what was queued again, notReplacedBut only what is not in a state now.
const (
	notReplaced    = "NOT EXISTS (SELECT 1 FROM items i WHERE i.instance = history.instance AND i.ref = history.ref)"
	notReplacedBut = "NOT EXISTS (SELECT 1 FROM items i WHERE i.instance = history.instance AND i.ref = history.ref AND i.state <> ?)"
)

// look runs fn on one state of the file. Others can write meanwhile, but not commit.
func (q *Queue) look(ctx context.Context, fn func(*sql.Tx) error) error {
	return q.use(func(db *sql.DB) error {
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		return fn(tx)
	})
}

// selectFinished returns finished items; a damaged one is an error.
func selectFinished(ctx context.Context, q querier, where string, args ...any) ([]queue.Finished, error) {
	rows, err := q.QueryContext(ctx, "SELECT "+finishedColumns+" FROM history "+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []queue.Finished
	for rows.Next() {
		var r finishedRow
		if err := r.scan(rows); err != nil {
			return nil, scanError(err)
		}
		f, ok := r.finished()
		if !ok {
			return nil, historyDamaged(r.ref)
		}
		all = append(all, f)
	}
	return all, rows.Err()
}

// Claims implements queue.Queue.
func (q *Queue) Claims(ctx context.Context, nameKey string) ([]string, error) {
	var ids []string
	err := q.use(func(db *sql.DB) error {
		done, err := selectFinished(ctx, db, "WHERE name = ? AND "+notReplacedBut, int64(queue.NameHash(nameKey)), string(queue.Skipped))
		ids = make([]string, 0, len(done))
		for i := range done {
			ids = append(ids, done[i].Item.AssetID)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return ids, nil
}

const (
	// forgetAtOnce is how many items one call of Forget looks at: it is called once a run and nobody waits long.
	forgetAtOnce = 2000
	// metaForgotten is the key of the Seq up to which texts were dropped.
	metaForgotten = "forgotten"
)

// Forget implements queue.Queue.
func (q *Queue) Forget(ctx context.Context, before time.Time) error {
	return q.beside(ctx, func(tx *sql.Tx) error {
		stored := ""
		err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", metaForgotten).Scan(&stored)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		value, _ := openMeta(metaForgotten, stored)
		upTo, _ := strconv.ParseInt(value, 10, 64) // Without one it begins at the first.
		old, err := selectFinished(ctx, tx, "WHERE seq > ? ORDER BY seq LIMIT ?", upTo, forgetAtOnce)
		if err != nil {
			return err
		}
		for n := range old {
			if !old[n].Item.CheckedAt.Before(before) {
				old = old[:n]
				break
			}
			old[n].Forget()
		}
		if len(old) == 0 {
			return nil
		}
		if err := forEach(tx, "UPDATE history SET packed = ?2 WHERE seq = ?1", old, func(f *queue.Finished) []any {
			return []any{f.Item.Seq, sealFinished(f)}
		}); err != nil {
			return err
		}
		last := strconv.FormatInt(old[len(old)-1].Item.Seq, 10)
		_, err = tx.ExecContext(ctx, putMeta, metaForgotten, sealMeta(metaForgotten, last))
		return err
	})
}

// checkHistory checks every finished item's checksum.
func checkHistory(db *sql.DB) error {
	rows, err := db.Query("SELECT " + finishedColumns + " FROM history")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r finishedRow
		if err := r.scan(rows); err != nil {
			return scanError(err)
		}
		if _, ok := r.finished(); !ok {
			return historyDamaged(r.ref)
		}
	}
	return rows.Err()
}
