package transport

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"conviso-importer/internal/safetext"
)

// jargon is Go's terms for network operations.
var jargon = regexp.MustCompile(`\b(dial|lookup|read|write|tcp|connect: |x509: |tls: |http: |net/http|i/o|syscall|EOF|context|deadline|Get "|Post ")`)

// listen serves each connection on loopback with answer, and returns the address.
func listen(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answer(conn)
		}
	}()
	return l.Addr().String()
}

// says sends a response and closes the connection.
func says(text string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, text)
		_ = conn.Close()
	}
}

// failed sends a request and returns its error, from headers or body.
func failed(t *testing.T, client *http.Client, target string) error {
	t.Helper()
	resp, err := client.Get(target)
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	if err == nil {
		t.Fatal("the request did not fail")
	}
	return err
}

// plainly returns a net/http client; change adapts its transport.
func plainly(t *testing.T, change func(*http.Transport)) *http.Client {
	network := &http.Transport{}
	if change != nil {
		change(network)
	}
	t.Cleanup(network.CloseIdleConnections)
	return &http.Client{Transport: network}
}

// secure starts an HTTPS server and returns its address and a client that trusts it.
func secure(t *testing.T, config *tls.Config, change func(*http.Transport)) (string, *http.Client) {
	t.Helper()
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS, srv.EnableHTTP2 = config, true
	srv.StartTLS()
	t.Cleanup(srv.Close)
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	return srv.URL, plainly(t, func(n *http.Transport) {
		n.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool}
		n.ForceAttemptHTTP2 = true
		if change != nil {
			change(n)
		}
	})
}

