//go:build unix

package cache

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Without a usable disk the store works, and the message names the folder, the cause and the
// next step.
func TestMemoryOnly(t *testing.T) {
	cases := map[string]struct {
		// arrange returns the folder to open.
		arrange func(t *testing.T, base string) string
		want    string
	}{
		"other users can write": {func(t *testing.T, base string) string {
			return base
		}, "chmod 700"},
		"a link": {func(t *testing.T, base string) string {
			link := filepath.Join(base, "link")
			must(t, os.Mkdir(filepath.Join(base, "target"), 0o700))
			must(t, os.Symlink("target", link))
			if err := os.Lchown(link, 12345, -1); err != nil {
				t.Skip("only root can give a link away")
			}
			return link + "/"
		}, "symbolic link"},
		"a file in place of the folder": {func(t *testing.T, base string) string {
			path := filepath.Join(base, "file")
			write(t, path, nil)
			return path
		}, "not a folder"},
		"a file on the way": {func(t *testing.T, base string) string {
			write(t, filepath.Join(base, "file"), nil)
			return filepath.Join(base, "file", "cache")
		}, "not a directory"},
		"the database is a link": {func(t *testing.T, base string) string {
			dir := filepath.Join(base, "cache")
			must(t, os.Mkdir(dir, 0o700))
			must(t, os.Symlink("elsewhere", filepath.Join(dir, fileName)))
			return dir
		}, "not a regular file"},
		"the database is a folder": {func(t *testing.T, base string) string {
			dir := filepath.Join(base, "cache")
			must(t, os.MkdirAll(filepath.Join(dir, fileName), 0o700))
			return dir
		}, "not a regular file"},
		"another user's": {func(t *testing.T, base string) string {
			dir := filepath.Join(base, "cache")
			must(t, os.Mkdir(dir, 0o700))
			if err := os.Chown(dir, 12345, -1); err != nil {
				t.Skip("only root can give a folder away")
			}
			return dir
		}, "belongs to user 12345"},
		"nobody may create": {func(t *testing.T, base string) string {
			if os.Geteuid() == 0 {
				t.Skip("root may create anywhere")
			}
			dir := filepath.Join(base, "cache")
			must(t, os.Mkdir(dir, 0o500))
			return dir
		}, "permission denied"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			must(t, os.Chmod(base, 0o770))
			dir := c.arrange(t, base)
			s := open(t, dir, Options{})
			err := s.Problem()
			if err == nil || !strings.Contains(err.Error(), c.want) ||
				!strings.Contains(err.Error(), strings.TrimSuffix(dir, "/")) {
				t.Errorf("Problem: %v; want %q about %s", err, c.want, dir)
			}
			cache := New(s, "a", raw(1))
			put(t, cache, "k", []byte("v"))
			wantHit(t, cache, "k", []byte("v"))
			if st := s.Stats(); st.Path != "" || st.DiskBytes != 0 {
				t.Errorf("stats: %+v", st)
			}
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Only the user may read the cache, whatever the umask and an older file's mode.
func TestModes(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "a", "b")
	for range 2 {
		s := healthy(t, dir, Options{})
		put(t, New(s, "a", raw(1)), "k", []byte("v"))
		for name, want := range map[string]os.FileMode{
			"": 0o700, fileName: 0o600, fileName + "-wal": 0o600, fileName + "-shm": 0o600,
		} {
			info, err := os.Stat(filepath.Join(dir, name))
			must(t, err)
			if got := info.Mode().Perm(); got != want {
				t.Errorf("%q has mode %o, want %o", name, got, want)
			}
		}
		must(t, s.Close())
		must(t, os.Chmod(filepath.Join(dir, fileName), 0o644))
	}
}

// Folder names may contain characters that are special in a database's URI.
func TestOddFolderName(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?mode=ro#%41&_pragma=[x]")
	s := healthy(t, dir, Options{})
	put(t, New(s, "a", raw(1)), "k", []byte("v"))
	must(t, s.Close())
	wantHit(t, New(healthy(t, dir, Options{}), "a", raw(1)), "k", []byte("v"))
	if _, err := os.Stat(filepath.Join(dir, fileName)); err != nil {
		t.Error(err)
	}
}
