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

// RoundTripper serves requests by h in this process without a socket, as testing/synctest
// needs, whose clock stops while a socket is read.
//
// It behaves like a connection. When a request's context ends, it returns the context's error
// while the handler continues with its own context cancelled. A handler that aborts causes the
// errors of a broken connection. It does not compress.
func RoundTripper(h http.Handler) http.RoundTripper { return inProcess{h} }

type inProcess struct{ handler http.Handler }

func (p inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := req.Context().Err(); err != nil {
		closeBody(req)
		return nil, err
	}
	traceWritten(req.Context())
	// The handler's context ends with the request's, or when the body is closed.
	ctx, cancel := context.WithCancel(req.Context())
	a := newResponse()
	go p.run(a, req, serverSide(ctx, req))
	select {
	case <-a.started:
	case <-ctx.Done():
		cancel()
		// Nobody reads what the handler still writes.
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
		Body:          &responseBody{PipeReader: a.in, ctx: req.Context(), end: func() { stop(); cancel() }},
	}, nil
}

// run serves one request and ends the response as the handler ended.
func (p inProcess) run(a *response, req, served *http.Request) {
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

// serverSide returns the request as a server receives it.
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

// traceWritten reports the written request to a client's trace, as a transport does.
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

// response is the http.ResponseWriter whose bytes the client reads from a pipe.
type response struct {
	header  http.Header
	in      *io.PipeReader
	out     *io.PipeWriter
	once    sync.Once
	started chan struct{} // closes when status and sent, or err, are final
	status  int
	sent    http.Header
	err     error
}

func newResponse() *response {
	in, out := io.Pipe()
	return &response{header: make(http.Header), in: in, out: out, started: make(chan struct{})}
}

func (a *response) Header() http.Header { return a.header }

func (a *response) WriteHeader(status int) {
	a.once.Do(func() {
		a.status, a.sent = status, a.header.Clone()
		close(a.started)
	})
}

func (a *response) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.out.Write(p)
}

func (a *response) Flush() { a.WriteHeader(http.StatusOK) }

func (a *response) finish() {
	a.WriteHeader(http.StatusOK)
	_ = a.out.Close()
}

// abort ends the response like a broken connection: before the header or within the body.
func (a *response) abort() {
	a.once.Do(func() {
		a.err = fmt.Errorf("read: %w", syscall.ECONNRESET)
		close(a.started)
	})
	a.out.CloseWithError(io.ErrUnexpectedEOF)
}

// responseBody is a response's body; closing it cancels the handler.
type responseBody struct {
	*io.PipeReader

	ctx context.Context // the request's
	end func()
}

// Read implements io.Reader. It returns the context's error also if the handler noticed the
// client's end and closed the pipe normally.
func (b *responseBody) Read(p []byte) (int, error) {
	n, err := b.PipeReader.Read(p)
	if err != nil && b.ctx.Err() != nil {
		err = b.ctx.Err()
	}
	return n, err
}

func (b *responseBody) Close() error {
	b.end()
	return b.PipeReader.Close()
}
