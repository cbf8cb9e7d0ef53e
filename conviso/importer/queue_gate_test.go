package importer

import (
	"os"
	"path/filepath"
	"testing"
	"time"

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
		_, err := q.Add(t.Context(), []Entry{{Ref: "component:default/late"}}, time.Now())
		added <- err
	}()
	select {
	case err := <-added:
		t.Errorf("it was added to a file that is being replaced: %v", err)
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
	if _, err := q.Add(t.Context(), []Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
		t.Error(err)
	}
	if got := itemsOf(t, q); len(got) != 1 {
		t.Errorf("%d items", len(got))
	}
}
