package workspace

import (
	"errors"
	"os"
	"path/filepath"
)

// keepFile atomically writes a private file whose loss does no harm; errors are ignored.
func keepFile(path string, doc []byte) {
	if os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*.part")
	if err != nil {
		return
	}
	_, err = part.Write(doc)
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		_ = os.Remove(part.Name())
	}
}
