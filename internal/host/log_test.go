//go:build unix

package host

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestLogPlaces protects other files from the log, and a run from a pipe that nobody reads. Where debug.log
// belongs, whatever others have put there is refused; a file that the user names may be a link of theirs.
func TestLogPlaces(t *testing.T) {
	const followed = "" // The log is written.
	give := func(t *testing.T, path string) {
		t.Helper()
		if err := os.Lchown(path, 12345, -1); err != nil {
			t.Skip("only root can give a file away")
		}
	}
	for name, c := range map[string]struct {
		arrange      func(t *testing.T, path, other string) error // path is where the log belongs
		usual, named string                                       // what is said of debug.log and of a named file
	}{
		"nothing": {func(*testing.T, string, string) error { return nil }, followed, followed},
		"a link":  {func(_ *testing.T, path, other string) error { return os.Symlink(other, path) }, "is not a regular file", followed},
		"another user's link": {func(t *testing.T, path, other string) error {
			defer give(t, path)
			return os.Symlink(other, path)
		}, "is not a regular file", "somebody else made"},
		"a pipe": {func(_ *testing.T, path, _ string) error { return syscall.Mkfifo(path, 0o600) }, "is not a regular file", "nobody reads from"},
		"another user's file": {func(t *testing.T, path, _ string) error {
			defer give(t, path)
			return os.WriteFile(path, nil, 0o600)
		}, "belongs to user 12345", followed},
		"an open folder": {func(_ *testing.T, path, _ string) error { return os.Chmod(filepath.Dir(path), 0o777) }, "chmod 700", followed},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			dir, other := filepath.Join(base, "state"), filepath.Join(base, ".bashrc")
			path := filepath.Join(dir, debugLog)
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(other, []byte("before\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := c.arrange(t, path, other); err != nil {
				t.Fatal(err)
			}
			open := func(o LogOptions, says string) {
				t.Helper()
				o.Redact = func(text string) string { return text }
				began := time.Now()
				log, err := OpenLog(o)
				if (err == nil) != (says == followed) || err != nil && !strings.Contains(err.Error(), says) || time.Since(began) > time.Second {
					t.Errorf("%v after %s, want %q", err, time.Since(began), says)
				}
				if err == nil {
					log.Logger().Info("written")
					log.Close()
				}
			}
			open(LogOptions{Dir: dir}, c.usual)
			if doc, err := os.ReadFile(other); err != nil || string(doc) != "before\n" {
				t.Errorf("the other file holds %q, %v", doc, err)
			}
			open(LogOptions{Path: path}, c.named)
		})
	}
}
