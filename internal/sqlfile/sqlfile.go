// Package sqlfile is what the cache and the queue have in common about their files: that they
// are their user's alone, on which disks they are, when one is damaged and how it is set
// aside. It must not know what is in them.
package sqlfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Prepare creates the folder and the file at path if needed, and makes them private.
func Prepare(path string) error {
	if err := PrepareFolder(path); err != nil {
		return err
	}
	return PrepareFile(path)
}

// PrepareFolder creates the folder of path if needed and checks that it is private: another user
// who may write to it could replace the file by a link.
func PrepareFolder(path string) error {
	dir := filepath.Dir(path)
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		info, err = os.Lstat(dir)
	}
	switch {
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		if info, err = target(dir, info); err != nil {
			return err
		}
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	return private(dir, info)
}

// target follows a link to a folder that the user or root has made: systemd links state folders,
// and people move theirs to another disk. Anybody else could redirect the link at any time.
func target(link string, info fs.FileInfo) (fs.FileInfo, error) {
	if !trusted(info) {
		return nil, fmt.Errorf("%s is a symbolic link that somebody else made", link)
	}
	return os.Stat(link)
}

// PrepareFile creates the file with its mode, since SQLite would follow the umask; log and shared
// memory inherit it. It does not open an existing file: closing it would drop this process's locks
// on it.
func PrepareFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	if info.Mode().Perm() != 0o600 {
		return os.Chmod(path, 0o600)
	}
	return nil
}
