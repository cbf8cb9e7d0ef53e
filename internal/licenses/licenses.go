// Package licenses has the licences of everything that is linked into the program, which several of them
// ask to be handed on with it. It must not know who prints them.
package licenses

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
)

// packed is made by go generate of the modules that are linked on Linux and macOS.
//
//go:embed licenses.txt.gz
var packed []byte

// maxText is far above the text's size, in bytes.
const maxText = 16 << 20

// Text returns the licences, each below the names of the modules that it is for.
func Text() (string, error) {
	in, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(io.LimitReader(in, maxText))
	return string(text), err
}
