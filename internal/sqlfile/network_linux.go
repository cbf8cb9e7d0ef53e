package sqlfile

import (
	"path/filepath"
	"syscall"
)

// File system types, from linux/magic.h.
const (
	nfsMagic  = 0x6969
	cifsMagic = 0xff534d42
	smb2Magic = 0xfe534d42
)

// OnNetwork reports whether the file is on a network file system, where SQLite's write-ahead log
// has no shared memory.
func OnNetwork(path string) bool {
	var st syscall.Statfs_t
	if syscall.Statfs(filepath.Dir(path), &st) != nil {
		return false
	}
	// The field is signed and of 32 or 64 bits; the magic numbers have 32.
	switch uint32(st.Type) {
	case nfsMagic, cifsMagic, smb2Magic:
		return true
	}
	return false
}
