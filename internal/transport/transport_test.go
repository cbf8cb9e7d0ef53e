package transport

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func clientFor(t *testing.T, base string, maxBody int64) *http.Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(Options{Base: u, MaxBody: maxBody, UserAgent: "test",
		Authorize: func(h http.Header) { h.Set("X-API-Key", "canary-not-a-real-key") }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestForeignHost checks that no credential goes to a URL made up by a server.
func TestForeignHost(t *testing.T) {
	var reached atomic.Int64
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer srv.Close()
	resp, err := clientFor(t, "https://platform.example.com", 0).Get(srv.URL)
	var foreign *ForeignHostError
	if !errors.As(err, &foreign) || reached.Load() != 0 {
		t.Fatalf("%v %v, %d requests", resp, err, reached.Load())
	}
}

// TestBodyLimit checks that the limit counts decoded bytes, against gzip bombs.
func TestBodyLimit(t *testing.T) {
	const limit = 1 << 20
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/exact":
			_, _ = w.Write(make([]byte, limit))
		case "/large":
			_, _ = w.Write(make([]byte, limit+1))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = z.Write(make([]byte, 64<<20))
			_ = z.Close()
		}
	}))
	defer srv.Close()
	for path, want := range map[string]error{"/exact": nil, "/large": ErrTooLarge, "/bomb": ErrTooLarge} {
		resp, err := clientFor(t, srv.URL, limit).Get(srv.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		if !errors.Is(err, want) || n > limit {
			t.Errorf("%s: %d bytes, %v", path, n, err)
		}
	}
}

// TestRetryAfter checks invalid and excessive values.
func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"7": 7 * time.Second, "0": 0, " 3 ": 3 * time.Second, "-5": -1, "": -1, "soon": -1, "1.5": -1,
		"1000000000": 2 * time.Minute, "99999999999999999999999": 2 * time.Minute,
		"Mon, 23 Nov 2026 09:00:30 GMT": 30 * time.Second,
		"Mon, 23 Nov 2026 08:00:00 GMT": 0,
		"Tue, 24 Nov 2026 09:00:00 GMT": 2 * time.Minute,
	} {
		got, ok := RetryAfter(http.Header{"Retry-After": {in}}, now, 2*time.Minute)
		if ok != (want >= 0) || (ok && got != want) {
			t.Errorf("%q: got %v %v", in, got, ok)
		}
	}
}

// TestCAFile checks the message for a wrong file.
func TestCAFile(t *testing.T) {
	u, _ := url.Parse("https://example.com")
	if _, err := New(Options{Base: u, CAFile: filepath.Join(t.TempDir(), "none.pem")}); err == nil || !strings.Contains(err.Error(), "CONVISO_CA_FILE") {
		t.Errorf("a missing file: %v", err)
	}
	empty := filepath.Join(t.TempDir(), "empty.pem")
	if err := os.WriteFile(empty, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{Base: u, CAFile: empty}); err == nil || !strings.Contains(err.Error(), "no certificate") {
		t.Errorf("a file without certificates: %v", err)
	}
}

// FuzzRetryAfter checks the limit for any header.
func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"1", "-1", "1e9", "Mon, 23 Nov 2026 09:00:30 GMT", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if d, ok := RetryAfter(http.Header{"Retry-After": {in}}, time.Unix(0, 0), time.Minute); d < 0 || d > time.Minute || (!ok && d != 0) {
			t.Fatalf("%q: %v %v", in, d, ok)
		}
	})
}

// TestUnaskedCompression checks gzip that a proxy adds: it is decoded and the limit counts
// decoded bytes.
func TestUnaskedCompression(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		zip := gzip.NewWriter(w)
		_, _ = io.WriteString(zip, strings.Repeat("a", 1000))
		_ = zip.Close()
	}))
	defer srv.Close()
	for bound, tooLarge := range map[int64]bool{1000: false, 999: true} {
		base, _ := url.Parse(srv.URL)
		client, err := New(Options{Base: base, MaxBody: bound})
		if err != nil {
			t.Fatal(err)
		}
		req, _ := http.NewRequest(http.MethodGet, srv.URL, nil)
		req.Header.Set("Accept-Encoding", "identity")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if errors.Is(err, ErrTooLarge) != tooLarge || !tooLarge && string(body) != strings.Repeat("a", 1000) {
			t.Errorf("bound %d: %d bytes, %v", bound, len(body), err)
		}
	}
}

func mustParse(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
