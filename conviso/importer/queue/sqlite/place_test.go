package sqlite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conviso-importer/conviso/importer/queue"
)

// TestQueuePlaces protects what is promised on disk from other users of the machine, and its
// user from a queue in a place that cannot keep it: one sentence names the cause and the way out.
func TestQueuePlaces(t *testing.T) {
	cases := map[string]struct {
		arrange func(t *testing.T, base string) string
		want    string
	}{
		"others can write": {func(t *testing.T, base string) string {
			dir := filepath.Join(base, "state")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			return dir
		}, "chmod 700"},
		"another user's": {func(t *testing.T, base string) string {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a folder away")
			}
			dir := filepath.Join(base, "state")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(dir, 12345, -1); err != nil {
				t.Fatal(err)
			}
			return dir
		}, "belongs to user 12345"},
		"another user's link": {func(t *testing.T, base string) string {
			if os.Geteuid() != 0 {
				t.Skip("only root can give a link away")
			}
			if err := os.Symlink(t.TempDir(), filepath.Join(base, "state")); err != nil {
				t.Fatal(err)
			}
			if err := os.Lchown(filepath.Join(base, "state"), 12345, -1); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(base, "state")
		}, "symbolic link"},
		"a link to what others can write": {func(t *testing.T, base string) string {
			target := t.TempDir()
			if err := os.Chmod(target, 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(target, filepath.Join(base, "state")); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(base, "state")
		}, "chmod 700"},
		"a file": {func(t *testing.T, base string) string {
			if err := os.WriteFile(filepath.Join(base, "state"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			return filepath.Join(base, "state")
		}, "not a folder"},
		"no place at all": {func(*testing.T, string) string { return "/proc/none/state" }, "no such file"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := Open(c.arrange(t, t.TempDir()), "queue", "one")
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "CONVISO_STATE_DIR") {
				t.Errorf("the error is %v, want %q and the setting", err, c.want)
			}
		})
	}
}

// TestQueueBehindLink protects users who have moved their state to another disk, and services
// whose state folder systemd links.
func TestQueueBehindLink(t *testing.T) {
	base, target := t.TempDir(), filepath.Join(t.TempDir(), "elsewhere")
	if err := os.Mkdir(target, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(base, "state")); err != nil {
		t.Fatal(err)
	}
	q := openIn(t, filepath.Join(base, "state"))
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(target, "queue.db")); err != nil {
		t.Error(err)
	}
}

// TestQueueModes protects what stands in the queue, which is the catalog's text, from the
// other users of a jump host, whatever the umask and whoever made the file.
func TestQueueModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	q := openIn(t, dir)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(q.path, 0o644); err != nil {
		t.Fatal(err)
	}
	q = openIn(t, dir)
	if _, err := q.Add(t.Context(), []queue.Entry{{Ref: "component:default/a"}}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if ok, err := NewLock(dir, "queue").TryLock(time.Now()); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if info, err := f.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", f.Name(), info.Mode(), err)
		}
	}
}
