package transport

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/safetext"
)

// TestRedirectsAreRefused checks that no request follows a redirect, and that the message names
// the target.
func TestRedirectsAreRefused(t *testing.T) {
	var reached atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer other.Close()
	host := strings.TrimPrefix(other.URL, "http://")
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, c := range map[string]struct{ target, says string }{
			"other host":      {other.URL + "/x?key=1", host + "/x "},
			"without scheme":  {"//" + host + "/x", host + "/x "},
			"user in it":      {"http://jane:obvious-fake@" + host, host + " "},
			"same host":       {"/login", "/login "},
			"other scheme":    {"https://SELF/login", "https://"},
			"other port":      {"http://127.0.0.1:1/", "127.0.0.1:1/ "},
			"escape sequence": {"https://x.example/%1b]0;x%07", "x.example/\ufffd]0;x\ufffd "},
			"no URL":          {"://%zz", "another address "},
			"endless":         {"https://x.example/" + strings.Repeat("a", 50_000), "to x.example ("},
			"endless host":    {"https://" + strings.Repeat("a", 50_000), "another address "},
		} {
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/graphql" {
					reached.Add(1)
				}
				w.Header().Set("Location", strings.ReplaceAll(c.target, "SELF", r.Host))
				w.WriteHeader(status)
			}))
			resp, err := clientFor(t, srv.URL, 0).Post(srv.URL+"/graphql", "application/json", strings.NewReader("{}"))
			var redirect *RedirectError
			if !errors.As(err, &redirect) || redirect.Status != status || !strings.Contains(redirect.Error(), c.says) {
				t.Errorf("%s %d: %v %v", name, status, resp, err)
			}
			if s := redirect.Error(); safetext.Changed(s) || strings.Contains(s, "obvious-fake") || len(s) > 500 {
				t.Errorf("%s: not fit to be shown: %q", name, s)
			}
			srv.Close()
		}
	}
	if n := reached.Load(); n != 0 {
		t.Fatalf("%d requests reached a redirect's target", n)
	}
}

// roundTrip is a server without sockets, for tests in fake time.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// slowBody returns one byte per pause and ends with its request.
type slowBody struct {
	ctx    context.Context
	pauses []time.Duration
}

func (b *slowBody) Read(p []byte) (int, error) {
	if len(b.pauses) == 0 {
		return 0, io.EOF
	}
	timer := time.NewTimer(b.pauses[0])
	defer timer.Stop()
	select {
	case <-b.ctx.Done():
		return 0, b.ctx.Err()
	case <-timer.C:
		b.pauses = b.pauses[1:]
		return copy(p, "x"), nil
	}
}

func (b *slowBody) Close() error { return nil }

// TestStalledBody checks stalled responses, and that slow ones and slow readers are accepted.
func TestStalledBody(t *testing.T) {
	for name, c := range map[string]struct {
		pauses []time.Duration
		reader time.Duration
		read   int
		want   error
		took   time.Duration
	}{
		"at once":        {[]time.Duration{time.Hour}, 0, 0, ErrStalled, idleBody},
		"in the middle":  {[]time.Duration{time.Second, time.Hour}, 0, 1, ErrStalled, time.Second + idleBody},
		"slow":           {[]time.Duration{idleBody - 1, idleBody - 1, idleBody - 1}, 0, 3, nil, 3 * (idleBody - 1)},
		"a slow reader":  {[]time.Duration{0, 0}, time.Hour, 2, nil, 3 * time.Hour},
		"nothing in it":  {nil, 0, 0, nil, 0},
		"just too slow":  {[]time.Duration{idleBody + 1}, 0, 0, ErrStalled, idleBody},
		"slow, then not": {[]time.Duration{idleBody - 1, idleBody + 1}, 0, 1, ErrStalled, 2*idleBody - 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &guard{options: Options{Base: &url.URL{Scheme: "https", Host: "x.example"}, MaxBody: 99},
					next: roundTrip(func(r *http.Request) (*http.Response, error) {
						return &http.Response{StatusCode: 200, Body: &slowBody{r.Context(), c.pauses}}, nil
					})}
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://x.example", http.NoBody)
				resp, err := g.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				began, n := time.Now(), 0
				for err == nil {
					time.Sleep(c.reader)
					var got int
					got, err = resp.Body.Read(make([]byte, 10))
					n += got
				}
				if c.want == nil {
					c.want = io.EOF
				}
				if took := time.Since(began); !errors.Is(err, c.want) || n != c.read || took != c.took {
					t.Errorf("%d bytes and %v after %s", n, err, took)
				}
				var timeout net.Error
				if stalled := errors.Is(err, ErrStalled); stalled && (!errors.As(err, &timeout) || !timeout.Timeout()) {
					t.Errorf("%v is no timeout", err)
				}
				_ = resp.Body.Close()
			})
		})
	}
}

