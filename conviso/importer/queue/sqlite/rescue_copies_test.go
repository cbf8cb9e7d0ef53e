package sqlite

import (
	"os"
	"path/filepath"
	"testing"
)

// TestStandsAlone protects a damaged database beside which there is something to be played into
// it: only what stands alone is read once, and an empty journal is nothing.
func TestStandsAlone(t *testing.T) {
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
			if got := standsAlone(path); got != c.want {
				t.Errorf("%s beside it as %s: %v", c.name, suffix, got)
			}
		}
	}
}
