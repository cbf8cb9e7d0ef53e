package workspace

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/config"
)

// TestLateNote checks that a note that appears while a command runs is reported once.
func TestLateNote(t *testing.T) {
	dir := t.TempDir()
	damage := func() {
		files, err := filepath.Glob(filepath.Join(dir, "queue-*.db"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		if err := os.WriteFile(files[0], []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := &Workspace{Config: &config.Config{StateDir: dir}}
	queue, _ := s.openQueue("1042", "here")
	defer func() { _ = s.close[0]() }()
	if s.News() != "" {
		t.Errorf("a sound queue says %q", s.News())
	}
	damage()
	if _, err := queue.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.News(), "corrupt-") {
		t.Errorf("after damage: %q", s.News())
	}
	damage()
	again := &Workspace{Config: &config.Config{StateDir: dir}}
	again.openQueue("1042", "here")
	defer func() { _ = again.close[0]() }()
	if len(again.Notes) != 1 || again.News() != "" {
		t.Errorf("said at the start: %q, and again at the end: %q", again.Notes, again.News())
	}
}