// TestStalledConnection checks a real connection, where Close would wait for the stuck Read.
func TestStalledConnection(t *testing.T) {
	gone := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "begun")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
		close(gone)
	}))
	defer srv.Close()
	resp, err := clientFor(t, srv.URL, 0).Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, ok := resp.Body.(*idleTimeoutBody)
	if !ok {
		t.Fatalf("the body is a %T", resp.Body)
	}
	time.AfterFunc(50*time.Millisecond, func() { body.stalled.Store(true); body.end() })
	if text, err := io.ReadAll(body); string(text) != "begun" || !errors.Is(err, ErrStalled) {
		t.Errorf("%q, %v", text, err)
	}
	<-gone
}

// authority signs certificates of test servers.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	file string
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{file: filepath.Join(t.TempDir(), "ca.pem")}
	a.cert, a.key = a.issue(t, &x509.Certificate{Subject: pkix.Name{CommonName: "Acme Root"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: time.Now().Add(time.Hour)})
	doc := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
	if err := os.WriteFile(a.file, doc, 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// issue signs a certificate, by itself where the authority has none yet.
func (a *authority) issue(t *testing.T, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber, c.NotBefore = big.NewInt(time.Now().UnixNano()), time.Now().Add(-24*time.Hour)
	parent, signer := c, key
	if a.cert != nil {
		parent, signer = a.cert, a.key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

// serve starts a TLS server with a certificate for a host that ends at an hour from now.
func (a *authority) serve(t *testing.T, leaf *x509.Certificate) string {
	t.Helper()
	cert, key := a.issue(t, leaf)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	srv.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}}
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv.URL
}

// TestCertificates checks the message for a refused certificate, and that CONVISO_CA_FILE makes
// it valid.
func TestCertificates(t *testing.T) {
	ca := newAuthority(t)
	here, later := []net.IP{net.IPv4(127, 0, 0, 1)}, time.Now().Add(time.Hour)
	for name, c := range map[string]struct {
		leaf *x509.Certificate
		ca   string
		says []string
	}{
		"with the file": {&x509.Certificate{Subject: pkix.Name{CommonName: "good.example"}, IPAddresses: here, NotAfter: later}, ca.file, nil},
		"unknown authority": {&x509.Certificate{Subject: pkix.Name{CommonName: "good.example"}, IPAddresses: here, NotAfter: later}, "",
			[]string{`issued for "good.example" by "Acme Root"`, "unknown authority", "in CONVISO_CA_FILE"}},
		"expired": {&x509.Certificate{Subject: pkix.Name{CommonName: "old.example"}, IPAddresses: here, NotAfter: time.Now().Add(-time.Hour)}, ca.file,
			[]string{`issued for "old.example" by "Acme Root"`, "has expired", "clock", "CONVISO_CA_FILE cannot help"}},
		"wrong host": {&x509.Certificate{DNSNames: []string{"other.example"}, NotAfter: later}, ca.file,
			[]string{`issued for "other.example" by "Acme Root"`, "127.0.0.1", "check the address"}},
		"hostile name": {&x509.Certificate{Subject: pkix.Name{CommonName: "\x1b[2Jx\u202e"}, IPAddresses: here, NotAfter: later}, "",
			[]string{"[2Jx", "unknown authority"}},
	} {
		t.Run(name, func(t *testing.T) {
			base, _ := url.Parse(ca.serve(t, c.leaf))
			client, err := New(Options{Base: base, CAFile: c.ca})
			if err != nil {
				t.Fatal(err)
			}
			defer client.CloseIdleConnections()
			resp, err := client.Get(base.String())
			if err == nil {
				_ = resp.Body.Close()
			}
			clause, refused := Untrusted(err)
			if (err == nil) != (c.says == nil) || refused != (c.says != nil) || safetext.Changed(clause) {
				t.Fatalf("%v, %q", err, clause)
			}
			for _, says := range c.says {
				if !strings.Contains(clause, says) {
					t.Errorf("%q is not in %q", says, clause)
				}
			}
		})
	}
	if clause, ok := Untrusted(io.EOF); ok {
		t.Errorf("no certificate is %q", clause)
	}
}

// TestCAFileAdds checks that the file does not replace the system's authorities.
func TestCAFileAdds(t *testing.T) {
	system, err := x509.SystemCertPool()
	if err != nil {
		t.Skip("this system has no authorities: ", err)
	}
	ca := newAuthority(t)
	read, err := readCAFile(ca.file)
	if err != nil {
		t.Fatal(err)
	}
	system.AddCert(ca.cert)
	if !read.pool().Equal(system) {
		t.Error("the pool is not the system's and the file's")
	}
}

// TestProxySentences checks that messages name the proxy, without its password, and not the
// host.
func TestProxySentences(t *testing.T) {
	way, _ := url.Parse("http://jane:obvious-fake@proxy.example:3128")
	asked := &http.Request{Host: "api.example:443"}
	for status, says := range map[int]string{407: "wants a user and a password", 403: "answered 403 Forbidden instead", 302: "answered 302", 502: "answered 502"} {
		err := proxyRefusal(t.Context(), way, asked, &http.Response{StatusCode: status, Status: "999 \x1b[2J"})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Fatalf("%d: %v", status, err)
		}
		if s := err.Error(); !strings.Contains(s, "proxy.example:3128") || !strings.Contains(s, "api.example:443") ||
			strings.Contains(s, "obvious-fake") || strings.Contains(s, "jane") || safetext.Changed(s) {
			t.Errorf("%d: %q", status, s)
		}
	}
	if err := proxyRefusal(t.Context(), way, asked, &http.Response{StatusCode: 200}); err != nil {
		t.Error(err)
	}
	broken := &ProxyError{Proxy: way.Host, Host: asked.Host, Err: errors.New("no such host\x1b")}
	if s := broken.Error(); !strings.Contains(s, "proxy.example:3128 gives no connection (no such host\ufffd)") {
		t.Error(s)
	}
}

// TestMain sets a proxy for all tests, since net/http reads it once per process.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		_ = os.Setenv(name, "http://jane:obvious-fake@127.0.0.1:9")
	}
	_ = os.Setenv("NO_PROXY", "inside.example")
	os.Exit(m.Run())
}

