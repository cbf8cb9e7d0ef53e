package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/lockfile"
	"conviso-importer/internal/sqlfile"
)

// TestAddWhileReplaced protects what is added while another process puts a rescued file in the
// place of the damaged one: it must be in the new file. Written to the old one it would be set
// aside with it, after it was promised.
func TestAddWhileReplaced(t *testing.T) {
	dir := t.TempDir()
	q := openIn(t, dir)
	// The other process is at work: it has read the file and not taken it away yet.
	lock := lockfile.New(q.path + repairLock)
	if ok, err := lock.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	added := make(chan error, 1)
	go func() {
		_, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/late"}}, time.Now())
		added <- err
	}()
	select {
	case err := <-added:
		t.Fatalf("it was added to a file that is being replaced: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	if _, err := sqlfile.SetAside(q.path); err != nil {
		t.Fatal(err)
	}
	if err := writeQueue(q.path, salvage{}); err != nil {
		t.Fatal(err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	if err := <-added; err != nil {
		t.Fatal(err)
	}
	if got := itemsOf(t, openIn(t, dir)); len(got) != 1 {
		t.Errorf("%d items are in the new file", len(got))
	}
}

// TestQueueWithoutLocks protects the reading of a queue where the lock beside it cannot be
// made: there nobody replaces the file either.
func TestQueueWithoutLocks(t *testing.T) {
	dir := t.TempDir()
	q := openIn(t, dir)
	if err := os.Remove(q.path + repairLock); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(q.path+repairLock, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
		t.Error(err)
	}
	if got := itemsOf(t, q); len(got) != 1 {
		t.Errorf("%d items", len(got))
	}
}

// TestQueueAfterClose protects the folder of a queue that was closed, such as the demo's, which
// is deleted: a watcher that still asks must not make folder and file again.
func TestQueueAfterClose(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	q := openIn(t, dir)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if _, _, err := q.Changed(t.Context(), 0); !errors.Is(err, errClosed) {
		t.Errorf("a closed queue answers with %v", err)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the folder is there again: %v", err)
	}
}

// TestQueueDeletedWhileOpen protects the user from believing that what was promised is still
// promised when the file has been deleted under a run: the first use says so, the next go on.
func TestQueueDeletedWhileOpen(t *testing.T) {
	dir := t.TempDir()
	q := openIn(t, dir)
	add := func(ref catalog.Ref) error {
		_, err := q.Add(t.Context(), []queue.Entry{{Ref: ref}}, time.Now())
		return err
	}
	if err := add("component:default/a"); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(q.path); err != nil {
		t.Fatal(err)
	}
	if err := add("component:default/b"); !errors.Is(err, errDeleted) {
		t.Errorf("after the file was deleted: %v", err)
	}
	if err := add("component:default/c"); err != nil {
		t.Error(err)
	}
	if got := itemsOf(t, q); len(got) != 1 {
		t.Errorf("%d items, want the last alone", len(got))
	}
}

// TestWatchAcrossRescue protects a table that watches a queue whose newest records are lost
// with a damaged file: it must learn of every item that the rescue has changed.
func TestWatchAcrossRescue(t *testing.T) {
	file, items := sampleQueue(t)
	newest := int64(0)
	for _, item := range items {
		newest = max(newest, item.Seq)
	}
	// An older state of the file, as if its newest writes had not come through, and a wrong bit
	// on top.
	dir := placed(t, file)
	old, err := openDB(filepath.Join(dir, "queue.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := old.Exec("DELETE FROM items WHERE seq > ?1; UPDATE meta SET value = ?1 WHERE key = 'seq'; PRAGMA user_version = 0", newest-5); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	q := openIn(t, dir)
	got, _, err := q.Changed(t.Context(), newest)
	if err != nil || q.Note() == "" {
		t.Fatal(err, q.Note())
	}
	if all := itemsOf(t, q); len(got) != len(all) || len(all) == 0 {
		t.Errorf("the watcher learns of %d items of %d", len(got), len(all))
	}
}

// TestDeletedIsTold protects the user of a queue that was deleted under a run from a new, empty
// one that says nothing, also where the first try to open it again fails.
func TestDeletedIsTold(t *testing.T) {
	dir := t.TempDir()
	q := openIn(t, dir)
	add := func(name string) error {
		_, err := q.Add(t.Context(), []queue.Entry{{Ref: catalog.NewRef("component", "default", name)}}, time.Now())
		return err
	}
	if err := add("a"); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(q.path); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := add("b"); err == nil {
		t.Error("a folder that others can write to was used")
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := add("c"); err == nil {
		t.Error("nobody is told that promises are gone")
	}
	if err := add("d"); err != nil {
		t.Errorf("it does not go on: %v", err)
	}
}

// TestGateComesBack protects a write from a file that another process is taking away, after one
// moment in which the lock could not be asked for.
func TestGateComesBack(t *testing.T) {
	q := openIn(t, t.TempDir())
	lock := q.path + repairLock
	if err := os.Rename(lock, lock+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(lock, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(lock); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	g := fileLock{path: q.path}
	err := g.exclusive(func() error {
		go func() {
			_, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/b"}}, time.Now())
			done <- err
		}()
		select {
		case err := <-done:
			t.Errorf("it wrote while another process had the file alone: %v", err)
			done <- err
		case <-time.After(300 * time.Millisecond):
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
