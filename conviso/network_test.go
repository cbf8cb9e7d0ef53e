package conviso

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"conviso-importer/internal/transport"
)

func importOne(t *testing.T, c *Client) *SendError {
	t.Helper()
	_, err := c.Import(t.Context(), "1028", []Project{{ID: "Component:default/a"}})
	var send *SendError
	if !errors.As(err, &send) {
		t.Fatalf("%v", err)
	}
	if strings.Contains(err.Error(), canary) {
		t.Errorf("the key is in %v", err)
	}
	return send
}

// TestRedirectIsRefused checks that no request reaches the redirect's target.
func TestRedirectIsRefused(t *testing.T) {
	var reached atomic.Int64
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer target.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		c := onLoopback(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target.URL+"/login", status) })
		send := importOne(t, c)
		var redirect *transport.RedirectError
		if send.Class != Permanent || !errors.As(send, &redirect) {
			t.Errorf("%d: %s, %v", status, send.Class, send)
		}
		if _, err := c.Companies(t.Context()); !errors.As(err, &redirect) {
			t.Errorf("%d: %v", status, err)
		}
	}
	if n := reached.Load(); n > 0 {
		t.Errorf("%d requests reached the target", n)
	}
}

// TestDroppedConnection checks that a connection that ends after the request was written is
// ambiguous, without a retry.
func TestDroppedConnection(t *testing.T) {
	for name, write := range map[string]string{
		"no answer":         "",
		"half a status":     "HTTP/1.1 20",
		"headers alone":     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n",
		"half an answer":    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"data\":",
		"not HTTP":          "SSH-2.0-OpenSSH_9.2\r\n",
		"a chunk, then end": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"dat",
	} {
		t.Run(name, func(t *testing.T) {
			var requests atomic.Int64
			send := importOne(t, onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				_, _ = io.Copy(io.Discard, r.Body)
				conn, _, err := w.(http.Hijacker).Hijack()
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.WriteString(conn, write)
				_ = conn.Close()
			}))
			if send.Class != Ambiguous || !errors.Is(send, ErrUnavailable) || requests.Load() != 1 {
				t.Errorf("%d requests, %s: %v", requests.Load(), send.Class, send)
			}
		})
	}
}

// TestNothingListens checks that a refused connection is NotSent.
func TestNothingListens(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	send := importOne(t, clientOf(t, "http://"+l.Addr().String()))
	if send.Class != NotSent || !errors.Is(send, ErrUnavailable) || !strings.Contains(send.Error(), l.Addr().String()+" cannot be reached (the connection was refused); check ") {
		t.Errorf("%s: %v", send.Class, send)
	}
}

// TestUntrustedCertificate checks the message and that nothing was sent.
func TestUntrustedCertificate(t *testing.T) {
	srv := httptest.NewUnstartedServer(http.NotFoundHandler())
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	c := clientOf(t, srv.URL)
	send := importOne(t, c)
	if send.Class != NotSent || !strings.Contains(send.Error(), "CONVISO_CA_FILE") || !strings.Contains(send.Error(), "is not trusted: issued for") {
		t.Errorf("%s: %v", send.Class, send)
	}
}

// TestTooLarge checks the size limit, compressed or not.
func TestTooLarge(t *testing.T) {
	for name, packed := range map[string]bool{"plain": false, "gzip bomb": true} {
		send := importOne(t, onLoopback(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			var out io.Writer = w
			if packed {
				w.Header().Set("Content-Encoding", "gzip")
				z := gzip.NewWriter(w)
				defer func() { _ = z.Close() }()
				out = z
			}
			_, _ = out.Write(make([]byte, maxAnswer+1))
		}))
		if send.Class != Ambiguous || !errors.Is(send, transport.ErrTooLarge) || !errors.Is(send, ErrNotGraphQL) {
			t.Errorf("%s: %s, %v", name, send.Class, send)
		}
	}
}

// TestCancelInFlight checks cancellation after the server received the request.
func TestCancelInFlight(t *testing.T) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	c := onLoopback(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
		close(gone)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := c.Import(ctx, "1028", nil)
	var send *SendError
	if !errors.As(err, &send) || send.Class != Ambiguous || !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-gone
}

// TestProxyPassword checks that errors do not contain a proxy's password.
func TestProxyPassword(t *testing.T) {
	fail := answering(t, 200, "", "").explain.unreachable(errors.New(`invalid proxy address "http://jane:obvious-fake@proxy:99999"`), NotSent)
	if strings.Contains(fail.text, "jane") || strings.Contains(fail.text, "obvious-fake") || !strings.Contains(fail.text, "proxy:99999") {
		t.Error(fail.text)
	}
}

// TestProxySentence checks that messages name the proxy, and that its refusal is not retried.
func TestProxySentence(t *testing.T) {
	for status, again := range map[int]bool{407: false, 403: false, 502: true, 0: true} {
		err := &transport.ProxyError{Proxy: "proxy:3128", Host: "platform.example.com:443", Status: status, Err: errors.New("no such host")}
		fail := answering(t, 200, "", "").explain.unreachable(fmt.Errorf("connect: %w", err), NotSent)
		if !strings.HasPrefix(fail.text, "the proxy proxy:3128 ") || fail.again != again || !errors.Is(fail, ErrUnavailable) {
			t.Errorf("%d: again %v, %s", status, fail.again, fail.text)
		}
	}
}

// TestStalledAnswer checks that a stalled import is ambiguous, and that reads are retried
// within a limit.
func TestStalledAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		c := script(t, &tries, func(*http.Request) (*http.Response, error) {
			resp := reply(200, "application/json", "")
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"da`), errReader{transport.ErrStalled}))
			return resp, nil
		})
		send := importOne(t, c)
		if send.Class != Ambiguous || !errors.Is(send, ErrUnavailable) || !strings.Contains(send.Error(), "stood still") {
			t.Errorf("%s: %v", send.Class, send)
		}
		tries = 0
		if _, err := c.Company(t.Context(), "1"); !errors.Is(err, ErrUnavailable) || tries != stalledTries {
			t.Errorf("%d tries: %v", tries, err)
		}
	})
}

// TestCAFileIsRead checks that NewClient reports a wrong file.
func TestCAFileIsRead(t *testing.T) {
	base, err := transport.ParseBase("https://platform.example.com")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := NewClient(Options{Base: base, CAFile: "no-such-file.pem"}); err == nil || !strings.Contains(err.Error(), "CONVISO_CA_FILE") {
		t.Errorf("%v", err)
	}
}
