package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/sqlfile"
)

// salvage is what could be read of a damaged file.
type salvage struct {
	// items are intact; of damaged ones only the identity is known.
	items, damaged map[queue.ID]queue.Item
	finished       map[queue.ID]queue.Finished
	pastDamaged    map[queue.ID]queue.Item // those of the history
	meta           map[string]string
	blobs          map[string][]byte
	known          map[queue.ID]knownRow
	seq            int64 // the last change number in meta, or 0
}

func newSalvage() salvage {
	return salvage{items: map[queue.ID]queue.Item{}, damaged: map[queue.ID]queue.Item{}, finished: map[queue.ID]queue.Finished{},
		pastDamaged: map[queue.ID]queue.Item{}, meta: map[string]string{}, blobs: map[string][]byte{}, known: map[queue.ID]knownRow{}}
}

// seqGap separates the new file's change numbers from the old one's, whose newest may be lost:
// watchers ask for changes above the last one they saw.
const seqGap = 1_000_000

// firstSeq is the last change number before the new file's first. The time in milliseconds is above
// every number ever counted, in case none could be read.
func (s *salvage) firstSeq(now time.Time) int64 {
	if s.items == nil {
		return 0 // There was no file before.
	}
	last := s.seq
	for _, item := range s.items {
		last = max(last, item.Seq)
	}
	for _, past := range s.finished {
		last = max(last, past.Item.Seq)
	}
	return max(last+seqGap, now.UnixMilli())
}

// note explains the rescue to the user.
func (s *salvage) note(aside string, cause error) string {
	if len(s.items)+len(s.finished)+len(s.damaged) == 0 {
		return fmt.Sprintf("the queue was damaged (%s) and no item in it could be read; the damaged file is kept as %s, and a new, empty queue is used from now on; "+
			"what waited in the old one will not be sent, and what was sent already is not followed any more: look in Conviso for what has arrived, and import again what is missing; "+
			"what is imported within a quarter of an hour is looked for before it is sent",
			sqlfile.Printable(cause), aside)
	}
	text := fmt.Sprintf("the queue was damaged (%s); the damaged file is kept as %s, and %d of its items were rescued",
		sqlfile.Printable(cause), aside, len(s.items)+len(s.finished))
	if n := len(s.damaged); n > 0 {
		text += fmt.Sprintf(", %d could not be read and are shown as failed", n)
	}
	return text + "; those that may have been sent are looked for before anything is sent again; look whether something is missing, and import it again"
}

// readDamaged reads what it can of a damaged file. It reads copies, since reading may change a file.
func readDamaged(path string) (salvage, error) {
	s := newSalvage()
	dir, err := os.MkdirTemp(filepath.Dir(path), filepath.Base(path)+scratchDir)
	if err != nil {
		return s, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ways := []func(from, to string) error{copyWhole, copyFile}
	if noJournal(path) {
		ways = ways[:1] // Both copies would be the same.
	}
	for i, duplicate := range ways {
		copied := filepath.Join(dir, fmt.Sprintf("copy-%d.db", i))
		if err := duplicate(path, copied); err != nil {
			return s, err
		}
		db, err := openDamaged(copied)
		if err != nil {
			return s, err
		}
		s.read(db)
		_ = db.Close()
	}
	s.joinDamaged()
	return s, nil
}

func copyWhole(from, to string) error {
	for _, suffix := range sqlfile.Suffixes() {
		if err := copyFile(from+suffix, to+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// noJournal reports whether no journal needs applying. Every transaction leaves an empty one.
func noJournal(path string) bool {
	for _, suffix := range sqlfile.Suffixes() {
		if suffix == "" {
			continue
		}
		if info, err := os.Lstat(path + suffix); !errors.Is(err, fs.ErrNotExist) && (err != nil || info.Size() > 0) {
			return false
		}
	}
	return true
}

func copyFile(from, to string) error {
	in, err := ownfile.Open(from, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// read reads the table and an index from both ends: reading stops at the first damaged page.
func (s *salvage) read(db *sql.DB) {
	columns := columnsOf(db)
	for _, order := range []string{
		"ORDER BY instance, ref", "ORDER BY instance DESC, ref DESC",
		"INDEXED BY items_seq ORDER BY instance, seq", "INDEXED BY items_seq ORDER BY instance DESC, seq DESC",
	} {
		s.readItems(db, "SELECT "+columns+" FROM items "+order)
	}
	// The index alone identifies items whose rows are gone.
	s.readNames(db, s.damaged, "SELECT instance, ref FROM items INDEXED BY items_seq ORDER BY instance, seq")
	s.readNames(db, s.damaged, "SELECT instance, ref FROM items INDEXED BY items_seq ORDER BY instance DESC, seq DESC")
	s.readFinished(db)
	s.readPastNames(db)
	s.readBeside(db)
	values, _ := metaValues(db) // The values before an error are used.
	for key, stored := range values {
		if key == metaSeq {
			if n, err := strconv.ParseInt(stored, 10, 53); err == nil {
				s.seq = max(s.seq, n)
			}
		} else if value, ok := openMeta(key, stored); ok {
			s.meta[key] = value
		}
	}
}

// columnsOf returns what to select of a damaged file's items: one of an older version lacks columns.
func columnsOf(db *sql.DB) string {
	_, err := db.Exec("SELECT " + laterColumns + " FROM items LIMIT 0")
	if err != nil && strings.Contains(err.Error(), "no such column") {
		return strings.Replace(itemColumns, laterColumns, "'', 0", 1)
	}
	return itemColumns
}

func (s *salvage) readItems(db *sql.DB, query string) {
	rows, err := db.Query(query)
	if err != nil {
		return
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r itemRow
		if r.scan(rows) != nil {
			continue
		}
		item := r.item()
		key := item.ID()
		if !r.intact() {
			addDamaged(s.damaged, item)
		} else if known, ok := s.items[key]; !ok || known.Seq < item.Seq {
			s.items[key] = item
		}
	}
	_ = rows.Err() // An error is expected in a damaged file.
}

// addDamaged adds an item of which only the identity is known. It skips zeros, which is how the
// lost part of a shortened file reads.
func addDamaged(to map[queue.ID]queue.Item, item queue.Item) {
	id := item.ID()
	if known, ok := to[id]; ok && known.Seq >= item.Seq || strings.ContainsRune(id.Instance+string(id.Ref), 0) {
		return
	}
	to[id] = item
}

func (s *salvage) readNames(db *sql.DB, into map[queue.ID]queue.Item, query string) {
	rows, err := db.Query(query)
	if err != nil {
		return
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var instance, ref string
		if rows.Scan(&instance, &ref) == nil {
			addDamaged(into, damagedItem(instance, catalog.Ref(ref), 0))
		}
	}
	_ = rows.Err() // As above.
}

// damagedItem returns the failed item for a damaged row.
func damagedItem(instance string, ref catalog.Ref, seq int64) queue.Item {
	return queue.Item{Instance: instance, Ref: ref, Seq: seq, State: queue.Failed, Project: conviso.Project{Name: ref.Name()}, Error: noteDamaged}
}

// itemsToWrite returns the items for the new file, oldest first. Unsent ones are doubtful: a newer
// row, now lost, may have said that they were sent.
func (s *salvage) itemsToWrite(now time.Time) []queue.Item {
	items := slices.Concat(slices.Collect(maps.Values(s.items)), slices.Collect(maps.Values(s.damaged)))
	slices.SortFunc(items, func(a, b queue.Item) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.Ref, b.Ref))
	})
	for i := range items {
		if item := &items[i]; item.State.Doubtful() {
			item.Doubt(now)
		}
	}
	return items
}