// TestLoopbackIsNeverProxied checks that no proxy sees credentials for http loopback hosts, and
// that other hosts use the user's proxy.
func TestLoopbackIsNeverProxied(t *testing.T) {
	for host, proxied := range map[string]bool{"backstage.example": true, "inside.example": false, "a.inside.example": false} {
		if way, err := proxy(&http.Request{URL: &url.URL{Scheme: "https", Host: host}}); (way != nil) != proxied || err != nil {
			t.Errorf("%s goes through %v, %v", host, way, err)
		}
	}
	for _, base := range []string{"http://127.0.0.1:7007", "http://127.8.8.8", "http://[::1]:1", "http://[::ffff:127.0.0.1]", "http://localhost:7007", "https://localhost"} {
		u, err := ParseBase(base)
		if err != nil {
			t.Fatal(err)
		}
		if way, err := proxy(&http.Request{URL: u}); way != nil || err != nil {
			t.Errorf("%s goes through %v, %v", base, way, err)
		}
	}
}

// TestHeadersEnd checks the limit for headers.
func TestHeadersEnd(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		// An unsolicited response is a different failure.
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for line := bytes.Repeat([]byte("X-Fill: 0123456789\r\n"), 512); err == nil; {
			_, err = conn.Write(line)
		}
	}()
	resp, err := clientFor(t, "http://"+l.Addr().String(), 0).Get("http://" + l.Addr().String())
	if err == nil {
		_ = resp.Body.Close()
		t.Fatal("endless headers were taken")
	}
	if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "headers alone are more than 64 KiB") {
		t.Error(err)
	}
}
