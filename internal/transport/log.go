package transport

import (
	"log/slog"
	"net/http"
	"time"
)

// logged writes a line about a request when its answer has begun, or has failed to: what was
// asked for, what came of it and how long that took. It never writes headers, bodies or what
// stands behind a question mark.
func logged(log *slog.Logger, req *http.Request, resp *http.Response, err error, began time.Time) {
	if log == nil {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", req.Method), slog.String("host", req.URL.Host), slog.String("path", req.URL.Path),
		slog.Int64("duration_ms", time.Since(began).Milliseconds()),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	} else {
		attrs = append(attrs, slog.Int("status", resp.StatusCode))
	}
	log.LogAttrs(req.Context(), slog.LevelDebug, "request", attrs...)
}
