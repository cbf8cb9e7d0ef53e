package backstage

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/transport"
)

// TestRefusals checks the messages and classes of errors.
func TestRefusals(t *testing.T) {
	refuse := func(status int, message string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { envelope(w, status, "Error", message) }
	}
	raw := func(status int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for name, c := range map[string]struct {
		answer   http.HandlerFunc
		is       []error
		sentence string
		tries    int
	}{
		"refused token":               {refuse(401, "Illegal token"), []error{catalog.ErrAuth, catalog.ErrTokenRefused}, "refused the token (Illegal token): compare BACKSTAGE_TOKEN with backend.auth.externalAccess", 1},
		"token of others":             {refuse(401, "Received a plugin token where\x1b[31m"), []error{catalog.ErrAuth, catalog.ErrTokenRefused}, "refused the token (Received a plugin token", 1},
		"stripped header":             {refuse(401, "Missing credentials"), []error{catalog.ErrAuth, catalog.ErrTokenRefused}, "drops the Authorization header", 1},
		"401 without reason":          {raw(401, "<html>no"), []error{catalog.ErrAuth, catalog.ErrTokenRefused}, "refused the token: compare", 1},
		"restricted token":            {refuse(403, "This token's access is restricted to plugin(s) 'scaffolder'"), []error{catalog.ErrAuth, catalog.ErrForbidden}, "'scaffolder'): allow the plugin catalog", 1},
		"500":                         {refuse(500, "boom"), []error{catalog.ErrUnavailable}, "answered 500 Internal Server Error (boom); try again later", 4},
		"501":                         {refuse(501, ""), []error{catalog.ErrUnavailable}, "answered 501 Not Implemented; try again later", 1},
		"502":                         {raw(502, "<html>bad gateway"), []error{catalog.ErrUnavailable}, "answered 502 Bad Gateway; try again later", 4},
		"503":                         {refuse(503, ""), []error{catalog.ErrUnavailable}, "answered 503 Service Unavailable; try again later", 4},
		"504":                         {refuse(504, ""), []error{catalog.ErrUnavailable}, "answered 504 Gateway Timeout; try again later", 4},
		"429 with a wait":             {raw(429, "", "Retry-After", "19"), []error{catalog.ErrUnavailable, ErrRateLimited}, "limits requests; try again in 19s", 4},
		"429 without one":             {raw(429, ""), []error{catalog.ErrUnavailable, ErrRateLimited}, "limits requests; try again later", 4},
		"400":                         {refuse(400, "Unknown query parameter 'x'"), []error{ErrBadAnswer}, "answered 400 Bad Request (Unknown query parameter 'x')", 1},
		"nameless status":             {raw(299, "{}"), []error{ErrBadAnswer}, "answered 299, which", 1},
		"login page":                  {raw(200, "<html>sign in", "Content-Type", "text/html"), []error{ErrBadAnswer, ErrWebPage}, "web page instead of data", 1},
		"unlabelled page":             {raw(200, "\n <!doctype html>", "Content-Type", "application/json"), []error{ErrWebPage}, "web page instead of data", 1},
		"redirect":                    {raw(302, "", "Location", "https://login.example.com/x?y"), []error{ErrBadAnswer}, "redirects to login.example.com/x (302)", 1},
		"empty":                       {raw(200, ""), []error{ErrBadAnswer}, "is empty", 1},
		"not JSON":                    {raw(200, "pong"), []error{ErrBadAnswer}, "is not valid JSON", 1},
		"null":                        {raw(200, "null"), []error{ErrBadAnswer}, "no list of entities", 1},
		"an array":                    {raw(200, "[]"), []error{ErrBadAnswer}, "no list of entities", 1},
		"no pageInfo":                 {raw(200, `{"items":[],"totalItems":0}`), []error{ErrBadAnswer}, "no list of entities", 1},
		"odd pageInfo":                {raw(200, `{"items":[],"pageInfo":[]}`), []error{ErrBadAnswer}, "no list of entities", 1},
		"odd items":                   {raw(200, `{"items":{},"pageInfo":{}}`), []error{ErrBadAnswer}, "no list of entities", 1},
		"odd cursor":                  {raw(200, `{"items":[],"pageInfo":{"nextCursor":7}}`), []error{ErrBadAnswer}, "no list of entities", 1},
		"nothing of many":             {raw(200, `{"items":[],"totalItems":7,"pageInfo":{}}`), []error{ErrBadAnswer}, "announces 7 entities and holds none", 1},
		"cut JSON":                    {raw(200, `{"items":[{"kind":"Comp`), []error{catalog.ErrUnavailable}, "broke off", 4},
		"cut body":                    {cutBody, []error{catalog.ErrUnavailable}, "broke off", 4},
		"dropped":                     {dropConnection, []error{catalog.ErrUnavailable}, "broke off", 4},
		"deep":                        {raw(200, `{"x":`+strings.Repeat("[", 20_000)), []error{ErrBadAnswer}, "is not valid JSON", 1},
		"bomb":                        {bomb, []error{ErrBadAnswer, transport.ErrTooLarge}, "too large (more than 32 MiB)", 1},
		"gzip by its old name, lying": {raw(200, "not gzip at all", "Content-Encoding", "X-GZIP"), []error{catalog.ErrUnavailable}, "could not be read: the compressed answer is damaged; try again", 4},
		"br":                          {raw(200, "{}", "Content-Encoding", "br"), []error{ErrBadAnswer}, `could not be read: the answer is compressed as "br", which was not asked for and cannot be undone; have the proxy`, 1},
		"zstd, then gzip":             {raw(200, "{}", "Content-Encoding", "gzip, ZSTD"), []error{ErrBadAnswer}, `compressed as "zstd"`, 1},
		"401 in br":                   {raw(401, "{}", "Content-Encoding", "br"), []error{catalog.ErrAuth, catalog.ErrTokenRefused}, "refused the token: compare", 1},
		"429 in br":                   {raw(429, "{}", "Content-Encoding", "br", "Retry-After", "19"), []error{catalog.ErrUnavailable, ErrRateLimited}, "limits requests; try again in 19s", 4},
		"lying gzip":                  {raw(200, "not gzip at all", "Content-Encoding", "gzip"), []error{catalog.ErrUnavailable}, "could not be read: the compressed answer is damaged; try again", 4},
	} {
		t.Run(name, func(t *testing.T) {
			// The server may still be at work when the client has its answer.
			var tries atomic.Int32
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				c.answer(w, r)
			})
			_, _, err := read(context.Background(), client)
			for _, target := range c.is {
				if !errors.Is(err, target) {
					t.Errorf("%v is not %v", err, target)
				}
			}
			var e *Error
			if !errors.As(err, &e) || e.Host != client.base.Host || !strings.Contains(e.Error(), c.sentence) || int(tries.Load()) != c.tries {
				t.Errorf("after %d tries: %v", tries.Load(), err)
			}
			if safetext.Changed(err.Error()) || strings.Contains(err.Error(), "obvious-fake") || strings.Contains(err.Error(), "metadata.uid") {
				t.Errorf("not fit to be shown: %q", err)
			}
		})
	}
}

