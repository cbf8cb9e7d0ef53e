package sqlite

import (
	"cmp"
	"context"
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
	"conviso-importer/internal/sqlfile"
)

const (
	// readyFile ends the name of a rescued file that is whole and has not taken its place yet.
	readyFile = ".rescued"
	// scratchFile is in the names of folders in which a damaged file is read.
	scratchFile = ".scratch-"
	// partFile ends the name of a file that is being written.
	partFile = ".part"
)

// Words of items that come from a damaged file.
const (
	noteDoubtful = "its record was in a damaged file, so it may have been sent already; the assets are read before anything is sent again"
	noteDamaged  = "its record in the queue is damaged, so whether it was sent is unknown; refresh, look for its asset, then import it again"
)

// place puts a file where there is none: the one that a rescue had ready when it was broken
// off, or a new one. What is left of another file beside it would be taken for its own.
func (q *Queue) place() error {
	if _, err := os.Lstat(q.path); err == nil {
		return nil // Another process was here first.
	}
	if _, err := sqlfile.SetAside(q.path); err != nil {
		return err
	}
	if _, err := os.Lstat(q.path + readyFile); errors.Is(err, fs.ErrNotExist) {
		q.begun = true
		return writeQueue(q.path, salvage{})
	}
	q.note = "the queue was damaged, and an earlier run has rescued what could be read; the damaged file is kept beside it as " +
		filepath.Base(q.path) + ".corrupt-…; look whether something is missing before you import again"
	return sqlfile.Rename(q.path+readyFile, q.path)
}

// rescue writes a new file of what can be read of a damaged one, which is kept under another
// name. A run that is broken off anywhere leaves the damaged file or the whole new one.
func (q *Queue) rescue(cause error) error {
	if err := q.tidy(); err != nil {
		return err
	}
	if err := soundWhole(q.path); !damaged(err, q.path) {
		return err // Another process was here first, or there is another trouble.
	}
	found, err := salvaged(q.path)
	if err != nil {
		return fmt.Errorf("it is damaged (%w) and could not be rescued: %w", cause, err)
	}
	if err := writeQueue(q.path+readyFile, found); err != nil {
		return fmt.Errorf("it is damaged (%w) and could not be rescued: %w", cause, err)
	}
	aside, err := sqlfile.SetAside(q.path)
	if err != nil {
		return fmt.Errorf("it is damaged (%w) and could not be set aside: %w", cause, err)
	}
	q.note = found.words(aside, cause)
	return sqlfile.Rename(q.path+readyFile, q.path)
}

