package sqlite

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// TestQueueFile protects the queue across processes, versions and damage.
func TestQueueFile(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	q, err := Open(dir, "queue", "one")
	if err != nil {
		t.Fatal(err)
	}
	entry := queue.Entry{Ref: "component:default/a", Project: conviso.Project{Name: "a", Tags: []string{"x"}}, Baseline: []string{"7"}, Strict: true}
	for range 2 {
		if _, err := q.Add(t.Context(), []queue.Entry{entry}, now); err != nil {
			t.Fatal(err)
		}
	}
	other, err := Open(dir, "queue", "two")
	if err != nil {
		t.Fatal(err)
	}
	if items, _, err := other.Changed(t.Context(), 0); err != nil || len(items) != 0 {
		t.Errorf("another instance sees %d items, %v", len(items), err)
	}
	items, _, err := q.Changed(t.Context(), 0)
	if err != nil || len(items) != 1 || !reflect.DeepEqual(items[0].Project, entry.Project) || !items[0].Strict || items[0].Baseline[0] != "7" {
		t.Fatalf("read back %+v, %v", items, err)
	}
	if _, err := q.file.db.Exec("UPDATE items SET project = replace(project, 'x', 'y')"); err != nil {
		t.Fatal(err)
	}
	if items, _, err = q.Changed(t.Context(), 0); err != nil || items[0].State != queue.Failed || !strings.Contains(items[0].Error, "damaged") {
		t.Errorf("a damaged row: %+v, %v", items, err)
	}
	if claimed, err := q.Claim(t.Context(), 25, now, time.Time{}); err != nil || len(claimed) != 0 {
		t.Errorf("a damaged row was claimed: %+v, %v", claimed, err)
	}
	if _, err := q.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	if work, err := q.Work(t.Context()); err != nil || work != (queue.Work{}) {
		t.Errorf("a damaged row is still to be done: %+v, %v", work, err)
	}
	if _, err := q.file.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	_, _ = q.Close(), other.Close()
	if _, err := Open(dir, "queue", "one"); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("a newer version's queue: %v", err)
	}
}
