package config

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"conviso-importer/internal/ownfile"
)

const product = "conviso-importer"

// appConfig is Backstage's name for its configuration.
const appConfig = "app-config.yaml"

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
	return cmp.Or(l.pick("CONVISO_CACHE_DIR", l.vars.CacheDir, ""), service("CACHE_DIRECTORY", l.vars.SystemdCache),
		folder("XDG_CACHE_HOME", l.vars.CacheHome, ".cache"))
}

func (l *loader) stateDir() found {
	return cmp.Or(l.pick("CONVISO_STATE_DIR", l.vars.StateDir, ""), service("STATE_DIRECTORY", l.vars.SystemdState),
		folder("XDG_STATE_HOME", l.vars.StateHome, filepath.Join(".local", "state")))
}

// service returns the first of the folders that systemd has made for a service; it separates several
// by colons. Other programs use such names for paths of their own, which need not be absolute.
func service(variable, value string) found {
	for dir := range strings.SplitSeq(value, ":") {
		if dir = strings.TrimSpace(dir); filepath.IsAbs(dir) {
			return found{text: filepath.Clean(dir), origin: "environment " + variable}
		}
	}
	return found{}
}

// StateDir returns the state folder or "", even with an invalid configuration, for crash reports.
func StateDir() string {
	vars, err := readVariables()
	if err != nil {
		return ""
	}
	return (&loader{vars: vars, config: &Config{}}).stateDir().text
}

// LogDir returns the folder for logs or "": a service's own, else the state folder.
func LogDir() string {
	vars, err := readVariables()
	if err != nil {
		return ""
	}
	return cmp.Or(service("LOGS_DIRECTORY", vars.SystemdLogs).text, StateDir())
}

// readObeyed reads a file whose values are obeyed: they say where the key goes. What systemd hands to a
// service is its administrator's.
func readObeyed(path string, limit int64, credentials string) ([]byte, fs.FileInfo, error) {
	inside, err := filepath.Rel(credentials, path)
	if !filepath.IsAbs(credentials) || err != nil || !filepath.IsLocal(inside) {
		// What is not there is obeyed by nobody, whoever owns the folder.
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			return nil, nil, err
		}
		if err := ownfile.Guard(path); err != nil {
			return nil, nil, err
		}
	}
	return ownfile.ReadNamed(path, limit)
}

// plainText returns a file's text without a byte order mark and the white space around it.
func plainText(data []byte) string {
	return strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
}

// cause returns err without its path, which may be a misplaced secret.
func cause(err error) string {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err.Error()
	}
	return err.Error()
}
