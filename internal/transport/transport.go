// Package transport builds the HTTP clients that talk to the catalog and to the platform:
// one configured host each, no redirects, bodies bounded in size and in standing still, sane
// timeouts, the system's certificates plus those of the user. It says in plain words what went wrong
// on the network. It knows neither GraphQL nor Backstage, retries nothing and prints nothing.
package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// Options configure one client.
type Options struct {
	// Base is the only scheme and host that the client may reach.
	Base *url.URL
	// Authorize sets the credentials on a request that is certain to go to Base.
	Authorize func(http.Header)
	// UserAgent names this program and its version.
	UserAgent string
	// CAFile is a PEM file of certificates added to the system's; empty for none.
	CAFile string
	// MaxBody bounds each answer's decoded bytes; reading past it fails with ErrTooLarge.
	MaxBody int64
	// MaxConns bounds the connections to the host; 0 means no bound.
	MaxConns int
	// HTTP1 keeps to HTTP/1.1. Over HTTP/2 net/http sends a POST again, without end, when
	// the other side breaks it off with a protocol error, whatever was done by then; over
	// HTTP/1.1 only when not a byte of it was written.
	HTTP1 bool
	// Log, where there is one, is told of each request.
	Log *slog.Logger
}

// The times that a connection may take, its handshake, and the server until it begins to answer.
const (
	connectTime   = 10 * time.Second
	handshakeTime = 10 * time.Second
	headerTime    = 60 * time.Second
)

// New returns a client that reaches Base alone. It reports only an unreadable CAFile.
func New(o Options) (*http.Client, error) {
	pool, err := certificates(o.CAFile)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: connectTime, KeepAlive: 30 * time.Second}
	network := &http.Transport{
		Proxy:                  proxy,
		OnProxyConnectResponse: proxyAnswered,
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
	}
	return &http.Client{
		Transport: &guard{options: o, next: network},
		// The guard turns every redirect into an error; this line keeps the client from
		// following one even if a later layer hides the guard.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}

func protocols(only1 bool) *http.Protocols {
	var p http.Protocols
	p.SetHTTP1(true)
	p.SetHTTP2(!only1)
	return &p
}

// certificates returns the system's pool with the file's added; nil means the system's.
func certificates(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("CONVISO_CA_FILE cannot be read: %w; name a PEM file of certificates", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("CONVISO_CA_FILE %s holds no certificate; name a PEM file of certificates", file)
	}
	return pool, nil
}

// proxy is the environment's proxy. A loopback host never gets one, whatever the environment
// says: a request to it may be http, whose credentials a proxy would see in clear text.
func proxy(req *http.Request) (*url.URL, error) {
	if Loopback(req.URL.Hostname()) {
		return nil, nil
	}
	return http.ProxyFromEnvironment(req)
}

// proxyAnswered turns a proxy's refusal into an error that names the proxy: net/http passes on
// the status's text alone.
func proxyAnswered(_ context.Context, proxy *url.URL, asked *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{Proxy: proxy.Host, Host: asked.Host, Status: answer.StatusCode}
}

// maxHeaders bounds the headers of an answer.
const maxHeaders = 64 << 10

// explained gives errors of net/http the types of this package: those of a connection to a
// proxy, where it does not say which, and of too many headers, for which it has only words.
func explained(req *http.Request, err error) error {
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

// guard refuses foreign hosts before a byte leaves, and redirects before they are followed:
// net/http forwards custom headers such as X-API-Key to whatever host a redirect names.
type guard struct {
	options Options
	next    http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
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
	began := time.Now()
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		end()
		err = explained(req, err)
		logged(g.options.Log, req, nil, err, began)
		return nil, err
	}
	logged(g.options.Log, req, resp, nil, began)
	if location := resp.Header.Get("Location"); location != "" && resp.StatusCode/100 == 3 {
		_ = resp.Body.Close()
		end()
		return nil, newRedirectError(req.URL, location, resp.StatusCode)
	}
	resp.Body = newPatient(resp.Body, end)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		resp.Body = &unzipped{body: resp.Body}
		resp.Header.Del("Content-Encoding")
		resp.Header.Del("Content-Length")
		resp.ContentLength, resp.Uncompressed = -1, true
	}
	if g.options.MaxBody > 0 {
		resp.Body = &bounded{body: resp.Body, left: g.options.MaxBody, limit: g.options.MaxBody}
	}
	return resp, nil
}
