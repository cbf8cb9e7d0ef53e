package transport

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"conviso-importer/internal/safetext"
)

func zipped(data []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(data)
	_ = z.Close()
	return b.Bytes()
}

// TestCodings checks that what can be undone is undone, asked for or not, and that anything else is
// named when the body is read.
func TestCodings(t *testing.T) {
	plain := []byte(`{"items":[]}`)
	once := zipped(plain)
	twice := zipped(once)
	for name, c := range map[string]struct {
		headers []string
		body    []byte
		coding  string // of the error; empty where the body is plain
	}{
		"none":                  {nil, plain, ""},
		"empty":                 {[]string{""}, plain, ""},
		"gzip":                  {[]string{"gzip"}, once, ""},
		"in capitals":           {[]string{"GZIP"}, once, ""},
		"mixed":                 {[]string{" GZip "}, once, ""},
		"x-gzip":                {[]string{"x-gzip"}, once, ""},
		"X-GZIP":                {[]string{"X-GZIP"}, once, ""},
		"identity":              {[]string{"identity"}, plain, ""},
		"Identity":              {[]string{"Identity"}, plain, ""},
		"no coding":             {[]string{"utf-8"}, plain, ""},
		"gzip and identity":     {[]string{"gzip, identity"}, once, ""},
		"identity and gzip":     {[]string{"identity,gzip"}, once, ""},
		"twice":                 {[]string{"gzip, gzip"}, twice, ""},
		"twice, two lines":      {[]string{"gzip", "X-Gzip"}, twice, ""},
		"br":                    {[]string{"br"}, plain, "br"},
		"BR":                    {[]string{"BR"}, plain, "br"},
		"zstd":                  {[]string{"zstd"}, plain, "zstd"},
		"deflate":               {[]string{"deflate"}, plain, "deflate"},
		"br in gzip":            {[]string{"br, gzip"}, once, "br"},
		"gzip in br":            {[]string{"gzip, br"}, plain, "br"},
		"gzip in br, two lines": {[]string{"gzip", "br"}, plain, "br"},
		"a name of no sense":    {[]string{"\x7f\xff" + strings.Repeat("x", 100)}, plain, "\ufffd\ufffd" + strings.Repeat("x", 36)},
		"too often":             {[]string{"gzip, gzip, gzip, gzip, gzip"}, plain, "gzip, gzip, gzip, gzip, gzip"},
		"br and empty":          {[]string{"br"}, nil, ""},
		"gzip and empty":        {[]string{"gzip"}, nil, ""},
	} {
		for _, asked := range []string{"", "identity"} {
			t.Run(name+" "+asked, func(t *testing.T) {
				g := &guard{options: Options{Base: mustParse(t, "https://x.example"), MaxBody: 1 << 20}, next: roundTrip(func(r *http.Request) (*http.Response, error) {
					if got, want := r.Header.Get("Accept-Encoding"), map[string]string{"": "gzip"}[asked]; got != want && got != asked {
						t.Errorf("%q is asked for", got)
					}
					return &http.Response{StatusCode: 200, Header: http.Header{"Content-Encoding": c.headers}, Body: io.NopCloser(bytes.NewReader(c.body))}, nil
				})}
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://x.example", http.NoBody)
				if asked != "" {
					req.Header.Set("Accept-Encoding", asked)
				}
				resp, err := g.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				body, err := io.ReadAll(resp.Body)
				_ = resp.Body.Close()
				var coding *CodingError
				switch {
				case c.coding == "" && c.body != nil && (err != nil || !bytes.Equal(body, plain)), c.body == nil && (err != nil || len(body) > 0):
					t.Errorf("%q, %v", body, err)
				case c.coding != "" && (!errors.As(err, &coding) || coding.Coding != c.coding || len(body) > 0):
					t.Errorf("%q, %v", body, err)
				case c.coding != "" && (!strings.Contains(Explain(err), "compressed as ") || !strings.Contains(Explain(err), "Accept-Encoding") || safetext.Changed(Explain(err))):
					t.Errorf("it says %q", Explain(err))
				}
			})
		}
	}
}

// TestCodingsOverTheWire checks that a real answer is undone once, whoever asked for the coding.
func TestCodingsOverTheWire(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if asked := r.Header.Values("Accept-Encoding"); len(asked) != 1 || asked[0] != "gzip" {
			t.Errorf("asked for %q", asked)
		}
		w.Header().Set("Content-Encoding", r.URL.Query().Get("coding"))
		_, _ = w.Write(zipped([]byte("plain")))
	}))
	defer srv.Close()
	for _, coding := range []string{"gzip", "GZIP", "x-gzip"} {
		resp, err := clientFor(t, srv.URL, 100).Get(srv.URL + "?coding=" + coding)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if string(body) != "plain" || err != nil {
			t.Errorf("%s: %q, %v", coding, body, err)
		}
	}
}

// TestLayersAreBounded checks that a layer in the middle cannot grow without end.
func TestLayersAreBounded(t *testing.T) {
	bomb := zipped(zipped(make([]byte, 8<<20)))
	// Empty members produce nothing and must end too.
	empty := zipped(bytes.Repeat(zipped(nil), 1<<17))
	for name, body := range map[string][]byte{"bomb": bomb, "empty members": empty} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip, gzip")
			_, _ = w.Write(body)
		}))
		resp, err := clientFor(t, srv.URL, 1<<20).Get(srv.URL)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		srv.Close()
		if !errors.Is(err, ErrTooLarge) || n > 1<<20 {
			t.Errorf("%s: %d bytes, %v", name, n, err)
		}
	}
}

// FuzzCodings checks that any header gives the body, an error that can be shown, or gzip's own error.
func FuzzCodings(f *testing.F) {
	for _, seed := range []string{"", "gzip", "br, gzip", "x-gzip,,identity", "\x00", strings.Repeat("gzip,", 100)} {
		f.Add(seed, []byte("x"))
		f.Add(seed, zipped([]byte("x")))
	}
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		resp := &http.Response{Header: http.Header{"Content-Encoding": {header}}, Body: io.NopCloser(bytes.NewReader(body))}
		decode(resp, func(b io.ReadCloser) io.ReadCloser { return &limitedBody{body: b, left: 1 << 16, limit: 1 << 16} })
		got, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		if len(codingsOf(http.Header{"Content-Encoding": {header}})) == 0 && (err != nil || !bytes.Equal(got, body)) {
			t.Fatalf("%q changes %q to %q, %v", header, body, got, err)
		}
		if err != nil && safetext.Changed(Explain(err)) {
			t.Fatalf("not fit to be shown: %q", Explain(err))
		}
	})
}
