package faulty

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"conviso-importer/internal/demo"
)

const byQuery = "/api/catalog/entities/by-query"

// TestMain checks for leaked goroutines.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// call serves one request in process and returns status and header.
func call(t *testing.T, h http.Handler, method, target, body string, header ...string) (int, http.Header) {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Header()
}

// fetch reads a whole response over a real or an in-process connection.
func fetch(c *http.Client, url string) (*http.Response, []byte, error) {
	resp, err := c.Get(url)
	if err != nil {
		return nil, nil, err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	return resp, body, err
}

// assets returns the current assets of company 1042.
func assets(p *Platform) int { return len(p.Assets("1042")) }

// TestStarting checks that readiness and catalog are missing only while starting.
func TestStarting(t *testing.T) {
	c := NewCatalog(demo.CatalogOptions{Entities: 1})
	for _, starting := range []bool{true, false} {
		c.SetStarting(starting)
		for target, want := range map[string]int{"/.backstage/health/v1/readiness": 503, byQuery: 404} {
			if !starting {
				want = http.StatusOK
			}
			if status, _ := call(t, c, http.MethodGet, target, ""); status != want {
				t.Errorf("%s while starting is %v: %d, want %d", target, starting, status, want)
			}
		}
	}
}

// TestCounts checks the totals and maxima, of served and of faulty requests.
func TestCounts(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	p := NewPlatform(demo.PlatformOptions{Now: func() time.Time { return now }})
	p.Fail(First(2, nil, JSON(http.StatusServiceUnavailable, "")))
	for range 5 {
		_, header := call(t, p, http.MethodPost, "/graphql", `{"query":"{__typename}"}`)
		if date := header.Get("Date"); date != now.UTC().Format(http.TimeFormat) {
			t.Errorf("an answer is dated %q, the platform's clock shows %v", date, now)
		}
		now = now.Add(20 * time.Second)
	}
	if got := p.Counts(); got != (Counts{Requests: 5, MaxInFlight: 1, MaxPerMinute: 3}) {
		t.Errorf("counted %+v", got)
	}
}

// TestStart checks that the world's addresses lead to the faulty servers.
func TestStart(t *testing.T) {
	w, err := Start(demo.Options{Still: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	w.Catalog.Fail(First(1, nil, HTML(http.StatusTeapot)))
	w.Platform.Fail(First(1, nil, HTML(http.StatusGone)))
	client := noReuse(&http.Client{Transport: &http.Transport{}})
	for url, want := range map[string]int{w.CatalogURL: http.StatusTeapot, w.PlatformURL: http.StatusGone} {
		if resp, _, err := fetch(client, url); err != nil || resp.StatusCode != want {
			t.Errorf("%s: %v %v, want %d", url, resp, err, want)
		}
	}
	if w.Catalog.Counts().Requests != 1 || w.Platform.Counts().Requests != 1 {
		t.Error("the requests were not recorded")
	}
	if _, err := Start(demo.Options{Entities: -1}); err == nil {
		t.Error("a world of -1 entities was made")
	}
}

// TestConcurrency runs everything concurrently, for the race detector.
func TestConcurrency(t *testing.T) {
	c, p := NewCatalog(demo.CatalogOptions{Entities: 30}), NewPlatform(demo.PlatformOptions{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				call(t, c, http.MethodGet, byQuery+"?limit=5", "")
				c.Fail(nil)
				c.SetStarting(false)
				call(t, p, http.MethodPost, "/graphql", `{"query":"{__typename}"}`)
				_, _ = p.Counts(), p.Requests()
			}
		})
	}
	wg.Wait()
	if c.Counts().Requests != 160 || len(p.Requests()) != 160 {
		t.Errorf("%d and %d requests, want 160 each", c.Counts().Requests, len(p.Requests()))
	}
}

// FuzzRootField checks any body.
func FuzzRootField(f *testing.F) {
	for _, seed := range []string{`{"query":"{a}"}`, `{"query":"{"}`, `{"query":1}`, "x"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if field := rootField(body); strings.ContainsAny(field, " {}(),:") {
			t.Errorf("the root field of %q is %q", body, field)
		}
	})
}
