package cache

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"time"

	"modernc.org/sqlite"

	"conviso-importer/internal/sqlfile"
)

const (
	fileName    = "cache.db"
	format      = 2         // the user_version of the file; the first one may hold secrets of entities' URLs
	connections = 4         // allow readers beside the one writer
	maxValue    = 512 << 20 // stays well below SQLite's limit for blobs
	evictRows   = 256       // limits one round of eviction, so that other processes can write in between
)

// schema keeps values out of index pages, so that eviction reads no values.
const schema = `
DROP TABLE IF EXISTS entries;
CREATE TABLE entries (
	id      INTEGER PRIMARY KEY,
	key     BLOB    NOT NULL UNIQUE,
	version INTEGER NOT NULL,
	read_at INTEGER NOT NULL,
	used_at INTEGER NOT NULL,
	sum     INTEGER NOT NULL,
	data    BLOB    NOT NULL
);
CREATE INDEX entries_used ON entries (used_at);`

const (
	selectRow = `SELECT version, read_at, used_at, sum, data FROM entries WHERE key = ?`
	upsertRow = `INSERT INTO entries (key, version, read_at, used_at, sum, data) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (key) DO UPDATE SET version = excluded.version, read_at = excluded.read_at,
			used_at = excluded.used_at, sum = excluded.sum, data = excluded.data`
	touchRow    = `UPDATE entries SET used_at = ? WHERE key = ?`
	deleteRow   = `DELETE FROM entries WHERE key = ?`
	selectKeys  = `SELECT key FROM entries WHERE key >= ? AND key < ? AND version = ?`
	deleteRange = `DELETE FROM entries WHERE key >= ? AND key < ?`
	// evict deletes the least recently used rows, up to a number of bytes.
	evict = `DELETE FROM entries WHERE id IN (
		SELECT id FROM (
			SELECT id, sum(size) OVER (ORDER BY used_at, id) - size AS before FROM (
				SELECT id, used_at, length(data) AS size FROM entries ORDER BY used_at, id LIMIT ?))
		WHERE before < ?)`
	// fixFutureUse corrects rows whose use a wrong clock recorded in the future.
	fixFutureUse = `UPDATE entries SET used_at = ?1 WHERE used_at > ?1`
	liveBytes    = `SELECT (p.page_count - f.freelist_count) * s.page_size
		FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`
)

// errMoved: the open file is no longer at its path.
var errMoved = errors.New("the file was moved or deleted")

// newerError: a later version of the program wrote the file.
type newerError struct {
	path    string
	version int
}

func (e *newerError) Error() string {
	return fmt.Sprintf("%s has format %d and this version knows %d", e.path, e.version, format)
}

type disk struct {
	path  string
	info  fs.FileInfo // info identifies the open file: another process may replace the one at path
	limit int64
	db    *sql.DB
	read  *sql.Stmt
}

// openDisk opens or creates the file in constant time: it does not search for damage.
func openDisk(path string, limit int64) (*disk, error) {
	if err := sqlfile.Prepare(path); err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	// Without mode=rw SQLite would recreate a removed file, with the umask's mode.
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"mode": {"rw"},
		"_pragma": {"busy_timeout(2000)", "synchronous(NORMAL)", "cell_size_check(ON)",
			"trusted_schema(OFF)", "journal_size_limit(4194304)"},
		"_defensive": {"1"},
		"_txlock":    {"immediate"},
	}.Encode()}
	connector, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, err
	}
	d := &disk{path: path, info: info, limit: limit, db: sql.OpenDB(connector)}
	d.db.SetMaxOpenConns(connections)
	d.db.SetMaxIdleConns(connections)
	if err := d.init(); err != nil {
		return nil, errors.Join(err, d.db.Close())
	}
	return d, nil
}

// init checks the version first, so that it does not change a newer file.
func (d *disk) init() error {
	var version int
	if err := d.db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version > format {
		return &newerError{d.path, version}
	}
	if err := d.setJournal(sqlfile.OnNetwork(d.path)); err != nil {
		return err
	}
	if version < format {
		if err := d.migrate(); err != nil {
			return err
		}
	}
	var err error
	d.read, err = d.db.Prepare(selectRow)
	return err
}

// setJournal selects the write-ahead log, whose shared memory network file systems lack.
func (d *disk) setJournal(shared bool) error {
	want := "wal"
	if shared {
		want = "delete"
	}
	var mode string
	if err := d.db.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode == want {
		return err
	}
	return d.db.QueryRow("PRAGMA journal_mode=" + want).Scan(&mode)
}

