//go:build linux

package sqlite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// TestQueueOnFullDisk protects what is in the queue from a disk that fills up: what does not
// fit is refused whole with the reason, what was taken stays, and with space it goes on.
func TestQueueOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m,mode=0700"); err != nil {
		t.Skipf("a small disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	q := openIn(t, dir)
	batch := func(n int) []queue.Entry {
		var entries []queue.Entry
		for i := range 25 {
			name := fmt.Sprintf("service-%d-%d", n, i)
			entries = append(entries, queue.Entry{Ref: catalog.NewRef("component", "default", name),
				Project: conviso.Project{Name: name, Description: strings.Repeat("text ", 200)}})
		}
		return entries
	}
	taken := 0
	var err error
	for n := 0; err == nil && n < 100; n++ {
		if _, err = q.Add(t.Context(), batch(n), time.Now()); err == nil {
			taken += 25
		}
	}
	if err == nil || !strings.Contains(err.Error(), "full") || !strings.Contains(err.Error(), dir) {
		t.Errorf("the refusal is %v", err)
	}
	if got := len(itemsOf(t, q)); got != taken || taken == 0 {
		t.Errorf("%d items are in the queue, %d were taken", got, taken)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT, "size=8m"); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Add(t.Context(), batch(1000), time.Now()); err != nil {
		t.Errorf("with space: %v", err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	again := openIn(t, dir)
	if got := len(itemsOf(t, again)); got != taken+25 || again.Note() != "" {
		t.Errorf("%d items, want %d; %q", got, taken+25, again.Note())
	}
}

// TestQueueReadOnly protects the user of a disk that takes no writes: nothing is promised.
func TestQueueReadOnly(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=0700"); err != nil {
		t.Skipf("a small disk cannot be mounted: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	q := openIn(t, dir)
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	if q, err := Open(dir, "queue", "one"); err == nil {
		_, err = q.Add(t.Context(), []queue.Entry{{Ref: "component:default/b"}}, time.Now())
		if err == nil || q.Note() != "" {
			t.Errorf("it took an item: %v, %q", err, q.Note())
		}
		t.Log(err)
		_ = q.Close()
	} else {
		t.Log(err)
	}
	if aside, err := filepath.Glob(filepath.Join(dir, "*corrupt*")); err != nil || len(aside) > 0 {
		t.Errorf("set aside: %q", aside)
	}
	if _, err := os.Stat(filepath.Join(dir, "queue.db")); err != nil {
		t.Error(err)
	}
}
