// Package transport builds the HTTP clients for the catalog and the platform: one configured
// host, no redirects, limits for body size and stalls, timeouts, the system's certificates plus
// the user's. It also explains network errors in plain words. It must not know GraphQL or
// Backstage; it neither retries nor prints.
package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Options configure one client.
type Options struct {
	Base      *url.URL          // the only scheme and host that the client may reach
	Authorize func(http.Header) // Authorize adds credentials to a request that is certain to go to Base
	UserAgent string
	CAFile    string // a PEM file of certificates added to the system's; may be empty
	MaxBody   int64  // limits a response's decoded bytes; reading more fails with ErrTooLarge
	MaxConns  int    // limits the connections to the host; 0 means no limit
	// HTTP1 disables HTTP/2, over which net/http endlessly repeats a POST that ends in a
	// protocol error, even if the server has processed it. Over HTTP/1.1 it repeats only
	// unwritten requests.
	HTTP1 bool
	Log   *slog.Logger // Log, if not nil, records each request
}

// Limits for the connection, its handshake and the response's headers.
const (
	connectTime   = 10 * time.Second
	handshakeTime = 10 * time.Second
	headerTime    = 60 * time.Second
)

// New returns a client that reaches only o.Base. It fails only if CAFile is unreadable.
func New(o Options) (*http.Client, error) {
	var ca *caFile
	var pool *x509.CertPool // nil means the system's
	if o.CAFile != "" {
		var err error
		if ca, err = readCAFile(o.CAFile); err != nil {
			return nil, err
		}
		pool = ca.pool()
	}
	dialer := &net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}
	network := &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: proxyRefusal,
		DialContext:            dialer.DialContext,
		Protocols:              protocols(o.HTTP1),
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool},
		TLSHandshakeTimeout:    handshakeTime,
		ResponseHeaderTimeout:  headerTime,
		IdleConnTimeout:        90 * time.Second,
		ExpectContinueTimeout:  time.Second,
		MaxConnsPerHost:        o.MaxConns,
		MaxIdleConnsPerHost:    max(2, o.MaxConns),
		MaxResponseHeaderBytes: maxHeaders,
		// The guard asks for gzip itself: net/http undoes only what it has asked for.
		DisableCompression: true,
	}
	return &http.Client{
		Transport: &guard{options: o, ca: ca, next: network},
		// Never follow a redirect, even if another layer hides the guard.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func protocols(only1 bool) *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	p.SetHTTP2(!only1)
	return &p
}

// proxy is the environment's; none for loopback, where a request may be http with credentials.
func proxy(req *http.Request) (*url.URL, error) {
	if isLoopback(req.URL.Hostname()) {
		return nil, nil
	}
	return http.ProxyFromEnvironment(req)
}

// proxyRefusal returns an error that names the proxy; net/http's has only the status text.
func proxyRefusal(_ context.Context, proxy *url.URL, asked *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Host: asked.Host, Status: resp.StatusCode}
}

const maxHeaders = 64 << 10

// classify converts errors of net/http to types of this package: a failed connection to a
// proxy, which net/http does not name, too many headers, and a certificate refused despite a CA file.
func (g *guard) classify(req *http.Request, err error) error {
	var refused *tls.CertificateVerificationError
	if g.ca != nil && errors.As(err, &refused) {
		return &distrust{err, g.ca}
	}
	if strings.Contains(err.Error(), "response headers exceeded") {
		return fmt.Errorf("%w: its headers alone are more than %d KiB", ErrTooLarge, maxHeaders>>10)
	}
	var failed *net.OpError
	if !errors.As(err, &failed) || failed.Op != "proxyconnect" {
		return err
	}
	way, _ := proxy(req)
	if way == nil {
		return err
	}
	return &ProxyError{Proxy: way.Host, Host: req.URL.Host, Err: failed.Err}
}

// guard refuses foreign hosts and redirects before it sends anything: net/http forwards custom
// headers such as X-API-Key to any host that a redirect names.
type guard struct {
	options Options
	ca      *caFile // nil without one
	next    http.RoundTripper
}

func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	base := g.options.Base
	if req.URL.Scheme != base.Scheme || req.URL.Host != base.Host {
		return nil, &ForeignHostError{Host: req.URL.Host, Want: base.Host}
	}
	ctx, end := context.WithCancel(req.Context())
	req = req.Clone(ctx)
	if g.options.UserAgent != "" {
		req.Header.Set("User-Agent", g.options.UserAgent)
	}
	if g.options.Authorize != nil {
		g.options.Authorize(req.Header)
	}
	if req.Header.Get("Accept-Encoding") == "" {
		req.Header.Set("Accept-Encoding", "gzip")
	}
	began := time.Now()
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		end()
		err = g.classify(req, err)
		logRequest(g.options.Log, req, nil, err, began)
		return nil, err
	}
	logRequest(g.options.Log, req, resp, nil, began)
	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode/100 == 3 {
		_ = resp.Body.Close()
		end()
		return nil, newRedirectError(req.URL, location, resp.StatusCode)
	}
	resp.Body = newIdleTimeoutBody(resp.Body, end)
	decode(resp, g.limited)
	resp.Body = g.limited(resp.Body)
	return resp, nil
}

// limited bounds what is read of a body.
func (g *guard) limited(body io.ReadCloser) io.ReadCloser {
	if g.options.MaxBody <= 0 {
		return body
	}
	return &limitedBody{body: body, left: g.options.MaxBody, limit: g.options.MaxBody}
}
