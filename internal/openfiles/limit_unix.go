//go:build unix

package openfiles

import (
	"errors"
	"os"
	"syscall"
)

func limit() (n uint64, known bool) {
	var r syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &r) != nil {
		return 0, false
	}
	return uint64(r.Cur), true //nolint:unconvert // It is signed on FreeBSD.
}

// left returns how many files can still be opened, at most need. It opens them without package os, which would
// start what Check is to protect from.
func left(need int) int {
	opened := make([]int, 0, need)
	for len(opened) < need {
		fd, err := syscall.Open(os.DevNull, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
		if errors.Is(err, syscall.EMFILE) {
			break
		}
		if err != nil {
			return need // It says nothing about the limit.
		}
		opened = append(opened, fd)
	}
	for _, fd := range opened {
		_ = syscall.Close(fd)
	}
	return len(opened)
}
