//go:build unix

package ownfile

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const somebody = 12345

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// give gives a file away, which only root may.
func give(t *testing.T, path string) {
	t.Helper()
	if err := os.Lchown(path, somebody, -1); err != nil {
		t.Skip("only root can give a file away")
	}
}

func write(t *testing.T, path string, mode os.FileMode) string {
	t.Helper()
	must(t, os.WriteFile(path, []byte("before\n"), 0o600))
	must(t, os.Chmod(path, mode))
	return path
}

func folder(t *testing.T, path string, mode os.FileMode) string {
	t.Helper()
	must(t, os.Mkdir(path, 0o700))
	must(t, os.Chmod(path, mode))
	return path
}

// soon fails the test where a call waits for something, such as the other end of a pipe.
func soon(t *testing.T, call func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(time.Second):
		t.Fatal("it waits for ever")
		return nil
	}
}

// TestOpen protects other files of the user's from what is written to the program's folders, and the
// program from what others have put there.
func TestOpen(t *testing.T) {
	for name, c := range map[string]struct {
		arrange func(t *testing.T, dir string) // dir is there and private, "own" in it is the file
		says    string                         // empty where the file is used
	}{
		"nothing yet":         {func(*testing.T, string) {}, ""},
		"a file":              {func(t *testing.T, dir string) { write(t, filepath.Join(dir, "own"), 0o600) }, ""},
		"a file that is read": {func(t *testing.T, dir string) { write(t, filepath.Join(dir, "own"), 0o644) }, ""},
		"a link": {func(t *testing.T, dir string) {
			must(t, os.Symlink(write(t, filepath.Join(t.TempDir(), ".bashrc"), 0o600), filepath.Join(dir, "own")))
		}, "is not a regular file"},
		"a link to nothing": {func(t *testing.T, dir string) {
			must(t, os.Symlink("/nowhere", filepath.Join(dir, "own")))
		}, "is not a regular file"},
		"a pipe": {func(t *testing.T, dir string) {
			must(t, syscall.Mkfifo(filepath.Join(dir, "own"), 0o600))
		}, "is not a regular file"},
		"a folder": {func(t *testing.T, dir string) { folder(t, filepath.Join(dir, "own"), 0o700) }, "is not a regular file"},
		"another user's": {func(t *testing.T, dir string) {
			give(t, write(t, filepath.Join(dir, "own"), 0o666))
		}, "belongs to user 12345"},
		"a folder of everybody's": {func(t *testing.T, dir string) { must(t, os.Chmod(dir, 0o777)) }, "chmod 700"},
		"a folder of a group's":   {func(t *testing.T, dir string) { must(t, os.Chmod(dir, 0o770)) }, "chmod 700"},
		"another user's folder":   {func(t *testing.T, dir string) { give(t, dir) }, "belongs to user 12345"},
		"a folder in place of a link": {func(t *testing.T, dir string) {
			must(t, os.Rename(dir, dir+".moved"))
			must(t, os.Symlink(dir+".moved", dir))
		}, ""},
		"another user's link to the folder": {func(t *testing.T, dir string) {
			must(t, os.Rename(dir, dir+".moved"))
			must(t, os.Symlink(dir+".moved", dir))
			give(t, dir)
		}, "somebody else made"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, filepath.Join(t.TempDir(), "state"), 0o700)
			c.arrange(t, dir)
			path := filepath.Join(dir, "own")
			err := soon(t, func() error {
				file, err := Open(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND)
				if err != nil {
					return err
				}
				_, err = file.WriteString("more\n")
				return errors.Join(err, file.Close())
			})
			if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Fatalf("to write: %v, want %q", err, c.says)
			}
			if err == nil {
				if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != ownMode {
					t.Errorf("%v, %v", info, err)
				}
			}
			var doc []byte
			read := soon(t, func() (err error) { doc, err = Read(path, 100); return err })
			if (read == nil) != (c.says == "") || read == nil && !strings.HasSuffix(string(doc), "more\n") {
				t.Errorf("to read: %q, %v", doc, read)
			}
		})
	}
}

// TestOpenToOthers checks that a file of the user's is for others no longer once it was used.
func TestOpenToOthers(t *testing.T) {
	path := write(t, filepath.Join(folder(t, filepath.Join(t.TempDir(), "state"), 0o755), "own"), 0o666)
	if doc, err := Read(path, 100); err != nil || string(doc) != "before\n" {
		t.Errorf("%q, %v", doc, err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != ownMode {
		t.Errorf("%v, %v", info, err)
	}
}

// TestWrite checks that a file is replaced as a whole, a link by a file, and that nothing is left over.
func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "state")
	path, other := filepath.Join(dir, "own"), write(t, filepath.Join(t.TempDir(), "other"), 0o600)
	must(t, Write(path, []byte("1")))
	must(t, os.Remove(path))
	must(t, os.Symlink(other, path))
	must(t, Write(path, []byte("2")))
	if doc, err := Read(path, 100); err != nil || string(doc) != "2" {
		t.Errorf("%q, %v", doc, err)
	}
	if doc, err := os.ReadFile(other); err != nil || string(doc) != "before\n" {
		t.Errorf("the other file holds %q, %v", doc, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("left is %v, %v", left, err)
	}
	must(t, os.Chmod(dir, 0o777))
	if err := Write(path, []byte("3")); err == nil {
		t.Error("it was written where others may write")
	}
}

// TestReadNamed checks that what the user names is read as it is, but never without end.
func TestReadNamed(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	must(t, syscall.Mkfifo(fifo, 0o600))
	must(t, os.Symlink(write(t, filepath.Join(dir, "file"), 0o666), filepath.Join(dir, "link")))
	go func() {
		// A shell's <(…) has a writer too, which may take its time.
		if pipe, err := os.OpenFile(fifo, os.O_WRONLY, 0); err == nil {
			time.Sleep(50 * time.Millisecond)
			_, _ = pipe.WriteString("before\n")
			_ = pipe.Close()
		}
	}()
	for path, want := range map[string]string{filepath.Join(dir, "link"): "before\n", fifo: "before\n", os.DevNull: ""} {
		var doc []byte
		err := soon(t, func() (err error) { doc, _, err = ReadNamed(path, 7); return err })
		if err != nil || string(doc) != want {
			t.Errorf("%s: %q, %v", path, doc, err)
		}
	}
	for _, path := range []string{"/dev/zero", filepath.Join(dir, "link")} {
		if err := soon(t, func() error { _, _, err := ReadNamed(path, 6); return err }); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, _, err := ReadNamed(filepath.Join(dir, "none"), 6); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("nothing there: %v", err)
	}
}
