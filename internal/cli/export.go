package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"conviso-importer/internal/printout"
)

// export writes items to a new file and returns its absolute path. The name's ending decides the
// form; ~/ is the user's home. A file that exists is left as it is, and one that could not be
// written whole is not there. Nobody else can read it: what a catalog says is a company's own.
func export(name string, items []printout.Item) (string, error) {
	write := printout.WriteCSV
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
	case ".json":
		write = printout.WriteJSON
	default:
		return "", fmt.Errorf("nothing was written: %s ends neither in .csv nor in .json", filepath.Base(name))
	}
	path, err := exportPath(name)
	if err != nil {
		return "", fmt.Errorf("nothing was written: %w", err)
	}
	err = writeNew(path, func(w io.Writer) error { return write(w, items) })
	if errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("a file of this name exists already and was left as it is: %s; choose another name", path)
	}
	var file *fs.PathError
	switch {
	case errors.As(err, &file):
		// The path that the system names is that of a file nobody has heard of.
		return "", fmt.Errorf("nothing was written to %s: %w", path, file.Err)
	case err != nil:
		return "", fmt.Errorf("nothing was written to %s: %w", path, err)
	}
	return path, nil
}

// exportPath is a file's absolute path.
func exportPath(name string) (string, error) {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		return filepath.Join(home, rest), nil
	}
	return filepath.Abs(name)
}

// writeNew makes a file that does not exist, whole or not at all: it is written under another
// name, so that a run which ends on the way leaves nothing that looks like it.
func writeNew(path string, write func(io.Writer) error) error {
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".conviso-importer-*.part")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	// A link fails where the name has been taken in the meantime; a rename would replace that
	// file. Some file systems have no links.
	if err := os.Link(f.Name(), path); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(f.Name(), path)
}
