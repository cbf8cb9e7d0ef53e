//go:build !unix

package sqlfile

import "os"

// Writable reports whether the file at path may be written.
func Writable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().Perm()&0o200 != 0
}
