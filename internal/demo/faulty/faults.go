package faulty

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"conviso-importer/internal/pause"
)

// Fault is how a server misbehaves towards one request. The zero Fault is none: the request
// is served as ever. Fields combine, e.g. a Delay with a Status.
type Fault struct {
	// Delay passes before anything else; it ends early when the client goes, and the
	// request is then served all the same, as a busy server would.
	Delay time.Duration
	// Status replaces the answer: this status, Header and Body. Without After the request
	// is not served at all.
	Status int
	Header http.Header
	Body   string
	// Reset breaks the connection instead of an answer.
	Reset bool
	// Hang gives no answer until the client goes.
	Hang bool
	// After serves the request first and only then replaces or breaks off its answer:
	// the work is done and nobody is told.
	After bool
	// Cut, if positive, breaks the connection after so many bytes of the answer's body.
	Cut int
	// Drip sends the body byte by byte with this pause between.
	Drip time.Duration
}

// HTML is a page where JSON is expected: a login form, a proxy's error.
func HTML(status int) Fault {
	return Fault{Status: status, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to go on.</body></html>"}
}

// JSON is an answer with this status and body.
func JSON(status int, body string) Fault {
	return Fault{Status: status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: body}
}

// Redirect sends the client elsewhere.
func Redirect(status int, location string) Fault {
	return Fault{Status: status, Header: http.Header{"Location": {location}}}
}

// TooMany is a 429; retryAfter is its header's value, or empty for none.
func TooMany(retryAfter string) Fault {
	f := JSON(http.StatusTooManyRequests, `{"error":"Too many requests, please try again later"}`)
	if retryAfter != "" {
		f.Header.Set("Retry-After", retryAfter)
	}
	return f
}

// First misbehaves for the first n requests that match; a nil match takes all. The result
// is for one server, which asks it for one request at a time.
func First(n int, match func(Request) bool, f Fault) func(Request) Fault {
	return func(r Request) Fault {
		if n <= 0 || (match != nil && !match(r)) {
			return Fault{}
		}
		n--
		return f
	}
}

// Operation matches the GraphQL requests whose first root field has this name.
func Operation(name string) func(Request) bool {
	return func(r Request) bool { return r.Operation == name }
}

// serve answers through the fault; work is the real answer.
func (f Fault) serve(w http.ResponseWriter, r *http.Request, work func(http.ResponseWriter)) {
	_ = pause.Sleep(r.Context(), f.Delay)
	replaced := f.Reset || f.Hang || f.Status != 0
	if replaced && f.After {
		work(&discard{header: make(http.Header)})
	}
	if f.Cut > 0 || f.Drip > 0 {
		w = &faultyWriter{ResponseWriter: w, ctx: r.Context(), left: f.Cut, cut: f.Cut > 0, drip: f.Drip}
	}
	switch {
	case f.Hang:
		<-r.Context().Done()
		reset(w)
	case f.Reset:
		reset(w)
	case f.Status != 0:
		for k, v := range f.Header {
			w.Header()[http.CanonicalHeaderKey(k)] = v
		}
		w.WriteHeader(f.Status)
		_, _ = io.WriteString(w, f.Body)
	default:
		work(w)
	}
}

// reset ends the connection so that the client's kernel reports a reset; without a socket
// it aborts the request.
func reset(w http.ResponseWriter) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		if tcp, ok := conn.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler)
}

// faultyWriter cuts a body or lets it drip.
type faultyWriter struct {
	http.ResponseWriter

	// ctx ends when the client goes.
	ctx  context.Context
	left int
	cut  bool
	drip time.Duration
}

// Unwrap lets http.ResponseController reach the connection.
func (w *faultyWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Write implements io.Writer.
func (w *faultyWriter) Write(p []byte) (int, error) {
	whole := len(p)
	last := w.cut && whole >= w.left
	if last {
		p = p[:w.left]
	}
	w.left -= len(p)
	step := len(p)
	if w.drip > 0 {
		step = 1
	}
	flush := http.NewResponseController(w.ResponseWriter)
	for len(p) > 0 {
		n := min(step, len(p))
		if _, err := w.ResponseWriter.Write(p[:n]); err != nil {
			return 0, err
		}
		p = p[n:]
		if err := flush.Flush(); err != nil {
			return 0, err
		}
		if pause.Sleep(w.ctx, w.drip) != nil {
			return 0, w.ctx.Err()
		}
	}
	if last {
		panic(http.ErrAbortHandler)
	}
	return whole, nil
}

// discard swallows an answer.
type discard struct{ header http.Header }

// Header implements http.ResponseWriter.
func (d *discard) Header() http.Header { return d.header }

// Write implements io.Writer.
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

// WriteHeader implements http.ResponseWriter.
func (d *discard) WriteHeader(int) {}
