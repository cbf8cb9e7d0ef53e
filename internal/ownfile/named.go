package ownfile

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"time"

	"conviso-importer/internal/safego"
)

// writerWait is how long a named pipe may be without a writer. A shell that gives a secret by <(…) has
// the other end open from the beginning.
const writerWait = 5 * time.Second

// mostOfDevice is in bytes; a terminal may be pasted into.
const mostOfDevice = 1 << 20

// ReadNamed reads a file that the user names, or returns ErrTooLarge above limit bytes. Links are
// followed, and a pipe is read to its end however long its writer takes: a person may be typing a
// password there.
func ReadNamed(path string, limit int64) ([]byte, fs.FileInfo, error) {
	file, err := openNamed(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	if info.Mode()&fs.ModeCharDevice != 0 {
		limit = min(limit, mostOfDevice) // Most of them have no end.
	}
	data, err := ReadAll(file, limit)
	return data, info, err
}

// openNamed bounds the wait for a pipe's writer, in which the system has no other way out. A thread that
// waits in vain ends with the process.
func openNamed(path string) (*os.File, error) {
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return os.Open(path)
	}
	type opened struct {
		file *os.File
		err  error
	}
	answer := make(chan opened, 1)
	//nolint:forbidigo // Settings are read before there is anything to cancel, and the wait has an end.
	safego.Go(context.Background(), func() {
		file, err := os.Open(path)
		answer <- opened{file, err}
	})
	patience := time.NewTimer(writerWait)
	defer patience.Stop()
	select {
	case got := <-answer:
		return got.file, got.err
	case <-patience.C:
		return nil, fmt.Errorf("it is a pipe that nobody has written to within %s", writerWait)
	}
}
