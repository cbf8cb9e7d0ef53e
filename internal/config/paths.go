package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const product = "conviso-importer"

// appConfig is Backstage's name for its configuration.
const appConfig = "app-config.yaml"

var errTooLarge = errors.New("it is too large")

// folder is under an XDG variable if absolute, else below the home folder; empty without a home.
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
	// systemd separates several folders by colons.
	first, _, _ := strings.Cut(l.vars.SystemdState, ":")
	if f := l.pick("STATE_DIRECTORY", first, ""); f.text != "" {
		return f
	}
	return folder("XDG_STATE_HOME", l.vars.StateHome, filepath.Join(".local", "state"))
}

// StateDir returns the state folder or "", even with an invalid configuration, for crash reports.
func StateDir() string {
	vars, err := readVariables()
	if err != nil {
		return ""
	}
	return (&loader{vars: vars, config: &Config{}}).stateDir().text
}

// readBounded reads a file, or returns errTooLarge above limit bytes.
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

// cause returns err without its path, which may be a misplaced secret.
func cause(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}
