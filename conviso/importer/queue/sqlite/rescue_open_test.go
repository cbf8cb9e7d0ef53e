package sqlite

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
)

// TestDamagedWhileOpen protects a run whose file is damaged under its hands.
func TestDamagedWhileOpen(t *testing.T) {
	file, items := sampleQueue(t)
	for name, c := range map[string]struct {
		damage func(*testing.T, string)
		// left is how many items are known afterwards, note is in what the user is told.
		left int
		note string
	}{
		"a lost page":    {losePage, len(items), "rescued"},
		"its first page": {func(t *testing.T, path string) { overwrite(t, path, 0, bytes.Repeat([]byte{0xa5}, 4096)) }, 0, nothingRead},
	} {
		t.Run(name, func(t *testing.T) {
			dir := placed(t, file)
			q := openIn(t, dir)
			c.damage(t, filepath.Join(dir, "queue.db"))
			if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/later"}}, time.Now()); err != nil {
				t.Fatal(err)
			}
			if got := itemsOf(t, q); len(got) != c.left+1 || !strings.Contains(q.Note(), c.note) {
				t.Errorf("%d items are known, want %d and the new one; %q", len(got), c.left, q.Note())
			}
		})
	}
}

// TestWatchersOfALostQueue protects those who watch a queue of which nothing could be read: its
// new file counts on above every change that they have seen.
func TestWatchersOfALostQueue(t *testing.T) {
	dir := t.TempDir()
	q := openIn(t, dir)
	if _, err := q.file.db.Exec("UPDATE meta SET value = 50000000 WHERE key = 'seq'"); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	_, since, err := q.Changed(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	overwrite(t, filepath.Join(dir, "queue.db"), 0, make([]byte, 4096))
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/b"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if items, _, err := q.Changed(t.Context(), since); err != nil || len(items) != 1 || items[0].Ref != "component:default/b" {
		t.Errorf("after change %d came %+v, %v", since, items, err)
	}
}

// TestAddAfterRescue protects against doubles of what only the damaged file knew: what is added
// soon after a rescue is looked for before it is sent, later and in a new queue it just goes.
func TestAddAfterRescue(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	q := openIn(t, dir)
	add := func(name string, now time.Time) queue.Item {
		t.Helper()
		ref := catalog.NewRef("component", "default", name)
		if _, err := q.Add(t.Context(), []queue.Entry{{Ref: ref}}, now); err != nil {
			t.Fatal(err)
		}
		return itemsOf(t, q)[ref]
	}
	if item := add("before", now); item.State != queue.Queued || item.Lost {
		t.Errorf("in a new queue it is %+v", item)
	}
	overwrite(t, filepath.Join(dir, "queue.db"), 0, make([]byte, 4096))
	if item := add("soon", now.Add(time.Minute)); item.State != queue.Retrying || !item.Lost || item.SentAt.Before(now.Truncate(time.Second)) || item.Attempts != 1 {
		t.Errorf("a minute after the rescue it is %+v", item)
	}
	if item := add("later", time.Now().Add(queue.LateAfter)); item.State != queue.Queued || item.Lost {
		t.Errorf("a quarter of an hour after the rescue it is %+v", item)
	}
}

// losePage damages a file, which may be in use, so that all of it can still be read: it seems to
// have lost a page at its end. The change counter at 24, repeated at 92, makes SQLite read again
// what it has in memory; the number of pages is at 28.
func losePage(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	counter := []byte{0xa5, 0xa5, 0xa5, 0xa5}
	overwrite(t, path, 24, binary.BigEndian.AppendUint32(counter, uint32(info.Size()/4096+1)))
	overwrite(t, path, 92, counter)
}

// overwrite puts bytes into a file that is in use.
func overwrite(t *testing.T, path string, at int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(with, at); err != nil {
		t.Fatal(err)
	}
}
