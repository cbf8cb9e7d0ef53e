package host

import (
	"log/slog"
	"os"
	"path/filepath"

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
	path := o.Path
	if path == "" {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, err
		}
		path = filepath.Join(o.Dir, debugLog)
		if info, err := os.Lstat(path); err == nil && info.Size() > maxLog {
			_ = os.Rename(path, path+".1")
		}
	}
	// It may name hosts and folders, so only its owner may read it.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		_ = file.Chmod(0o600)
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
