package host

import (
	"log/slog"
	"os"
	"path/filepath"

	"conviso-importer/internal/safetext"
)

const (
	// debugLog is the log's name in the state folder, where nobody has named another file.
	debugLog = "debug.log"
	// maxLog is the size from which that log is begun anew, with the one before kept.
	maxLog = 10 << 20
)

// LogOptions are where and how a run is written down.
type LogOptions struct {
	// Debug writes records of level debug as well.
	Debug bool
	// Path is the file; empty means debug.log in the folder Dir, which is made if need be.
	Path, Dir string
	// Redact masks secrets in a text.
	Redact func(text string) string
}

// Log is a run as a file of JSON lines, for whoever looks for a fault. Nothing of it ever
// reaches the screen. A nil Log writes nothing.
type Log struct {
	file *os.File
	to   *slog.Logger
}

// OpenLog begins a log. It goes on with a file that exists.
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
	// It may hold the names of hosts and folders: its owner alone reads it.
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
	// Every text is made safe and free of secrets, wherever it comes from.
	safe := func(_ []string, attr slog.Attr) slog.Attr {
		if attr.Value.Kind() != slog.KindString {
			return attr
		}
		return slog.String(attr.Key, safetext.Line(o.Redact(attr.Value.String())))
	}
	return &Log{file: file, to: slog.New(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: level, ReplaceAttr: safe}))}, nil
}

// Logger returns what writes to the log, which is nil for a nil Log.
func (l *Log) Logger() *slog.Logger {
	if l == nil {
		return nil
	}
	return l.to
}

// Path returns the name of the log's file.
func (l *Log) Path() string { return l.file.Name() }

// Close ends the log.
func (l *Log) Close() { _ = l.file.Close() }
