// Package openfiles is about the number of files and sockets that the system lets this process have open
// at once. Where it is too small, errors say so in other words, such as those of a database that cannot be
// opened; this package knows the words that help. It must not know what is opened.
package openfiles

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"
)

const (
	// Least is what Go's runtime needs to wait for anything; with less it ends the process with a stack trace.
	Least = 5
	// Work is what an import needs: at most 20 connections and as many name look-ups, and 16 for cache, queue,
	// locks and log. With less it would begin and break off.
	Work = 56
)

// Check returns an error for the user if fewer than so many files can still be opened, Least or Work. Whoever
// started the program may have left it files of their own.
func Check(need int) error {
	left := left(need)
	if left >= need {
		return nil
	}
	most, _ := limit()
	return fmt.Errorf("of the %d files that this program may have open at once (ulimit -n) %d are left, and an import needs %d; %s", most, left, Work, advice)
}

// Go raises the limit as far as the process may, so more is somebody else's to give.
const advice = "start it where ulimit -n is higher, or raise LimitNOFILE= of its service"

// Exhausted returns a clause for the user, and its advice, if no further file can be opened now, and
// otherwise "".
func Exhausted() string {
	null, err := os.Open(os.DevNull)
	if err != nil {
		return Explain(err)
	}
	_ = null.Close()
	return ""
}

// Explain returns a clause for the user, and its advice, if err is about too many open files, and
// otherwise "".
func Explain(err error) string {
	var name *net.DNSError // It keeps only the text of its cause.
	switch {
	case errors.Is(err, syscall.EMFILE), errors.As(err, &name) && strings.Contains(name.Err, syscall.EMFILE.Error()):
		count := "as many files as it may"
		if n, known := limit(); known {
			count = fmt.Sprintf("all of the %d files that it may (ulimit -n)", n)
		}
		return "this program has open " + count + "; " + advice
	case errors.Is(err, syscall.ENFILE):
		return "this machine has no file left to open; end other programs, or raise fs.file-max"
	}
	return ""
}