// TestExplain checks the text for each kind of network failure, most of them real ones on
// loopback.
func TestExplain(t *testing.T) {
	dial := func(err error) error {
		return &url.Error{Op: "Get", URL: "https://example.com/?q=1", Err: &net.OpError{Op: "dial", Net: "tcp", Err: err}}
	}
	silent := func(conn net.Conn) {
		// The garbage collector closes unreferenced connections.
		<-t.Context().Done()
		_ = conn.Close()
	}
	for name, c := range map[string]struct {
		make func(t *testing.T) error
		want string
	}{
		"refused": {func(t *testing.T) error {
			// A closed port may be in use again; nobody listens on this one.
			const nobody = "http://127.0.0.1:1"
			return failed(t, clientFor(t, nobody, 0), nobody)
		}, "the connection was refused"},
		"reset": {func(t *testing.T) error {
			return failed(t, plainly(t, nil), "http://"+listen(t, func(conn net.Conn) {
				_, _ = conn.Read(make([]byte, 1))
				_ = conn.(*net.TCPConn).SetLinger(0)
				_ = conn.Close()
			}))
		}, "the connection was reset"},
		"dropped": {func(t *testing.T) error { return failed(t, plainly(t, nil), "http://"+listen(t, says(""))) },
			"the connection was closed before the answer was complete"},
		"cut body": {func(t *testing.T) error {
			return failed(t, plainly(t, nil), "http://"+listen(t, says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")))
		}, "the connection was closed before the answer was complete"},
		"cut chunk": {func(t *testing.T) error {
			return failed(t, plainly(t, nil), "http://"+listen(t, says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")))
		}, "the connection was closed before the answer was complete"},
		"cut HTTP/2": {func(t *testing.T) error {
			target, client := secure(t, nil, nil)
			return failed(t, client, target)
		}, "the connection was closed before the answer was complete"},
		"not HTTP": {func(t *testing.T) error {
			return failed(t, plainly(t, nil), "http://"+listen(t, says("SSH-2.0-OpenSSH_9.2\r\n")))
		}, "the answer is not HTTP"},
		"no header": {func(t *testing.T) error {
			return failed(t, plainly(t, nil), "http://"+listen(t, says("HTTP/1.1 200 OK\r\nno header\r\n\r\n")))
		}, "the answer is not HTTP"},
		"lying gzip": {func(t *testing.T) error {
			target := "http://" + listen(t, says("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 15\r\n\r\nnot gzip at all"))
			return failed(t, clientFor(t, target, 0), target)
		}, "the compressed answer is damaged"},
		"too large": {func(t *testing.T) error {
			target := "http://" + listen(t, says("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nnot so small it"))
			return failed(t, clientFor(t, target, 5), target)
		}, "the answer is too large: more than 0 MiB"},
		"connecting takes too long": {func(t *testing.T) error {
			return failed(t, plainly(t, func(n *http.Transport) { n.DialContext = (&net.Dialer{Timeout: time.Nanosecond}).DialContext }),
				"http://"+listen(t, silent))
		}, "timed out after 10s while connecting"},
		"the handshake takes too long": {func(t *testing.T) error {
			return failed(t, plainly(t, func(n *http.Transport) { n.TLSHandshakeTimeout = 10 * time.Millisecond }), "https://"+listen(t, silent))
		}, "timed out after 10s in the TLS handshake"},
		"the answer takes too long": {func(t *testing.T) error {
			return failed(t, plainly(t, func(n *http.Transport) { n.ResponseHeaderTimeout = 10 * time.Millisecond }), "http://"+listen(t, silent))
		}, "timed out after 1m0s without an answer"},
		"the whole takes too long": {func(t *testing.T) error {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen(t, silent), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = plainly(t, nil).Do(req)
			return err
		}, "timed out before the answer was complete"},
		"cancelled": {func(t *testing.T) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+listen(t, silent), nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = plainly(t, nil).Do(req)
			return err
		}, "it was cancelled"},
		"untrusted": {func(t *testing.T) error {
			target, _ := secure(t, nil, nil)
			return failed(t, plainly(t, nil), target)
		}, "the certificate is not trusted: issued for \"example.com\" by \"O=Acme Co\", certificate signed by unknown authority; if your organisation"},
		"plain HTTP": {func(t *testing.T) error {
			srv := httptest.NewServer(http.NotFoundHandler())
			defer srv.Close()
			return failed(t, plainly(t, nil), strings.Replace(srv.URL, "http:", "https:", 1))
		}, "the server speaks plain HTTP where HTTPS was expected"},
		"no TLS": {func(t *testing.T) error {
			return failed(t, plainly(t, nil), "https://"+listen(t, says("SSH-2.0-OpenSSH_9.2\r\n")))
		}, "the server does not speak TLS"},
		"old TLS": {func(t *testing.T) error {
			target, client := secure(t, &tls.Config{MinVersion: tls.VersionTLS13}, func(n *http.Transport) { n.TLSClientConfig.MaxVersion = tls.VersionTLS12 })
			return failed(t, client, target)
		}, "the TLS handshake failed: the server says protocol version not supported"},
		"server with old TLS": {func(t *testing.T) error {
			target, client := secure(t, &tls.Config{MaxVersion: tls.VersionTLS12}, func(n *http.Transport) { n.TLSClientConfig.MinVersion = tls.VersionTLS13 })
			return failed(t, client, target)
		}, "the TLS handshake failed: the server says protocol version not supported"},
		"wants a certificate": {func(t *testing.T) error {
			// The server's alert follows the client's handshake. A client that writes by then
			// may only see a closed connection.
			target, _ := secure(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert}, nil)
			conn, err := tls.Dial("tcp", strings.TrimPrefix(target, "https://"), &tls.Config{InsecureSkipVerify: true})
			if err != nil {
				return err
			}
			defer conn.Close()
			_, err = conn.Read(make([]byte, 1))
			return err
		}, "the TLS handshake failed: the server says certificate required"},
		"redirect": {func(t *testing.T) error {
			srv := httptest.NewServer(http.RedirectHandler("/login", http.StatusFound))
			defer srv.Close()
			return failed(t, clientFor(t, srv.URL, 0), srv.URL)
		}, "127.0.0.1:"},
		"another host": {func(t *testing.T) error {
			return failed(t, clientFor(t, "http://127.0.0.1:1", 0), "http://127.0.0.1:2")
		}, "a request to 127.0.0.1:2 was refused: only 127.0.0.1:1 is configured"},

		"no such host": {func(*testing.T) error {
			return dial(&net.DNSError{Err: "no such host", Name: "x", Server: "10.0.0.1:53", IsNotFound: true})
		}, "no such host"},
		"slow name server":   {func(*testing.T) error { return dial(&net.DNSError{Err: "i/o timeout", Name: "x", IsTimeout: true}) }, "the name server did not answer in time"},
		"broken name server": {func(*testing.T) error { return dial(&net.DNSError{Err: "server misbehaving", Name: "x"}) }, "the name server cannot resolve the host's name"},
		"no route":           {func(*testing.T) error { return dial(os.NewSyscallError("connect", syscall.EHOSTUNREACH)) }, "no route to the host"},
		"no network":         {func(*testing.T) error { return dial(os.NewSyscallError("connect", syscall.ENETUNREACH)) }, "the network is unreachable"},
		"network down":       {func(*testing.T) error { return dial(os.NewSyscallError("connect", syscall.ENETDOWN)) }, "the network is down"},
		"no port":            {func(*testing.T) error { return dial(os.NewSyscallError("connect", syscall.EADDRNOTAVAIL)) }, "this machine has no address or port left"},
		"forbidden":          {func(*testing.T) error { return dial(os.NewSyscallError("connect", syscall.EPERM)) }, "this machine does not allow the connection"},
		"too many files":     {func(*testing.T) error { return dial(os.NewSyscallError("socket", syscall.EMFILE)) }, "this program has open all of the "},
		"no file for a name": {func(*testing.T) error {
			return dial(&net.DNSError{Err: "dial udp: socket: too many open files", Name: "x"})
		}, "this program has open all of the "},
		"another number": {func(*testing.T) error { return dial(os.NewSyscallError("socket", syscall.ENOBUFS)) }, "no buffer space available"},
		"closed pipe":    {func(*testing.T) error { return &net.OpError{Op: "write", Net: "tcp", Err: syscall.EPIPE} }, "the connection was closed"},
		"stalled": {func(*testing.T) error {
			return fmt.Errorf("read the page: %w", &url.Error{Op: "Get", URL: "x", Err: ErrStalled})
		}, "the answer began and then stood still for 30s"},
		"bad checksum": {func(*testing.T) error { return gzip.ErrChecksum }, "the compressed answer is damaged"},
		"idle":         {func(*testing.T) error { return dial(errors.New("http: server closed idle connection")) }, "the connection was closed before the answer was complete"},
		"proxy": {func(*testing.T) error {
			return &ProxyError{Proxy: "proxy:3128", Host: "x:443", Err: dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))}
		}, "the proxy proxy:3128 gives no connection (the connection was refused); "},
		"a wrong proxy": {func(*testing.T) error {
			return dial(errors.New(`invalid proxy address "http://jane:obvious-fake@proxy:99999"`))
		},
			`invalid proxy address "http://proxy:99999"`},
		"any": {func(*testing.T) error { return dial(errors.New("it said\x1b[2J")) }, "it said\ufffd[2J"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.make(t)
			got := Explain(err)
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("%v is explained as %q, want %q", err, got, c.want)
			}
			if word := jargon.FindString(got); word != "" || safetext.Changed(got) || strings.Contains(got, "obvious-fake") {
				t.Errorf("not fit to be shown, %q in it: %q", word, got)
			}
		})
	}
}
