//go:build unix

package sqlfile

import "syscall"

// Writable reports whether the file at path may be written. Closing an opened file would drop this
// process's locks on it.
func Writable(path string) bool {
	const write = 2 // W_OK of access(2)
	return syscall.Access(path, write) == nil
}
