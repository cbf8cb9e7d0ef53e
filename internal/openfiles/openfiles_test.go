//go:build unix

package openfiles

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestExplain checks that errors about open files are told from all others, a server's words included.
func TestExplain(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"none":           {nil, ""},
		"a file":         {&fs.PathError{Op: "open", Path: "x", Err: syscall.EMFILE}, "(ulimit -n)"},
		"a socket":       {fmt.Errorf("read: %w", &net.OpError{Op: "dial", Err: os.NewSyscallError("socket", syscall.EMFILE)}), "(ulimit -n)"},
		"a name":         {fmt.Errorf("read: %w", &net.DNSError{Err: "socket: too many open files"}), "(ulimit -n)"},
		"the machine":    {os.NewSyscallError("open", syscall.ENFILE), "fs.file-max"},
		"a server's own": {errors.New("the platform says: too many open files"), ""},
		"another":        {fs.ErrNotExist, ""},
	} {
		if got := Explain(c.err); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}

// TestCheck checks that a process with room goes on, and that it closes what it tried.
func TestCheck(t *testing.T) {
	for range 1000 {
		if err := errors.Join(Check(Least), Check(Work)); err != nil {
			t.Fatal(err)
		}
	}
	if why := Exhausted(); why != "" {
		t.Error(why)
	}
}
