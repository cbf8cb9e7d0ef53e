package cli

import (
	"log/slog"
	"os"
	"path/filepath"

	"conviso-importer/internal/config"
	"conviso-importer/internal/safetext"
)

const (
	// debugLog is the log's name in the state folder, where nobody has named another file.
	debugLog = "debug.log"
	// maxLog is the size from which that log is begun anew, with the one before kept.
	maxLog = 10 << 20
)

// runLog is a run as a file of JSON lines, for whoever looks for a fault. Nothing of it ever
// reaches the screen. Requests are written down by method, path, status and time; no header, no
// body and no secret is.
type runLog struct {
	debug bool
	// path is the file that the user named.
	path string
	file *os.File
	to   *slog.Logger
	// usual says that the file is the one in the state folder, which the user is told of.
	usual bool
}

// logger is nil where nothing is written down.
func (l *runLog) logger() *slog.Logger { return l.to }

// open begins the log where a flag asks for one.
func (l *runLog) open(a *app, command string) error {
	if !l.debug && l.path == "" {
		return nil
	}
	path, err := l.place()
	if err != nil {
		return err
	}
	// It may hold the names of hosts and folders: its owner alone reads it.
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return usage("the log cannot be written: %w; name another file by --log-file", err)
	}
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		_ = file.Chmod(0o600)
	}
	level := slog.LevelInfo
	if l.debug {
		level = slog.LevelDebug
	}
	l.file = file
	l.to = slog.New(slog.NewJSONHandler(file, &slog.HandlerOptions{Level: level, ReplaceAttr: a.logged}))
	l.to.Info("start", slog.String("version", version), slog.String("command", command), slog.Int("pid", os.Getpid()))
	return nil
}

// place is the file to write to.
func (l *runLog) place() (string, error) {
	if l.path != "" {
		return l.path, nil
	}
	dir := config.StateDir()
	if dir == "" {
		return "", usage("there is no folder for the log; name a file by --log-file, or set CONVISO_STATE_DIR")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", usage("the log cannot be written: %w; name a file by --log-file", err)
	}
	l.usual = true
	path := filepath.Join(dir, debugLog)
	if info, err := os.Lstat(path); err == nil && info.Size() > maxLog {
		_ = os.Rename(path, path+".1")
	}
	return path, nil
}

// close ends the log, and says where it is unless the user has said so.
func (l *runLog) close(a *app, code int, err error) {
	if l.file == nil {
		return
	}
	attrs := []slog.Attr{slog.Int("exit", code)}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	l.to.LogAttrs(a.configured.Context(), slog.LevelInfo, "end", attrs...)
	_ = l.file.Close()
	if l.usual {
		a.say("the log is in %s", safetext.Line(l.file.Name()))
	}
	l.file = nil
}

// logged makes a text safe, and free of secrets, wherever it comes from.
func (a *app) logged(_ []string, attr slog.Attr) slog.Attr {
	if attr.Value.Kind() != slog.KindString {
		return attr
	}
	text := attr.Value.String()
	if a.end != nil {
		text = a.end.redact(text)
	}
	return slog.String(attr.Key, safetext.Line(text))
}
