//go:build !unix

package sqlfile

import (
	"io/fs"
	"os"
)

// private accepts every folder: mode bits mean nothing here, and a user's folder inherits that
// user's access list.
func private(string, fs.FileInfo) error { return nil }

// trusted accepts every owner, for the same reason.
func trusted(fs.FileInfo) bool { return true }

// Writable reports whether the file at path may be written.
func Writable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o200 != 0
}
