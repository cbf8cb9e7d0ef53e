//go:build unix

package host

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// mute lets everything that is written to out from now on go nowhere, and returns another way to where it
// led; or out itself where that is not possible.
func mute(out *os.File) *os.File {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		return out
	}
	defer func() { _ = null.Close() }()
	led, err := unix.Dup(int(out.Fd()))
	if err != nil {
		return out
	}
	if err := unix.Dup2(int(null.Fd()), int(out.Fd())); err != nil {
		_ = unix.Close(led)
		return out
	}
	return os.NewFile(uintptr(led), out.Name())
}

// dump ends the process by SIGQUIT: Go's runtime prints all goroutines and exits with 2.
func dump() {
	signal.Reset(syscall.SIGQUIT)
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGQUIT)
	time.Sleep(time.Minute)
}
