// Package sqlfile is what the cache and the queue have in common about their files: how they are made,
// on which disks they are, when one is damaged and how it is set aside. It must not know what is in them.
package sqlfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"conviso-importer/internal/ownfile"
)

// Prepare creates the folder and the file at path if needed, and makes them private.
func Prepare(path string) error {
	if err := ownfile.Folder(filepath.Dir(path)); err != nil {
		return err
	}
	return PrepareFile(path)
}

// PrepareFile creates the file with its mode, since SQLite would follow the umask; log and shared
// memory inherit it. It does not open an existing file: closing it would drop this process's locks
// on it. What SQLite opens beside the file is checked too.
func PrepareFile(path string) error {
	for _, suffix := range Suffixes() {
		if err := ownfile.Check(path + suffix); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		return f.Close()
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(path)
	if err == nil && info.Mode().Perm() != 0o600 {
		return os.Chmod(path, 0o600)
	}
	return err
}
