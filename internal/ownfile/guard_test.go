//go:build unix

package ownfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestGuard protects the key: a configuration that others could have written names no host for it. The
// ways in which Kubernetes, systemd and dotfile managers lay files out are trusted, as are pipes of a shell.
func TestGuard(t *testing.T) {
	join := filepath.Join
	for name, c := range map[string]struct {
		arrange func(t *testing.T, dir string) (path string) // dir is private
		says    string                                       // empty where the file is trusted
	}{
		"a file":              {func(t *testing.T, dir string) string { return write(t, join(dir, "f"), 0o644) }, ""},
		"everybody may write": {func(t *testing.T, dir string) string { return write(t, join(dir, "f"), 0o646) }, "chmod go-w"},
		"a group may write":   {func(t *testing.T, dir string) string { return write(t, join(dir, "f"), 0o664) }, "chmod go-w"},
		"another user's":      {func(t *testing.T, dir string) string { p := write(t, join(dir, "f"), 0o644); give(t, p); return p }, "belongs to user 12345"},
		"an open folder": {func(t *testing.T, dir string) string {
			return write(t, join(folder(t, join(dir, "d"), 0o775), "f"), 0o600)
		}, "chmod go-w"},
		"an open folder above": {func(t *testing.T, dir string) string {
			return write(t, join(folder(t, join(folder(t, join(dir, "d"), 0o777), "e"), 0o700), "f"), 0o600)
		}, `/d"`},
		"another user's folder": {func(t *testing.T, dir string) string {
			p := write(t, join(folder(t, join(dir, "d"), 0o755), "f"), 0o600)
			give(t, join(dir, "d"))
			return p
		}, "belongs to user 12345"},
		"all of it open": {func(t *testing.T, dir string) string {
			return write(t, join(folder(t, join(dir, "d"), 0o777), "f"), 0o666)
		}, `/d/f"`},
		"a sticky folder": {func(t *testing.T, dir string) string {
			return write(t, join(folder(t, join(dir, "d"), 0o777|os.ModeSticky), "f"), 0o600)
		}, ""},
		"another user's in a sticky folder": {func(t *testing.T, dir string) string {
			p := write(t, join(folder(t, join(dir, "d"), 0o777|os.ModeSticky), "f"), 0o644)
			give(t, p)
			return p
		}, "belongs to user 12345"},
		"a link of a dotfile manager": {func(t *testing.T, dir string) string {
			must(t, os.Symlink(write(t, join(folder(t, join(dir, "dotfiles"), 0o755), "f"), 0o644), join(dir, "l")))
			return join(dir, "l")
		}, ""},
		"a link into an open folder": {func(t *testing.T, dir string) string {
			must(t, os.Symlink(join("d", "f"), join(dir, "l")))
			write(t, join(folder(t, join(dir, "d"), 0o777), "f"), 0o644)
			return join(dir, "l")
		}, `/d"`},
		"a link in an open folder": {func(t *testing.T, dir string) string {
			must(t, os.Symlink(write(t, join(dir, "f"), 0o644), join(folder(t, join(dir, "d"), 0o777), "l")))
			return join(dir, "d", "l")
		}, `/d"`},
		"another user's link": {func(t *testing.T, dir string) string {
			must(t, os.Symlink(write(t, join(dir, "f"), 0o644), join(dir, "l")))
			give(t, join(dir, "l"))
			return join(dir, "l")
		}, "somebody else made"},
		"a config map": {func(t *testing.T, dir string) string {
			write(t, join(folder(t, join(dir, "..2026_01"), 0o755), "f"), 0o644)
			must(t, os.Symlink("..2026_01", join(dir, "..data")))
			must(t, os.Symlink(join("..data", "f"), join(dir, "f")))
			return join(dir, "f")
		}, ""},
		"up from a linked folder": {func(t *testing.T, dir string) string {
			folder(t, join(folder(t, join(dir, "d"), 0o777), "e"), 0o700)
			must(t, os.Symlink(join("d", "e"), join(dir, "l")))
			write(t, join(dir, "d", "f"), 0o600)
			return dir + "/l/../f"
		}, `/d"`},
		"a pipe": {func(t *testing.T, dir string) string {
			must(t, syscall.Mkfifo(join(dir, "p"), 0o600))
			return join(dir, "p")
		}, ""},
		"everybody's pipe": {func(t *testing.T, dir string) string {
			must(t, syscall.Mkfifo(join(dir, "p"), 0o600))
			must(t, os.Chmod(join(dir, "p"), 0o666))
			return join(dir, "p")
		}, "chmod go-w"},
		"nothing":           {func(*testing.T, string) string { return os.DevNull }, ""},
		"a shell's pipe":    {func(*testing.T, string) string { return "/dev/fd/0" }, ""},
		"standard input":    {func(*testing.T, string) string { return "/dev/stdin" }, ""},
		"links in a circle": {func(t *testing.T, dir string) string { must(t, os.Symlink("l", join(dir, "l"))); return join(dir, "l") }, "too many levels"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, join(t.TempDir(), "private"), 0o700)
			must(t, os.Chmod(filepath.Dir(dir), 0o755))
			err := Guard(c.arrange(t, dir))
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want %q", err, c.says)
			}
		})
	}
	dir := t.TempDir()
	t.Chdir(dir)
	must(t, os.Chmod(dir, 0o777))
	write(t, "f", 0o600)
	var reach *ReachError
	if err := Guard("f"); !errors.As(err, &reach) || !strings.Contains(err.Error(), "chmod go-w") {
		t.Errorf("a name in an open folder: %v", err)
	}
	if err := Guard("none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("nothing there: %v", err)
	}
}
