package faulty

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/demo"
)

// TestInProcessTime checks with synctest that waiting takes no time, a client's deadline ends
// its wait, and the server continues.
func TestInProcessTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPlatform(demo.PlatformOptions{MinDelay: time.Hour, MaxDelay: time.Hour})
		p.Fail(First(1, nil, Fault{Delay: time.Minute}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		body := strings.NewReader(`{"query":"mutation { importAssetToIntegration(input: {companyId: 1042, integrationType: \"backstage\", projects: [{id: \"a\", name: \"a\"}]}) { success } }"}`)
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://platform.example/graphql", body)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := RoundTripper(p).RoundTrip(req); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Fatalf("%v after %v", err, time.Since(start))
		}
		synctest.Wait()
		if got := p.Imports().Deliveries["a"]; got != 1 {
			t.Errorf("the request was accepted %d times, want once although its client has gone", got)
		}
		time.Sleep(59 * time.Minute)
		if assets(p) != 0 {
			t.Error("the asset is there too early")
		}
		if time.Sleep(time.Minute); assets(p) != 1 {
			t.Error("the asset is not there after an hour")
		}
	})
}

// TestInProcessBody checks that closing or cancelling ends the handler.
func TestInProcessBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := NewCatalog(demo.CatalogOptions{Entities: 100})
		c.Fail(func(Request) Fault { return Fault{Drip: time.Second} })
		open := func(ctx context.Context) *http.Response {
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://catalog.example"+byQuery, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := RoundTripper(c).RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			return resp
		}
		resp := open(t.Context())
		if _, err := io.ReadFull(resp.Body, make([]byte, 10)); err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		resp = open(ctx)
		n, err := io.Copy(io.Discard, resp.Body)
		if n < 9 || n > 11 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d bytes in ten seconds, %v", n, err)
		}
		_ = resp.Body.Close()
	})
}

// TestInProcessRequest checks what a handler and a client's trace see.
func TestInProcessRequest(t *testing.T) {
	var wrote []string
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
		WroteHeaders: func() { wrote = append(wrote, "headers") },
		WroteRequest: func(httptrace.WroteRequestInfo) { wrote = append(wrote, "request") }})
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", r.Method+" "+r.Host+" "+r.RequestURI+" "+string(body))
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://catalog.example/a?b=c", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := RoundTripper(h).RoundTrip(req)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("X-Seen") != "GET catalog.example /a?b=c " || strings.Join(wrote, " ") != "headers request" {
		t.Fatalf("%v %v %v", resp, err, wrote)
	}
	_ = resp.Body.Close()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := RoundTripper(h).RoundTrip(req.Clone(cancelled)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled request: %v", err)
	}
}
