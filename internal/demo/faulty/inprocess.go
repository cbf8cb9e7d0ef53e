package faulty

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync"
	"syscall"
)

// RoundTripper serves requests by h in this process, without a socket: what a test under
// testing/synctest needs, whose clock stands still while a socket is being read.
//
// It behaves as a connection does. A request whose context ends returns the context's error
// while the handler goes on, with its own context ended. A handler that aborts gives the
// errors of a broken connection. Compression is left to real transports.
func RoundTripper(h http.Handler) http.RoundTripper { return inProcess{h} }

type inProcess struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		closeBody(req)
		return nil, err
	}
	traceWritten(req.Context())
	// The handler's context ends with the request's, or when the answer is closed.
	ctx, cancel := context.WithCancel(req.Context())
	a := newAnswer()
	go p.run(a, req, serverSide(ctx, req))
	select {
	case <-a.started:
	case <-ctx.Done():
		cancel()
		// Nobody will read what the handler still writes.
		a.in.CloseWithError(ctx.Err())
		return nil, ctx.Err()
	}
	if a.err != nil {
		cancel()
		return nil, a.err
	}
	stop := context.AfterFunc(ctx, func() { a.out.CloseWithError(ctx.Err()) })
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.sent, Request: req,
		ContentLength: contentLength(a.sent),
		Body:          &answerBody{PipeReader: a.in, ctx: req.Context(), end: func() { stop(); cancel() }},
	}, nil
}

// run serves one request and turns the handler's end into the connection's.
func (p inProcess) run(a *answer, req, served *http.Request) {
	defer closeBody(req)
	defer func() {
		switch v := recover(); {
		case v == nil:
			a.finish()
		case errors.Is(asError(v), http.ErrAbortHandler):
			a.abort()
		default:
			panic(v)
		}
	}()
	p.handler.ServeHTTP(a, served)
}

func asError(v any) error {
	err, _ := v.(error)
	return err
}

// serverSide is the request as a server gets it.
func serverSide(ctx context.Context, req *http.Request) *http.Request {
	served := req.Clone(ctx)
	served.RequestURI, served.RemoteAddr = req.URL.RequestURI(), "127.0.0.1:0"
	if served.Host == "" {
		served.Host = req.URL.Host
	}
	served.URL.Scheme, served.URL.Host = "", ""
	if served.Body == nil {
		served.Body = http.NoBody
	}
	return served
}

// traceWritten tells a client's trace that the request has left, as a transport does.
func traceWritten(ctx context.Context) {
	trace := httptrace.ContextClientTrace(ctx)
	if trace != nil && trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
	if trace != nil && trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
}

func contentLength(h http.Header) int64 {
	if n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64); err == nil {
		return n
	}
	return -1
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// answer is the http.ResponseWriter whose bytes the client reads from a pipe.
type answer struct {
	header http.Header
	in     *io.PipeReader
	out    *io.PipeWriter
	once   sync.Once
	// started closes when status and sent, or err, are set for good.
	started chan struct{}
	status  int
	sent    http.Header
	err     error
}

func newAnswer() *answer {
	in, out := io.Pipe()
	return &answer{header: make(http.Header), in: in, out: out, started: make(chan struct{})}
}

// Header implements http.ResponseWriter.
func (a *answer) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.started)
	})
}

// Write implements io.Writer; it waits for the client to read.
func (a *answer) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.out.Write(p)
}

// Flush implements http.Flusher; every byte that was written has been read already.
func (a *answer) Flush() { a.WriteHeader(http.StatusOK) }

func (a *answer) finish() {
	a.WriteHeader(http.StatusOK)
	_ = a.out.Close()
}

// abort ends the answer as a broken connection does: before its header or within its body.
func (a *answer) abort() {
	a.once.Do(func() {
		a.err = fmt.Errorf("read: %w", syscall.ECONNRESET)
		close(a.started)
	})
	a.out.CloseWithError(io.ErrUnexpectedEOF)
}

// answerBody is a response's body; closing it tells the handler that the client is gone.
type answerBody struct {
	*io.PipeReader

	// ctx is the request's.
	ctx context.Context
	end func()
}

// Read implements io.Reader. A handler that stopped because its client had gone has ended
// the pipe in good order; the client must still learn why its body is short.
func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.PipeReader.Read(p)
	if err != nil && b.ctx.Err() != nil {
		err = b.ctx.Err()
	}
	return n, err
}

// Close implements io.Closer.
func (b *answerBody) Close() error {
	b.end()
	return b.PipeReader.Close()
}
