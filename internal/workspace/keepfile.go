package workspace

import (
	"errors"
	"os"
	"path/filepath"
)

// keepFile puts a document in the place of a file of the state folder, whole or not at all, for
// its owner alone. It is for what may be lost: whatever goes wrong, nothing is said.
func keepFile(path string, doc []byte) {
	if os.MkdirAll(filepath.Dir(path), 0o700) != nil {
		return
	}
	// Each process writes a file of its own, so that none renames another's half.
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
