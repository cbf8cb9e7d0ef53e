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

// export writes items to a new file in the format of the name's extension and returns its absolute
// path. It never overwrites, leaves no partial file, and only the user can read it.
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
	if errors.As(err, &file) {
		err = file.Err // Its path is that of the temporary file.
	}
	if err != nil {
		return "", fmt.Errorf("nothing was written to %s: %w", path, err)
	}
	return path, nil
}

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

// writeNew creates a file atomically: an interrupted run leaves no partial file.
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
	// Unlike a rename, a link never replaces a file; some file systems have none.
	if err := os.Link(f.Name(), path); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(path); err == nil {
		return fs.ErrExist
	}
	return os.Rename(f.Name(), path)
}
