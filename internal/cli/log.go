package cli

import (
	"log/slog"
	"os"

	"conviso-importer/internal/config"
	"conviso-importer/internal/host"
	"conviso-importer/internal/safetext"
)

// runLog is the log file of a run. It holds no header, body or secret of a request.
type runLog struct {
	debug bool
	path  string // from --log-file; file is nil without a log
	file  *host.Log
}

// logger returns nil without a log.
func (l *runLog) logger() *slog.Logger { return l.file.Logger() }

func (l *runLog) open(a *app, command string) error {
	if !l.debug && l.path == "" {
		return nil
	}
	dir := config.LogDir()
	if l.path == "" && dir == "" {
		return usage("there is no folder for the log; name a file by --log-file, or set CONVISO_STATE_DIR")
	}
	file, err := host.OpenLog(host.LogOptions{Debug: l.debug, Path: l.path, Dir: dir, Redact: a.end.Redact})
	if err != nil {
		return usage("the log cannot be written: %w; mend that, or name another file by --log-file", err)
	}
	l.file = file
	file.Logger().Info("start", slog.String("version", version), slog.String("command", command), slog.Int("pid", os.Getpid()))
	return nil
}

// close ends the log and prints its path unless the user chose it.
func (l *runLog) close(a *app, code int, err error) {
	if l.file == nil {
		return
	}
	attrs := []slog.Attr{slog.Int("exit", code)}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	l.logger().LogAttrs(a.configured.Context(), slog.LevelInfo, "end", attrs...)
	l.file.Close()
	if l.path == "" {
		a.notef("the log is in %s", safetext.Line(l.file.Path()))
	}
	l.file = nil
}
