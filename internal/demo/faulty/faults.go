package faulty

import (
	"context"
	"io"
	"net"
	"net/http"
	"time"

	"conviso-importer/internal/pause"
)

// Fault is how a server misbehaves on one request. The zero Fault serves it normally. Fields
// combine, e.g. a Delay with a Status.
type Fault struct {
	// Delay comes first. It ends early when the client leaves; the request is then served all
	// the same, as a busy server would.
	Delay time.Duration
	// Status replaces the response by this status, Header and Body. Without After the request is not served.
	Status int
	Header http.Header
	Body   string
	Reset  bool // resets the connection instead of a response
	Hang   bool // sends no response until the client leaves
	// After serves the request first and then replaces or breaks off the response: the work is
	// done, but the client does not learn it.
	After bool
	// Cut, if positive, breaks the connection after so many bytes of the body.
	Cut  int
	Drip time.Duration // sends the body byte by byte with this pause between
}

// HTML is a page instead of JSON: a login form, a proxy's error.
func HTML(status int) Fault {
	return Fault{Status: status, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}},
		Body: "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to go on.</body></html>"}
}

// JSON is a response with this status and body.
func JSON(status int, body string) Fault {
	return Fault{Status: status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, Body: body}
}

// Redirect is a redirect to location.
func Redirect(status int, location string) Fault {
	return Fault{Status: status, Header: http.Header{"Location": {location}}}
}

// TooMany is a 429; retryAfter is the header's value, or empty for none.
func TooMany(retryAfter string) Fault {
	f := JSON(http.StatusTooManyRequests, `{"error":"Too many requests, please try again later"}`)
	if retryAfter != "" {
		f.Header.Set("Retry-After", retryAfter)
	}
	return f
}

// First returns a script that misbehaves on the first n matching requests; a nil match matches
// all. Use it for one server only, which calls it serially.
func First(n int, match func(Request) bool, f Fault) func(Request) Fault {
	return func(r Request) Fault {
		if n <= 0 || (match != nil && !match(r)) {
			return Fault{}
		}
		n--
		return f
	}
}

// Operation matches GraphQL requests by the name of the first root field.
func Operation(name string) func(Request) bool {
	return func(r Request) bool { return r.Operation == name }
}

// serve responds through the fault; work is the normal response.
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

// reset resets the TCP connection; without a socket it aborts the request.
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

// faultyWriter cuts a body or drips it.
type faultyWriter struct {
	http.ResponseWriter

	ctx  context.Context // ends when the client leaves
	left int
	cut  bool
	drip time.Duration
}

// Unwrap gives http.ResponseController access to the connection.
func (w *faultyWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

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

// discard drops a response.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header { return d.header }

func (d *discard) Write(p []byte) (int, error) { return len(p), nil }

func (d *discard) WriteHeader(int) {}
