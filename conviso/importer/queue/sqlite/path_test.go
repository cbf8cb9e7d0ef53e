package sqlite

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// TestQueueInOddFolder protects a queue whose folder's name holds what has a meaning in the
// address of a database: it must lie in that folder, with its promises of durability, and
// not in a file that ends where the odd character stood, which other queues would share.
func TestQueueInOddFolder(t *testing.T) {
	for _, name := range []string{"a#b", "a?mode=memory", "a%41b", "a b&_pragma=synchronous(OFF)"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), name)
			q, err := Open(dir, "queue", "here")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
				t.Fatal(err)
			}
			var mode, file string
			var sync int
			if err := q.file.db.QueryRow("SELECT file FROM pragma_database_list").Scan(&file); err != nil || file != filepath.Join(dir, "queue.db") {
				t.Errorf("the queue is %s, %v", file, err)
			}
			if err := q.file.db.QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "truncate" {
				t.Errorf("journal mode %q, %v", mode, err)
			}
			if err := q.file.db.QueryRow("PRAGMA synchronous").Scan(&sync); err != nil || sync != 2 {
				t.Errorf("synchronous %d, %v", sync, err)
			}
			if err := q.Close(); err != nil {
				t.Fatal(err)
			}
			if info, err := os.Stat(filepath.Join(dir, "queue.db")); err != nil || info.Size() == 0 {
				t.Errorf("%v, %v", info, err)
			}
		})
	}
}
