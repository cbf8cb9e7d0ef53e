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
	fileName = "cache.db"
	// format is the user_version of the file: the layout of its one table.
	format = 1
	// connections lets readers go on beside the one writer.
	connections = 4
	// maxValue keeps an encoding well under the longest blob that SQLite takes.
	maxValue = 512 << 20
	// evictRows bounds one round of eviction, so that other processes get their turn.
	evictRows = 256
)

// schema keeps a value out of the index pages, and finds the least recently used rows
// without reading any value.
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
	touchRow  = `UPDATE entries SET used_at = ? WHERE key = ?`
	deleteRow = `DELETE FROM entries WHERE key = ?`
	// selectKeys reads the keys from one up to, not including, another.
	selectKeys = `SELECT key FROM entries WHERE key >= ? AND key < ? AND version = ?`
	// deleteRange takes the keys from one up to, not including, another.
	deleteRange = `DELETE FROM entries WHERE key >= ? AND key < ?`
	// evict drops the least recently used rows until so many bytes of values are gone.
	evict = `DELETE FROM entries WHERE id IN (
		SELECT id FROM (
			SELECT id, sum(size) OVER (ORDER BY used_at, id) - size AS before FROM (
				SELECT id, used_at, length(data) AS size FROM entries ORDER BY used_at, id LIMIT ?))
		WHERE before < ?)`
	// settleClock gives rows that a wrong clock marked as used in the future their turn.
	settleClock = `UPDATE entries SET used_at = ?1 WHERE used_at > ?1`
	liveBytes   = `SELECT (p.page_count - f.freelist_count) * s.page_size
		FROM pragma_page_count p, pragma_freelist_count f, pragma_page_size s`
)

// errMoved reports that the open file is no longer the one under its name.
var errMoved = errors.New("the file was moved or deleted")

// newerError reports that a later version of the program wrote the file.
type newerError struct {
	path    string
	version int
}

// Error implements error.
func (e *newerError) Error() string {
	return fmt.Sprintf("%s has format %d and this version knows %d", e.path, e.version, format)
}

// disk is the open database file.
type disk struct {
	path string
	// info identifies the file that was opened: another process may put a new one under
	// the same path.
	info  fs.FileInfo
	limit int64
	db    *sql.DB
	read  *sql.Stmt
}

// openDisk opens the file at path, or creates it. Nothing that it does grows with the size
// of the file: damage shows itself when it is met.
func openDisk(path string, limit int64) (*disk, error) {
	if err := sqlfile.Prepare(path); err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	// Without mode=rw SQLite would create a file that was removed meanwhile, and with the
	// mode of the umask.
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

// init looks at the version before it changes anything, so that a newer file stays as it is.
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

// setJournal picks the write-ahead log, where readers and a writer do not wait for each
// other. It needs memory that processes share, which a network file system does not offer.
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

// migrate empties a file of an older format. Two processes may come here at once, so the
// version is looked at again under the lock.
func (d *disk) migrate() error {
	return d.inTx(func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version >= format {
			return err
		}
		if _, err := tx.Exec(schema); err != nil {
			return err
		}
		_, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", format))
		return err
	})
}

func (d *disk) close() error {
	return errors.Join(d.read.Close(), d.db.Close())
}

// get reads the row of a key as it stands; the caller checks it. A column of another type
// than was written can only be damage, and comes back as a row that no checksum fits.
func (d *disk) get(key []byte) (r row, found bool, err error) {
	err = d.read.QueryRow(key).Scan(&r.version, &r.readAt, &r.usedAt, &r.sum, &r.data)
	var failure *sqlite.Error
	switch {
	case err == nil:
		return r, true, nil
	case errors.Is(err, sql.ErrNoRows):
		return row{}, false, nil
	case errors.As(err, &failure):
		return row{}, false, err
	}
	return row{sum: -1}, true, nil
}

// keys returns the keys of a version that begin with prefix, without reading their values.
func (d *disk) keys(prefix []byte, version int) (keys [][]byte, err error) {
	rows, err := d.db.Query(selectKeys, prefix, after(prefix), version)
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

// put writes rows in one transaction, records the uses that wait, and makes room when the file is
// full. With a write-ahead log SQLite itself would go on writing to a file that has left its folder.
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
				// What was there before is older than what memory may hold.
				if _, err := tx.Exec(deleteRow, k); err != nil {
					return err
				}
				continue
			}
			if _, err := upsert.Exec(k, r.version, r.readAt, r.usedAt, r.sum, r.data); err != nil {
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

// removePrefix deletes every key that begins with prefix.
func (d *disk) removePrefix(prefix []byte) error {
	_, err := d.db.Exec(deleteRange, prefix, after(prefix))
	return err
}

// after is the first key after all that begin with prefix, which is never empty and holds a
// NUL, so that there is one.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for end[len(end)-1] == 0xff {
		end = end[:len(end)-1]
	}
	end[len(end)-1]++
	return end
}

// makeRoom drops rows once the limit is passed, a little more than needed, so that the next
// Put does not have to. Freed pages are used again; the file does not shrink.
func (d *disk) makeRoom() error {
	live, err := d.live()
	if err != nil || live <= d.limit {
		return err
	}
	if _, err := d.db.Exec(settleClock, time.Now().UnixMilli()); err != nil {
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

// live counts the bytes in use, without the free pages of the file.
func (d *disk) live() (n int64, err error) {
	err = d.db.QueryRow(liveBytes).Scan(&n)
	return n, err
}

// bytes is the size of the files together.
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
