package transport

import (
	"log/slog"
	"net/http"
	"time"
)

// logRequest logs a request once its response has begun or failed. It never logs headers,
// bodies or queries.
func logRequest(log *slog.Logger, req *http.Request, resp *http.Response, err error, began time.Time) {
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