func cutBody(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "100")
	_, _ = io.WriteString(w, `{"items":[`)
}

func dropConnection(w http.ResponseWriter, _ *http.Request) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func bomb(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	z := gzip.NewWriter(w)
	_, _ = io.WriteString(z, `{"items":[],"x":"`)
	_, _ = io.WriteString(z, strings.Repeat("a", maxBody))
	_ = z.Close()
}

// TestNoToken protects the sentence for the commonest first mistake.
func TestNoToken(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		envelope(w, 401, "AuthenticationError", "Missing credentials")
	}))
	defer srv.Close()
	_, _, err := read(context.Background(), clientFor(t, srv.URL, ""))
	if !errors.Is(err, catalog.ErrNoToken) || !errors.Is(err, catalog.ErrAuth) || !strings.Contains(err.Error(), "wants a token (Missing credentials): set BACKSTAGE_TOKEN") {
		t.Fatal(err)
	}
}

// TestNotFound protects the difference between a wrong address, a Backstage without a
// catalog, and one that is still starting.
func TestNotFound(t *testing.T) {
	for name, c := range map[string]struct {
		readiness int
		is        error
		sentence  string
		tries     int
	}{
		"starting":   {503, ErrStarting, "still starting; try again", 4},
		"no catalog": {200, ErrNotBackstage, "nothing under /api/catalog", 2},
		"elsewhere":  {404, ErrNotBackstage, "set BACKSTAGE_URL to the base URL", 1},
	} {
		t.Run(name, func(t *testing.T) {
			tries := 0
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/.backstage/health/v1/readiness" {
					w.WriteHeader(c.readiness)
					return
				}
				tries++
				w.WriteHeader(http.StatusNotFound)
			})
			if _, _, err := read(context.Background(), client); !errors.Is(err, c.is) || !strings.Contains(err.Error(), c.sentence) || tries != c.tries {
				t.Fatalf("after %d tries: %v", tries, err)
			}
		})
	}
}

