//go:build unix

package host

import (
	"os"
	"syscall"

	"github.com/charmbracelet/x/term"
)

func hideEcho(f *os.File) (show func()) {
	before, err := term.GetState(f.Fd())
	if err != nil {
		return func() {}
	}
	quiet := *before
	quiet.Lflag &^= syscall.ECHO
	if err := term.SetState(f.Fd(), &quiet); err != nil {
		return func() {}
	}
	return func() { _ = term.SetState(f.Fd(), before) }
}