// migrate empties a file of an older format, checked again under the lock: two may migrate. What was in it
// is overwritten, since it may hold secrets.
func (d *disk) migrate() error {
	return d.inTx(func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version >= format {
			return err
		}
		if _, err := tx.Exec("PRAGMA secure_delete = ON;" + schema + "PRAGMA secure_delete = FAST;"); err != nil {
			return err
		}
		_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", format))
		return err
	})
}

func (d *disk) close() error {
	return errors.Join(d.read.Close(), d.db.Close())
}

// get reads an unverified row. A column of a wrong type returns a wrong checksum.
func (d *disk) get(key []byte) (r row, found bool, err error) {
	err = d.read.QueryRow(key).Scan(&r.version, &r.readAt, &r.usedAt, &r.hash, &r.data)
	var failure *sqlite.Error
	switch {
	case err == nil:
		return r, true, nil
	case errors.Is(err, sql.ErrNoRows):
		return row{}, false, nil
	case errors.As(err, &failure):
		return row{}, false, err
	}
	return row{hash: -1}, true, nil
}

// keys returns the keys of a version that begin with prefix.
func (d *disk) keys(prefix []byte, version int) (keys [][]byte, err error) {
	rows, err := d.db.Query(selectKeys, prefix, prefixEnd(prefix), version)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var k []byte
		if err := rows.Scan(&k); err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	return keys, rows.Err()
}

// put writes rows and recorded uses in one transaction, then evicts if the file is full. It
// checks the path because SQLite with a write-ahead log would continue to write to a moved
// file.
func (d *disk) put(all []written, touched [][]byte) error {
	if info, err := os.Lstat(d.path); err != nil || !os.SameFile(info, d.info) {
		return errMoved
	}
	var tooLarge error
	err := d.inTx(func(tx *sql.Tx) error {
		upsert, err := tx.Prepare(upsertRow)
		if err != nil {
			return err
		}
		defer func() { _ = upsert.Close() }()
		for i := range all {
			k, r := all[i].key.bytes(), &all[i].row
			if size := int64(len(r.data)); size > min(maxValue, d.limit/2) {
				tooLarge = fmt.Errorf("a value of %d bytes is too large for the disk", size)
				// Delete the older value as well.
				if _, err := tx.Exec(deleteRow, k); err != nil {
					return err
				}
				continue
			}
			if _, err := upsert.Exec(k, r.version, r.readAt, r.usedAt, r.hash, r.data); err != nil {
				return err
			}
		}
		return touchIn(tx, touched)
	})
	if err != nil {
		return errors.Join(err, tooLarge)
	}
	return errors.Join(d.makeRoom(), tooLarge)
}

func (d *disk) touch(keys [][]byte) error {
	if len(keys) == 0 {
		return nil
	}
	return d.inTx(func(tx *sql.Tx) error { return touchIn(tx, keys) })
}

func touchIn(tx *sql.Tx, keys [][]byte) error {
	now := time.Now().UnixMilli()
	for _, k := range keys {
		if _, err := tx.Exec(touchRow, now, k); err != nil {
			return err
		}
	}
	return nil
}

func (d *disk) remove(key []byte) error {
	_, err := d.db.Exec(deleteRow, key)
	return err
}

func (d *disk) removePrefix(prefix []byte) error {
	_, err := d.db.Exec(deleteRange, prefix, prefixEnd(prefix))
	return err
}

// prefixEnd returns the first key after all with the prefix, which contains a NUL.
func prefixEnd(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for end[len(end)-1] == 0xff {
		end = end[:len(end)-1]
	}
	end[len(end)-1]++
	return end
}

// makeRoom evicts rows beyond the limit, and a sixteenth more to save the next Put. The file
// keeps its size; SQLite reuses freed pages.
func (d *disk) makeRoom() error {
	live, err := d.live()
	if err != nil || live <= d.limit {
		return err
	}
	if _, err := d.db.Exec(fixFutureUse, time.Now().UnixMilli()); err != nil {
		return err
	}
	target := d.limit - d.limit/16
	for live > target {
		done, err := d.db.Exec(evict, evictRows, live-target)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if live, err = d.live(); err != nil {
			return err
		}
	}
	return nil
}

// live returns the bytes in use, without free pages.
func (d *disk) live() (n int64, err error) {
	err = d.db.QueryRow(liveBytes).Scan(&n)
	return n, err
}

// bytes returns the size of all files.
func (d *disk) bytes() (n int64) {
	for _, suffix := range sqlfile.Suffixes() {
		if info, err := os.Lstat(d.path + suffix); err == nil {
			n += info.Size()
		}
	}
	return n
}

func (d *disk) inTx(do func(*sql.Tx) error) error {
	tx, err := d.db.Begin()
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
