package host

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"conviso-importer/internal/ownfile"
	"conviso-importer/internal/safetext"
)

const (
	debugLog = "debug.log"
	maxLog   = 10 << 20 // the size in bytes from which debug.log is rotated
)

// LogOptions configure OpenLog.
type LogOptions struct {
	Debug     bool
	Path, Dir string // Path is the file; empty means debug.log in Dir, which is created if needed
	Redact    func(text string) string
}

// Log is a file of JSON lines. A nil Log writes nothing.
type Log struct {
	file *os.File
	to   *slog.Logger
}

// OpenLog opens a log, appending to an existing file.
func OpenLog(o LogOptions) (*Log, error) {
	path, open := o.Path, openNamed
	if path == "" {
		path, open = filepath.Join(o.Dir, debugLog), openOwn
	}
	file, err := open(path)
	if err != nil {
		return nil, err
	}
	level := slog.LevelInfo
	if o.Debug {
		level = slog.LevelDebug
	}
	safe := func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Value.Kind() != slog.KindString {
			return attr
		}
		return slog.String(attr.Key, safetext.Line(o.Redact(attr.Value.String())))
	}
	return &Log{file: file, to: slog.New(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: level, ReplaceAttr: safe}))}, nil
}

const appending = os.O_WRONLY | os.O_CREATE | os.O_APPEND

// openOwn opens the usual log, after a large one was put aside.
func openOwn(path string) (*os.File, error) {
	if err := ownfile.Folder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() && info.Size() > maxLog {
		_ = os.Rename(path, path+".1")
	}
	return ownfile.Open(path, appending)
}

// openNamed opens a log that the user named, which may be a terminal, a pipe that somebody reads, or a link
// that the user or root made: in a folder like /tmp somebody else's could lead to a file of the user's.
func openNamed(path string) (*os.File, error) {
	if err := ownfile.CheckLink(path); err != nil {
		return nil, err
	}
	// Without this a pipe would wait for its reader.
	file, err := os.OpenFile(path, appending|syscall.O_NONBLOCK, 0o600)
	if errors.Is(err, syscall.ENXIO) {
		return nil, fmt.Errorf("nobody reads from %s", path)
	}
	if err != nil {
		return nil, err
	}
	// It may name hosts and folders, so only its owner may read it.
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		_ = file.Chmod(0o600)
	}
	return file, nil
}

// Logger returns the logger, nil for a nil Log.
func (l *Log) Logger() *slog.Logger {
	if l == nil {
		return nil
	}
	return l.to
}

// Path returns the file's name.
func (l *Log) Path() string { return l.file.Name() }

// Close closes the file.
func (l *Log) Close() { _ = l.file.Close() }
