//go:build unix

package ownfile

import (
	"io/fs"
	"os"
	"syscall"
)

// AsItIs are flags to open what is at a path itself: no link is followed, and a pipe does not wait for
// its other end.
const AsItIs = syscall.O_NOFOLLOW | syscall.O_NONBLOCK

const guardsNothing = false

// ownedByUs reports whether the user or root owns a file, and who does.
func ownedByUs(info fs.FileInfo) (owner int, ours bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return -1, false
	}
	return int(st.Uid), st.Uid == 0 || int(st.Uid) == os.Geteuid()
}

func isOwner(info fs.FileInfo) bool {
	owner, _ := ownedByUs(info)
	return owner == os.Geteuid() || os.Geteuid() == 0
}

func openToOthers(info fs.FileInfo) bool { return info.Mode().Perm()&othersMayWrite != 0 }
