package sqlite

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/ownfile"
)

// queueVersion is the tables' format in user_version; see upgrades.
const queueVersion = 4

// queueTables is the schema. Times are Unix milliseconds, 0 for none. sum is the checksum of the
// row's other columns, since SQLite has none.
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
	agreed      TEXT    NOT NULL DEFAULT '',
	platform_at INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (instance, ref)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_seq ON items (instance, seq);
CREATE INDEX IF NOT EXISTS items_work ON items (state, lost, not_before, sent_at);
CREATE INDEX IF NOT EXISTS items_name ON items (name_key, state, lost, asset_id);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO meta VALUES ('seq', '0');
` + dueIndex + historyTable

// dueIndex orders the unsent items as they are sent, so that a claim costs the same for many as for
// few. Recover adds it to older files.
const dueIndex = `CREATE INDEX IF NOT EXISTS items_due ON items (lost, batch_max DESC, seq) WHERE state IN ('queued', 'retrying');`

// refuseNewer returns an error for a newer version's file. It reads the header itself: opening a
// file with SQLite may change it and its journals.
func refuseNewer(path string) error {
	file, err := ownfile.Open(path, os.O_RDONLY)
	if err != nil {
		return nil // There is none, or opening it will fail with a better error.
	}
	defer func() { _ = file.Close() }()
	// In SQLite's file format user_version is at offset 60.
	var head [64]byte
	if _, err := io.ReadFull(file, head[:]); err != nil || !bytes.HasPrefix(head[:], []byte("SQLite format 3\x00")) {
		return nil // It is damaged, which is found when it is opened.
	}
	if version := binary.BigEndian.Uint32(head[60:]); version > queueVersion {
		return newerError(int64(version))
	}
	return nil
}

func newerError(version int64) error {
	return fmt.Errorf("%w: it has format %d and this version knows %d", queue.ErrNewer, version, queueVersion)
}

// prepareQueue upgrades the file. It does not change a newer one.
func prepareQueue(db *sql.DB) error {
	version, err := versionOf(db)
	switch {
	case err != nil:
		return err
	case version > queueVersion:
		return newerError(int64(version))
	case version == queueVersion:
		return moveFinished(db)
	case version < 1:
		return fmt.Errorf("%w: it has no format", errDamaged)
	}
	if err := upgrade(db); err != nil {
		return err
	}
	return moveFinished(db)
}

func versionOf(db *sql.DB) (version int, err error) {
	err = db.QueryRow("PRAGMA user_version").Scan(&version)
	return version, err
}

// upgrades are the steps from each version to the next, the first one from 1 to 2.
func upgrades() []func(*sql.Tx) error {
	return []func(*sql.Tx) error{sealAllMeta, addLaterColumns, addHistory}
}

// upgrade takes an older file through the steps, in one transaction. It reads the version again in there, since
// two processes may upgrade at once.
func upgrade(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var version int
	if err := tx.QueryRow("PRAGMA user_version").Scan(&version); err != nil || version >= queueVersion {
		return err
	}
	for _, step := range upgrades()[version-1:] {
		if err := step(tx); err != nil {
			return err
		}
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", queueVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// sealAllMeta gives the meta values checksums.
func sealAllMeta(tx *sql.Tx) error {
	values, err := metaValues(tx)
	if err != nil {
		return err
	}
	for key, value := range values {
		if key == metaSeq {
			continue
		}
		if _, err := tx.Exec(putMeta, key, sealMeta(key, value)); err != nil {
			return err
		}
	}
	return nil
}

// addLaterColumns adds what an item's sender agreed to and when it was sent by the platform's clock. Empty values
// are not part of a row's checksum, so no row is written again.
func addLaterColumns(tx *sql.Tx) error {
	_, err := tx.Exec(`ALTER TABLE items ADD COLUMN agreed TEXT NOT NULL DEFAULT '';
		ALTER TABLE items ADD COLUMN platform_at INTEGER NOT NULL DEFAULT 0;`)
	return err
}

// addHistory makes the table; moveFinished fills it.
func addHistory(tx *sql.Tx) error {
	_, err := tx.Exec(historyTable)
	return err
}
