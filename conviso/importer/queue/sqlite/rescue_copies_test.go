package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestDamagedIdentities protects the list of failed items from ones that never were: where a file
// has lost the end of a page, SQLite reads zeros for texts in it.
func TestDamagedIdentities(t *testing.T) {
	file, _ := sampleQueue(t)
	path := filepath.Join(placed(t, file), "queue.db")
	db, err := openDB(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE items SET ref = ref || char(0, 0) WHERE seq % 2 = 0; UPDATE items SET instance = char(0) WHERE seq % 3 = 0; UPDATE items SET strict = 1 - strict WHERE seq % 5 = 0"); err != nil {
		t.Fatal(err)
	}
	found, err := readDamaged(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(found.items) == 0 || len(found.damaged) == 0 {
		t.Errorf("%d items are intact and %d damaged", len(found.items), len(found.damaged))
	}
	for id := range found.damaged {
		if strings.ContainsRune(id.Instance+string(id.Ref), 0) {
			t.Errorf("%q of %q never was an item", id.Ref, id.Instance)
		}
	}
}

// TestNoJournal protects a damaged database that has a journal: it is read with it and without it.
// An empty journal is none.
func TestNoJournal(t *testing.T) {
	for _, suffix := range []string{"-journal", "-wal"} {
		path := filepath.Join(t.TempDir(), "queue.db")
		for _, c := range []struct {
			name, file, content string
			want                bool
		}{
			{"nothing but the database", path, "damaged", true},
			{"an empty file", path + suffix, "", true},
			{"a file with something in it", path + suffix, "page", false},
		} {
			if err := os.WriteFile(c.file, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := noJournal(path); got != c.want {
				t.Errorf("%s beside it as %s: %v", c.name, suffix, got)
			}
		}
	}
}