// TestStartingIsWaitedFor protects the start of a Backstage and its table side by side.
func TestStartingIsWaitedFor(t *testing.T) {
	asks := 0
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch asks++; {
		case asks == 1:
			w.WriteHeader(http.StatusNotFound)
		case asks == 2 && r.URL.Path == "/"+readinessPath:
			w.WriteHeader(http.StatusServiceUnavailable)
		default:
			_, _ = io.WriteString(w, list(1, "", entityJSON("default", "a")))
		}
	})
	if _, entities, err := read(context.Background(), c); err != nil || len(entities) != 1 {
		t.Fatal(entities, err)
	}
}

// TestUnreachable protects the sentences about the way to the catalog, and that what will
// not pass is not waited for.
func TestUnreachable(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	untrusted.StartTLS()
	defer untrusted.Close()
	for base, sentence := range map[string]string{
		closed.URL:    "the connection was refused; check BACKSTAGE_URL",
		untrusted.URL: "certificate that is not trusted",
	} {
		c := clientFor(t, base, "")
		c.sleep = func(context.Context, time.Duration) error { t.Error("waited"); return nil }
		_, _, err := read(context.Background(), c)
		if !errors.Is(err, catalog.ErrUnavailable) || !strings.Contains(err.Error(), sentence) || strings.Contains(err.Error(), "dial tcp") {
			t.Errorf("%s: %v", base, err)
		}
	}
	for name, failure := range map[string]error{
		"no such host":         &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}},
		"no route to the host": &net.OpError{Op: "dial", Err: syscall.EHOSTUNREACH},
	} {
		c := inMemory(t, func(*http.Request) (*http.Response, error) { return nil, failure })
		_, _, err := read(context.Background(), c)
		if !errors.Is(err, catalog.ErrUnavailable) || !errors.Is(err, failure) || !strings.Contains(err.Error(), name+"; check BACKSTAGE_URL") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestRetry protects the waits: growing and random for what may pass, exact and bounded
// for what the server asks, and none after ctx has ended.
func TestRetry(t *testing.T) {
	for name, c := range map[string]struct {
		fault    func() (*http.Response, error)
		min, max time.Duration
	}{
		"503":            {func() (*http.Response, error) { return answer(503, ""), nil }, 1750 * time.Millisecond, 3500 * time.Millisecond},
		"500":            {func() (*http.Response, error) { return answer(500, ""), nil }, 1750 * time.Millisecond, 3500 * time.Millisecond},
		"503 and a wait": {func() (*http.Response, error) { return answer(503, "", "Retry-After", "9"), nil }, 27 * time.Second, 27 * time.Second},
		"reset":          {func() (*http.Response, error) { return nil, syscall.ECONNRESET }, 1750 * time.Millisecond, 3500 * time.Millisecond},
		"asked wait":     {func() (*http.Response, error) { return answer(429, "", "Retry-After", "7"), nil }, 21 * time.Second, 21 * time.Second},
		"a date": {func() (*http.Response, error) {
			return answer(429, "", "Retry-After", "Sat, 01 Jan 2000 00:00:30 GMT", "Date", "Sat, 01 Jan 2000 00:00:27 GMT"), nil
		}, 9 * time.Second, 9 * time.Second},
		"a date, their clock an hour behind": {func() (*http.Response, error) {
			return answer(429, "", "Retry-After", "Fri, 31 Dec 1999 23:00:03 GMT", "Date", "Fri, 31 Dec 1999 23:00:00 GMT"), nil
		}, 9 * time.Second, 9 * time.Second},
		"a date, their clock an hour ahead": {func() (*http.Response, error) {
			return answer(429, "", "Retry-After", "Sat, 01 Jan 2000 01:00:03 GMT", "Date", "Sat, 01 Jan 2000 01:00:00 GMT"), nil
		}, 9 * time.Second, 9 * time.Second},
		"503 and such a date": {func() (*http.Response, error) {
			return answer(503, "", "Retry-After", "Sat, 01 Jan 2000 01:00:03 GMT", "Date", "Sat, 01 Jan 2000 01:00:00 GMT"), nil
		}, 9 * time.Second, 9 * time.Second},
		"absurd wait":     {func() (*http.Response, error) { return answer(429, "", "Retry-After", "86400"), nil }, 6 * time.Minute, 6 * time.Minute},
		"negative wait":   {func() (*http.Response, error) { return answer(429, "", "Retry-After", "-1"), nil }, 1750 * time.Millisecond, 3500 * time.Millisecond},
		"broken off body": {func() (*http.Response, error) { return answer(200, `{"items"`), nil }, 1750 * time.Millisecond, 3500 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tries := 0
				client := inMemory(t, func(*http.Request) (*http.Response, error) {
					if tries++; tries < maxTries {
						return c.fault()
					}
					return answer(200, list(1, "", entityJSON("default", "a"))), nil
				})
				start := time.Now()
				_, entities, err := read(t.Context(), client)
				if took := time.Since(start); err != nil || len(entities) != 1 || took < c.min || took > c.max {
					t.Fatalf("%d entities after %s, %v", len(entities), took, err)
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		client := inMemory(t, func(*http.Request) (*http.Response, error) { return answer(429, "", "Retry-After", "60"), nil })
		start := time.Now()
		if _, _, err := read(ctx, client); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 3*time.Second {
			t.Fatalf("after %s: %v", time.Since(start), err)
		}
	})
}

// TestDrippingBody protects against an answer that never ends and never stops either.
func TestDrippingBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := inMemory(t, func(r *http.Request) (*http.Response, error) {
			resp := answer(200, "")
			resp.Body = io.NopCloser(drip{r.Context()})
			return resp, nil
		})
		start := time.Now()
		_, _, err := read(t.Context(), client)
		if took := time.Since(start); !errors.Is(err, catalog.ErrUnavailable) || !strings.Contains(err.Error(), "did not answer in time") || took > requestTime+time.Second {
			t.Fatalf("after %s: %v", took, err)
		}
	})
}

// drip is a body of one blank a second, which ends with its request as a real one does.
type drip struct{ ctx context.Context }

func (d drip) Read(p []byte) (int, error) {
	select {
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	case <-time.After(time.Second):
		return copy(p, " "), nil
	}
}

// TestErrorsAreShort protects screens and logs from what a server may put into a reason.
func TestErrorsAreShort(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { envelope(w, 400, "E", strings.Repeat("long ", 10_000)) })
	if _, _, err := read(context.Background(), c); err == nil || len(err.Error()) > 600 {
		t.Fatalf("%d bytes", len(fmt.Sprint(err)))
	}
	u, _ := url.Parse("https://backstage.example.com")
	e := (&Client{base: u}).rateLimited(1500 * time.Millisecond)
	if e.Wait != 1500*time.Millisecond || e.Status != 429 || e.Error() != "the catalog at backstage.example.com limits requests; try again in 2s" {
		t.Error(e)
	}
}
