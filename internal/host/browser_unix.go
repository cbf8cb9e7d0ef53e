//go:build unix

package host

import (
	"os/exec"
	"syscall"
)

// apart starts a program in a session of its own, so that neither a key nor the end of the
// terminal reaches it.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }
