//go:build slow

package sqlite

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
)

// flips is how many files with a wrong bit are opened.
const flips = 2000

// scratch is a folder for damaged files: in memory where that can be had, since thousands of
// them would wait for the disk.
func scratch(t *testing.T) string {
	dir := filepath.Join("/dev/shm", "queue-"+rand.Text())
	if os.Mkdir(dir, 0o700) != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// lengths are all at which a file can be cut.
func lengths(size int) []int {
	all := make([]int, size)
	for i := range all {
		all[i] = i
	}
	return all
}
