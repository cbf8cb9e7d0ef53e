//go:build !unix

package termkeys

import (
	"io"
	"os"
)

// NewReader returns f: here consoles report keys, not bytes.
func NewReader(f *os.File) io.Reader { return f }
