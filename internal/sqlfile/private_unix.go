//go:build unix

package sqlfile

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

func private(dir string, info fs.FileInfo) error {
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d", dir, st.Uid)
	}
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("other users can write to it (chmod 700 %q mends that)", dir)
	}
	return nil
}

func trusted(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && (st.Uid == 0 || int(st.Uid) == os.Geteuid())
}

// Writable reports whether the file at path may be written. Closing an opened file would drop this
// process's locks on it.
func Writable(path string) bool {
	const write = 2 // W_OK of access(2)
	return syscall.Access(path, write) == nil
}
