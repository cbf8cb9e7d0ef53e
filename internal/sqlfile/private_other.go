//go:build !unix

package sqlfile

import (
	"io/fs"
	"os"
)

// private accepts every folder: mode bits say nothing here, and a user's own folder
// inherits an access list of that user.
func private(string, fs.FileInfo) error { return nil }

// trusted accepts every owner, for the same reason.
func trusted(fs.FileInfo) bool { return true }

// Writable reports whether the file at path may be written.
func Writable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o200 != 0
}