// tidy removes what a rescue that was broken off has left. The damaged file is still there, so
// that nothing of it is needed; left where it is, it could be taken for the queue of a later day.
func (q *Queue) tidy() error {
	dir, base := filepath.Split(q.path)
	files, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, f := range files {
		for _, rest := range []string{scratchFile, readyFile} {
			if strings.HasPrefix(f.Name(), base+rest) {
				if err := os.RemoveAll(filepath.Join(dir, f.Name())); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// soundWhole checks a whole file.
func soundWhole(path string) error {
	file, err := openSound(path)
	if err != nil {
		return err
	}
	return errors.Join(checkQueue(file.db), file.close())
}

// salvage is what could be read of a damaged file.
type salvage struct {
	// items are those that are as they were written, damaged those of which no more than the
	// identity is known.
	items, damaged map[queue.ID]queue.Item
	facts          map[string]string
	// seq is the last change number that was given out, as far as it is known.
	seq int64
}

// seqGap is left between the change numbers of a damaged file and those of the new one. The
// newest may be unknown, and those who watch ask for what is above the one that they saw last.
const seqGap = 1_000_000

// firstSeq is the change number after which the new file begins. Where little or nothing could be
// read, the time in milliseconds is above every number that a queue has reached by counting.
func (s *salvage) firstSeq(now time.Time) int64 {
	if s.items == nil {
		return 0 // There was no file before.
	}
	last := s.seq
	for _, item := range s.items {
		last = max(last, item.Seq)
	}
	return max(last+seqGap, now.UnixMilli())
}

// words tell the user what has happened.
func (s *salvage) words(aside string, cause error) string {
	if len(s.items)+len(s.damaged) == 0 {
		return fmt.Sprintf("the queue was damaged (%s) and no item in it could be read; the damaged file is kept as %s, and a new, empty queue is used from now on; "+
			"what waited in the old one will not be sent, and what was sent already is not followed any more: look in Conviso for what has arrived, and import again what is missing; "+
			"what is imported within a quarter of an hour is looked for before it is sent",
			sqlfile.Printable(cause), aside)
	}
	text := fmt.Sprintf("the queue was damaged (%s); the damaged file is kept as %s, and %d of its items were rescued",
		sqlfile.Printable(cause), aside, len(s.items))
	if n := len(s.damaged); n > 0 {
		text += fmt.Sprintf(", %d could not be read and are shown as failed", n)
	}
	return text + "; those that may have been sent are looked for before anything is sent again; look whether something is missing, and import it again"
}

// salvaged reads a damaged file in all the ways that may still work, on copies: reading alone
// may change a database.
func salvaged(path string) (salvage, error) {
	s := salvage{items: map[queue.ID]queue.Item{}, damaged: map[queue.ID]queue.Item{}, facts: map[string]string{}}
	dir, err := os.MkdirTemp(filepath.Dir(path), filepath.Base(path)+scratchFile)
	if err != nil {
		return s, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ways := []func(from, to string) error{copyWhole, copyMain}
	if standsAlone(path) {
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
	for key := range s.items {
		delete(s.damaged, key)
	}
	return s, nil
}

// copyWhole copies a database with the files beside it.
func copyWhole(from, to string) error {
	for _, suffix := range sqlfile.Suffixes() {
		if err := copyFile(from+suffix, to+suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// standsAlone says whether there is nothing beside a database that SQLite would play into it. An
// empty journal is what every ordinary end leaves.
func standsAlone(path string) bool {
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

// copyMain copies the database alone.
func copyMain(from, to string) error { return copyFile(from, to) }

func copyFile(from, to string) error {
	in, err := os.Open(from)
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

// read takes over what a database still gives, from both ends of the table and of an index,
// since reading stops at what is damaged.
func (s *salvage) read(db *sql.DB) {
	for _, order := range []string{
		"ORDER BY instance, ref", "ORDER BY instance DESC, ref DESC",
		"INDEXED BY items_seq ORDER BY instance, seq", "INDEXED BY items_seq ORDER BY instance DESC, seq DESC",
	} {
		s.readItems(db, "SELECT "+itemColumns+" FROM items "+order)
	}
	// The index alone names items whose records are gone.
	s.readNames(db, "SELECT instance, ref FROM items INDEXED BY items_seq ORDER BY instance, seq")
	s.readNames(db, "SELECT instance, ref FROM items INDEXED BY items_seq ORDER BY instance DESC, seq DESC")
	facts, _ := factsOf(db) // What was read before an error counts.
	for key, stored := range facts {
		if key == metaSeq {
			if n, err := strconv.ParseInt(stored, 10, 53); err == nil {
				s.seq = max(s.seq, n)
			}
		} else if value, ok := openFact(key, stored); ok {
			s.facts[key] = value
		}
	}
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
		if !r.sound() {
			s.damaged[key] = item
		} else if known, ok := s.items[key]; !ok || known.Seq < item.Seq {
			s.items[key] = item
		}
	}
	_ = rows.Err() // It is why reading ended, and that it would is known.
}

func (s *salvage) readNames(db *sql.DB, query string) {
	rows, err := db.Query(query)
	if err != nil {
		return
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var instance, ref string
		if rows.Scan(&instance, &ref) == nil {
			item := damagedItem(instance, catalog.Ref(ref), 0)
			key := item.ID()
			if _, ok := s.damaged[key]; !ok {
				s.damaged[key] = item
			}
		}
	}
	_ = rows.Err() // As above.
}

// rescueMade returns when the file was made by a rescue, zero where it was not.
func rescueMade(ctx context.Context, tx *sql.Tx) (time.Time, error) {
	var stored string
	err := tx.QueryRowContext(ctx, "SELECT value FROM meta WHERE key = ?", metaRescued).Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	value, _ := openFact(metaRescued, stored)
	ms, _ := strconv.ParseInt(value, 10, 64) // Without a number nothing is known of a rescue.
	return fromMillis(ms), err
}

// doubtItem makes an item one that may have been sent before the time at: it is looked for, and sent
// only when the settle time has passed without it.
func doubtItem(item *queue.Item, at time.Time) {
	item.State, item.Lost, item.Error = queue.Retrying, true, noteDoubtful
	item.SentAt, item.NotBefore, item.Reads, item.Attempts = at, time.Time{}, 0, max(1, item.Attempts)
}

// damagedItem stands for an item whose record cannot be trusted.
func damagedItem(instance string, ref catalog.Ref, seq int64) queue.Item {
	return queue.Item{Instance: instance, Ref: ref, Seq: seq, State: queue.Failed, Project: conviso.Project{Name: ref.Name()}, Error: noteDamaged}
}

// all returns the items as they go into the new file, the oldest first. Of what waits nobody
// knows whether a newer record said that it was sent, so it is looked for first.
func (s *salvage) all(now time.Time) []queue.Item {
	items := slices.Concat(slices.Collect(maps.Values(s.items)), slices.Collect(maps.Values(s.damaged)))
	slices.SortFunc(items, func(a, b queue.Item) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.Ref, b.Ref))
	})
	for i := range items {
		if item := &items[i]; item.State == queue.Queued || item.State == queue.Sending || item.State == queue.Retrying {
			doubtItem(item, now)
		}
	}
	return items
}

// writeQueue makes a file at path of what was salvaged, and puts it into its place whole.
func writeQueue(path string, s salvage) error {
	part := path + partFile
	if err := os.RemoveAll(part); err != nil {
		return err
	}
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	db, err := openDB(part)
	if err != nil {
		return err
	}
	if err := errors.Join(fillQueue(db, s), db.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return sqlfile.Rename(part, path)
}
