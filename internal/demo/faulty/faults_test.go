package faulty

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// overBoth runs a test over a socket and in process.
func overBoth(t *testing.T, h http.Handler, test func(t *testing.T, c *http.Client, base string)) {
	t.Helper()
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	t.Run("socket", func(t *testing.T) {
		srv := httptest.NewServer(h)
		defer srv.Close()
		c := srv.Client()
		c.CheckRedirect = stay
		test(t, c, srv.URL)
	})
	t.Run("in process", func(t *testing.T) {
		test(t, &http.Client{Transport: RoundTripper(h), CheckRedirect: stay}, "http://catalog.example")
	})
}

// TestReplacedAnswers checks responses that the server itself never sends.
func TestReplacedAnswers(t *testing.T) {
	c := NewCatalog(demo.CatalogOptions{Entities: 3})
	overBoth(t, c, func(t *testing.T, client *http.Client, base string) {
		t.Helper()
		for name, tc := range map[string]struct {
			fault          Fault
			status         int
			header, value  string
			body           string
			reachesNothing bool
		}{
			"html":        {HTML(200), 200, "Content-Type", "text/html; charset=utf-8", "<!DOCTYPE html>", true},
			"empty":       {JSON(200, "{}"), 200, "Content-Type", "application/json; charset=utf-8", "{}", true},
			"unavailable": {JSON(503, ""), 503, "", "", "", true},
			"redirect":    {Redirect(302, "https://login.example/"), 302, "Location", "https://login.example/", "", true},
			"too many":    {TooMany("7"), 429, "Retry-After", "7", "Too many", true},
			"no hint":     {TooMany(""), 429, "Retry-After", "", "Too many", true},
			"none":        {Fault{}, 200, "", "", `"items":[`, false},
			"drip":        {Fault{Drip: time.Microsecond}, 200, "", "", `"items":[`, false},
		} {
			c.Fail(First(1, nil, tc.fault))
			resp, body, err := fetch(client, base+byQuery+"?limit=1")
			if err != nil || resp.StatusCode != tc.status || resp.Header.Get(tc.header) != tc.value || !strings.Contains(string(body), tc.body) {
				t.Errorf("%s: %v %v %.100s", name, resp, err, body)
			}
			if again, _, err := fetch(client, base+byQuery+"?limit=1"); err != nil || again.StatusCode != http.StatusOK {
				t.Errorf("%s: the second request must be served: %v %v", name, again, err)
			}
		}
	})
}

// TestBrokenConnections checks missing and cut responses.
func TestBrokenConnections(t *testing.T) {
	c := NewCatalog(demo.CatalogOptions{Entities: 50})
	overBoth(t, c, func(t *testing.T, client *http.Client, base string) {
		t.Helper()
		c.Fail(First(1, nil, Fault{Reset: true}))
		if resp, _, err := fetch(noReuse(client), base+byQuery); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
			t.Errorf("reset: %v %v", resp, err)
		}
		for name, cut := range map[string]Fault{"served": {Cut: 100}, "replaced": {Status: 200, Body: strings.Repeat("x", 500), Cut: 100}, "at the first byte": {Cut: 1}} {
			c.Fail(First(1, nil, cut))
			resp, body, err := fetch(noReuse(client), base+byQuery)
			if err == nil || len(body) != cut.Cut || resp.StatusCode != http.StatusOK {
				t.Errorf("%s: cut after %d: %d bytes, %v", name, cut.Cut, len(body), err)
			}
		}
	})
}

// noReuse disables connection reuse, after which a transport repeats requests, and compression,
// which a cut would garble.
func noReuse(c *http.Client) *http.Client {
	if tr, ok := c.Transport.(*http.Transport); ok {
		tr.DisableKeepAlives, tr.DisableCompression = true, true
	}
	return c
}

// TestLostAnswer checks faults after the work is done: no response, or another one.
func TestLostAnswer(t *testing.T) {
	for name, fault := range map[string]Fault{
		"dropped":     {Reset: true, After: true},
		"bad gateway": {Status: 502, Body: "<html>", After: true},
		"wrong count": {Status: 200, Body: `{"data":{"importAssetToIntegration":{"success":true,"importedCount":99,"errors":[]}}}`, After: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := NewPlatform(demo.PlatformOptions{})
			p.Fail(First(1, Operation("importAssetToIntegration"), fault))
			c := &http.Client{Transport: RoundTripper(p)}
			send := func(query string) (int, error) {
				resp, err := c.Post("http://platform.example/graphql", "application/json", strings.NewReader(query))
				if err != nil {
					return 0, err
				}
				return resp.StatusCode, resp.Body.Close()
			}
			// Requests that do not match are served.
			if status, err := send(`{"query":"{__typename}"}`); err != nil || status != http.StatusOK {
				t.Fatal(status, err)
			}
			status, err := send(`{"query":"mutation { importAssetToIntegration(input: {companyId: 1042, integrationType: \"backstage\", projects: [{id: \"a\", name: \"a\"}]}) { success } }"}`)
			if fault.Reset != (err != nil) || status != fault.Status {
				t.Errorf("got %v %v", status, err)
			}
			if n := assets(p); n != 1 {
				t.Errorf("the work was done %d times, want once", n)
			}
		})
	}
}

// TestRequests checks the log: method, path, query, header, body, operation.
func TestRequests(t *testing.T) {
	p := NewPlatform(demo.PlatformOptions{})
	call(t, p, "POST", "/graphql?x=1", `{"query":"query A($a: ID!) { first: company(id: $a) { id } }"}`, "X-API-Key", "fake-key")
	call(t, p, "POST", "/graphql", `{"query":"mutation{importAssetToIntegration"}`)
	call(t, p, "POST", "/graphql", `not json`)
	got := p.Requests()
	if len(got) != 3 {
		t.Fatal(len(got))
	}
	r := got[0]
	if r.Method != http.MethodPost || r.Path != "/graphql" || r.Query.Get("x") != "1" || r.Header.Get("X-API-Key") != "fake-key" || r.At.IsZero() || !strings.Contains(string(r.Body), "company") {
		t.Errorf("logged %+v", r)
	}
	for i, want := range []string{"first", "importAssetToIntegration", ""} {
		if got[i].Operation != want {
			t.Errorf("operation %d: %q, want %q", i, got[i].Operation, want)
		}
	}
}

// TestLogIsBounded checks the limit of the log.
func TestLogIsBounded(t *testing.T) {
	g := newRecorder(func() time.Time { return time.Unix(0, 0) })
	for range 3 * keptRequests {
		g.enter(Request{Body: []byte("x")})
		g.leave()
	}
	log, bodies := g.Requests(), 0
	for _, r := range log {
		bodies += len(r.Body)
	}
	if len(log) < keptRequests || len(log) > 2*keptRequests || bodies != keptBodies || g.Counts().Requests != 3*keptRequests {
		t.Errorf("%d requests and %d bodies kept", len(log), bodies)
	}
}
