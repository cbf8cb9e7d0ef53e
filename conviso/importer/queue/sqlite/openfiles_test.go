//go:build unix

package sqlite

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// TestNoFileLeft protects the user from advice about the disk where only the limit of open files is at fault,
// of which SQLite says nothing.
func TestNoFileLeft(t *testing.T) {
	dir := t.TempDir()
	q := openIn(t, dir)
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
		t.Fatal(err)
	}
	restore := func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &before); err != nil {
			t.Error(err)
		}
	}
	defer restore()
	few := before
	few.Cur = 3
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &few); err != nil {
		t.Fatal(err)
	}
	_, added := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now())
	_, opened := Open(dir, "another", "here")
	restore()
	for what, err := range map[string]error{"add": added, "open": opened} {
		if err == nil || !strings.Contains(err.Error(), "all of the 3 files that it may (ulimit -n)") || strings.Contains(err.Error(), "disk") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
		t.Errorf("with files again: %v", err)
	}
}
