package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// product names this program's folders under the user's.
const product = "conviso-importer"

// appConfig is the name under which Backstage keeps its configuration.
const appConfig = "app-config.yaml"

var errTooLarge = errors.New("it is too large")

// folder returns where this program's part of a kind of user data lives: under the XDG
// variable's value where that is absolute (the specification has others ignored), else in
// the home folder under below. It is empty in a process without a home.
func folder(variable, value, below string) found {
	if filepath.IsAbs(value) {
		return found{text: filepath.Join(value, product), origin: "environment " + variable}
	}
	home, err := os.UserHomeDir()
	if err != nil || !filepath.IsAbs(home) {
		return found{}
	}
	return found{text: filepath.Join(home, below, product)}
}

func (l *loader) cacheDir() found {
	if f := l.pick("CONVISO_CACHE_DIR", l.vars.CacheDir, ""); f.text != "" {
		return f
	}
	return folder("XDG_CACHE_HOME", l.vars.CacheHome, ".cache")
}

func (l *loader) stateDir() found {
	if f := l.pick("CONVISO_STATE_DIR", l.vars.StateDir, ""); f.text != "" {
		return f
	}
	// A service may own several folders; systemd separates them by colons.
	first, _, _ := strings.Cut(l.vars.SystemdState, ":")
	if f := l.pick("STATE_DIRECTORY", first, ""); f.text != "" {
		return f
	}
	return folder("XDG_STATE_HOME", l.vars.StateHome, filepath.Join(".local", "state"))
}

// StateDir is the folder of the queue as the environment has it, empty where there is none.
// It is known even where the rest of the configuration is wrong.
func StateDir() string {
	vars, err := readVariables()
	if err != nil {
		return ""
	}
	return (&loader{vars: vars, config: &Config{}}).stateDir().text
}

// readBounded reads a whole file of at most limit bytes; errTooLarge is its error for more.
func readBounded(path string, limit int64) ([]byte, fs.FileInfo, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, nil, err
	}
	if int64(len(data)) > limit {
		return nil, nil, errTooLarge
	}
	return data, info, nil
}

// cause is why a file could not be read, without the path: a path may be a secret that was
// written in the wrong place.
func cause(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}
