package sqlite

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"time"

	driver "modernc.org/sqlite" // the pure Go driver of the queue's file
	sqlite3 "modernc.org/sqlite/lib"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/sqlfile"
)

// queueVersion is the format of the queue's tables, kept in user_version. Since version 2 the
// facts in meta carry checksums.
const queueVersion = 2

// queueTables is the schema. Times are Unix milliseconds, 0 for none. The sum covers what a
// row stores, since SQLite itself keeps no checksums.
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
INSERT OR IGNORE INTO meta VALUES ('seq', '0');
` + dueIndex

// dueIndex holds what waits to be sent in the order in which it goes, so that a claim takes the
// first of them however many there are. It comes last: the tables and the other indexes then lie
// where they did in files that were made without it.
const dueIndex = `CREATE INDEX IF NOT EXISTS items_due ON items (lost, batch_max DESC, seq) WHERE state IN ('queued', 'retrying');`

// metaSeq is the key of the last change number, which alone has no checksum: it is counted up
// in place, and checked against the items.
const metaSeq = "seq"

// metaRescued is the key of when a rescue made the file, in Unix milliseconds.
const metaRescued = "rescued-at"

// checkedUpTo is how large a file may be to be checked whole whenever it is opened, in bytes:
// some thousands of items, which takes milliseconds. A larger one is checked before anything
// of it is sent, and whenever something is wrong with it.
const checkedUpTo = 4 << 20

// queueFile is the open file.
type queueFile struct {
	db *sql.DB
	// info identifies the file that was opened: another process may put a new one under the
	// same name.
	info fs.FileInfo
	// err is why there is none open, nil otherwise.
	err error
}

func (f *queueFile) close() error {
	if f.db == nil {
		return nil
	}
	return f.db.Close()
}

// errUnsound is met by errors.Is when a file can be read but is not what was written.
var errUnsound = errors.New("it is damaged")

// damaged says whether an error means that the file at path is not what was written. A file
// that cannot be written says the same as one that was made to say so by a flipped bit.
func damaged(err error, path string) bool {
	if errors.Is(err, errUnsound) {
		return true
	}
	if code, _ := sqlfile.Code(err); code == sqlite3.SQLITE_READONLY {
		return sqlfile.Writable(path)
	}
	return sqlfile.Damaged(err)
}

// openFile opens the queue's file, makes it where there is none, and rescues one that is
// damaged. The cause is why it is opened anew, nil at first.
func (q *Queue) openFile(cause error) (*queueFile, error) {
	if err := sqlfile.PrepareFolder(q.path); err != nil {
		return nil, err
	}
	if err := refuseNewer(q.path); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(q.path); errors.Is(err, fs.ErrNotExist) {
		// An empty file would look like one that has lost everything, so a new one comes
		// into its place whole.
		if err := q.gate.alone(q.place); err != nil {
			return nil, err
		}
	}
	var file *queueFile
	var err error
	if cause == nil || !damaged(cause, q.path) {
		file, err = q.openShared()
	} else {
		err = cause
	}
	if damaged(err, q.path) {
		if err := q.gate.alone(func() error { return q.rescue(err) }); err != nil {
			return nil, err
		}
		file, err = q.openShared()
	}
	return file, err
}

// refuseNewer refuses a later version's file by what its head says, before SQLite looks at it:
// to open a file may change it, and what stands beside it.
func refuseNewer(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return nil // There is none, or opening it for good will say what is the matter.
	}
	defer func() { _ = file.Close() }()
	// SQLite's file format keeps user_version at 60.
	var head [64]byte
	if _, err := io.ReadFull(file, head[:]); err != nil || !bytes.HasPrefix(head[:], []byte("SQLite format 3\x00")) {
		return nil // It is damaged, which is found out later.
	}
	if version := binary.BigEndian.Uint32(head[60:]); version > queueVersion {
		return newer(int64(version))
	}
	return nil
}

func newer(version int64) error {
	return fmt.Errorf("%w: it has format %d and this version knows %d", queue.ErrNewer, version, queueVersion)
}

// openShared is openSound while nobody replaces the file.
func (q *Queue) openShared() (file *queueFile, err error) {
	err = q.gate.share(func() error {
		file, err = openSound(q.path)
		return err
	})
	return file, err
}

// openSound opens a file and looks whether it is sound, as far as that is quickly done.
func openSound(path string) (*queueFile, error) {
	if err := sqlfile.PrepareFile(path); err != nil {
		return nil, err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() == 0 {
		return nil, fmt.Errorf("%w: it is empty", errUnsound)
	}
	db, err := openDB(path)
	if err == nil {
		err = prepareQueue(db)
	}
	if err == nil && info.Size() <= checkedUpTo {
		err = checkQueue(db)
	}
	if err != nil {
		return nil, errors.Join(err, closeDB(db))
	}
	return &queueFile{db: db, info: info}, nil
}

func closeDB(db *sql.DB) error {
	if db == nil {
		return nil
	}
	return db.Close()
}

// openDB opens a database for one connection. A rollback journal costs two more waits for the
// disk at a commit than a write-ahead log, about a millisecond, and has no second file whose
// damage SQLite would take for an ordinary end: all that was promised is in one file, where
// checksums cover it. It needs no memory that processes share either, so that it works on a
// network file system. FULL waits for the disk at every commit: what was promised survives a
// power loss.
func openDB(path string) (*sql.DB, error) {
	return openWith(path, url.Values{
		"_pragma":    {"busy_timeout(10000)", "journal_mode(TRUNCATE)", "synchronous(FULL)", "cell_size_check(ON)", "trusted_schema(OFF)"},
		"_defensive": {"1"},
		"_txlock":    {"immediate"},
	})
}

// openDamaged opens a copy of a damaged file for reading. With writable_schema SQLite reads what
// there is of a file that is shorter than its head says, and of one whose schema it can read in
// part only.
func openDamaged(path string) (*sql.DB, error) {
	return openWith(path, url.Values{"_pragma": {"writable_schema(ON)", "cell_size_check(ON)", "trusted_schema(OFF)"}})
}

func openWith(path string, params url.Values) (*sql.DB, error) {
	// A folder's name may hold what has a meaning in an address. Without mode=rw SQLite would
	// make a file that has just been set aside anew.
	params.Set("mode", "rw")
	address := url.URL{Scheme: "file", Path: path, OmitHost: true, RawQuery: params.Encode()}
	connector, err := driver.NewConnector(address.String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return db, nil
}

// prepareQueue looks at the version before it changes anything, so that a newer file stays as
// it is.
func prepareQueue(db *sql.DB) error {
	version, err := versionOf(db)
	switch {
	case err != nil:
		return err
	case version > queueVersion:
		return newer(int64(version))
	case version == queueVersion:
		return nil
	case version < 1:
		return fmt.Errorf("%w: it has no format", errUnsound)
	}
	return sealFacts(db)
}

func versionOf(db *sql.DB) (version int, err error) {
	err = db.QueryRow("PRAGMA user_version").Scan(&version)
	return version, err
}

// sealFacts brings a file of version 1 to version 2. Two processes may come here at once, so
// the version is looked at again in the transaction.
func sealFacts(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var version int
	if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version == queueVersion {
		return err
	}
	facts, err := factsOf(tx)
	if err != nil {
		return err
	}
	for key, value := range facts {
		if key == metaSeq {
			continue
		}
		if _, err := tx.Exec(putFact, key, sealFact(key, value)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", queueVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// factsOf returns the meta table as it is stored.
func factsOf(q interface {
	Query(query string, args ...any) (*sql.Rows, error)
}) (map[string]string, error) {
	rows, err := q.Query("SELECT key, value FROM meta")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	facts := map[string]string{}
	for rows.Next() {
		var key, value string
		if err := rows.Scan(&key, &value); err != nil {
			return facts, err
		}
		facts[key] = value
	}
	return facts, rows.Err()
}

// checkQueue reads everything: the file's structure, each item's checksum and each fact's.
func checkQueue(db *sql.DB) error {
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return err
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", errUnsound, verdict)
	}
	last, err := checkItems(db)
	if err != nil {
		return err
	}
	facts, err := factsOf(db)
	if err != nil {
		return err
	}
	var seq int64
	if n, err := fmt.Sscan(facts[metaSeq], &seq); n != 1 || err != nil || seq < last {
		return fmt.Errorf("%w: its change number is wrong", errUnsound)
	}
	for key, stored := range facts {
		if _, ok := openFact(key, stored); !ok && key != metaSeq {
			return fmt.Errorf("%w: a fact beside the items fails its checksum", errUnsound)
		}
	}
	return nil
}

// checkItems looks at every item's checksum and returns the newest change number.
func checkItems(db *sql.DB) (last int64, err error) {
	rows, err := db.Query("SELECT " + itemColumns + " FROM items")
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r itemRow
		if err := r.scan(rows); err != nil {
			return last, misread(err)
		}
		if !r.sound() {
			return last, fmt.Errorf("%w: the record of %s fails its checksum", errUnsound, r.ref)
		}
		last = max(last, r.seq)
	}
	return last, rows.Err()
}

// fillQueue makes the tables and puts into them what was salvaged.
func fillQueue(db *sql.DB, s salvage) error {
	if _, err := db.Exec(queueTables); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	now := time.Now()
	items := s.all(now)
	if _, err := tx.Exec("UPDATE meta SET value = ? WHERE key = ?", s.firstSeq(now), metaSeq); err != nil {
		return err
	}
	if err := put(tx, pointers(items)...); err != nil {
		return err
	}
	if s.items != nil {
		s.facts[metaRescued] = strconv.FormatInt(millis(now), 10)
	}
	for key, value := range s.facts {
		if _, err := tx.Exec(putFact, key, sealFact(key, value)); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", queueVersion)); err != nil {
		return err
	}
	return tx.Commit()
}
