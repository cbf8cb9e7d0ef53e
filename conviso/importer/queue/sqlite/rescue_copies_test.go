package sqlite

import (
	"os"
	"path/filepath"
	"testing"
)

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
