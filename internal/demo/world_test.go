package demo

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestWorld checks that both servers listen on loopback with their credentials, about a quarter
// is imported, and what will be refused is not.
func TestWorld(t *testing.T) {
	w, err := Start(Options{Still: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	}()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	send := func(method, url, header, value, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(header, value)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		doc, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(doc)
	}
	for _, tc := range []struct {
		url, header, value, body string
		want                     int
	}{
		{w.CatalogURL + byQuery, "Authorization", "Bearer " + w.Token.Reveal(), "", 200},
		{w.CatalogURL + byQuery, "Authorization", "Bearer other", "", 401},
		{w.PlatformURL + "/graphql", "X-API-Key", w.Key.Reveal(), `{"query":"{companies{collection{id}}}"}`, 200},
		{w.PlatformURL + "/graphql", "X-API-Key", "other", `{"query":"{companies{collection{id}}}"}`, 401},
	} {
		method := http.MethodGet
		if tc.body != "" {
			method = http.MethodPost
		}
		if status, body := send(method, tc.url, tc.header, tc.value, tc.body); status != tc.want {
			t.Errorf("%s %s: %d %.200s, want %d", tc.url, tc.header, status, body, tc.want)
		}
	}
	assets := w.Platform.Assets(w.CompanyID)
	if n := len(assets); n < 40 || n > 80 {
		t.Errorf("%d of %d are imported already", n, DefaultEntities)
	}
	count := func(name string) (n int) {
		for _, a := range assets {
			if a.Name == name {
				n++
			}
		}
		return n
	}
	for name, want := range map[string]int{"payment-ledger": 1, "checkout-api": 1, "payment-settlement": 0, "invoice-worker": 0} {
		if got := count(name); got != want {
			t.Errorf("%d assets %s, want %d", got, name, want)
		}
	}
	known := w.Catalog.Components()
	for name := range refusals() {
		if !strings.HasSuffix(name, "-2") && !slices.ContainsFunc(known, func(e Entity) bool { return e.Name == name }) {
			t.Errorf("the platform refuses %s, which the catalog does not have", name)
		}
	}
}

// TestWorldRefusesSizes checks the limit of entities.
func TestWorldRefusesSizes(t *testing.T) {
	for _, n := range []int{-1, MaxEntities + 1} {
		if w, err := Start(Options{Entities: n}); err == nil {
			t.Errorf("%d entities were accepted", n)
			_ = w.Close()
		}
	}
}

// TestConcurrency runs everything concurrently, for the race detector.
func TestConcurrency(t *testing.T) {
	c, p := NewCatalog(CatalogOptions{Entities: 300}), NewPlatform(PlatformOptions{MaxDelay: time.Microsecond})
	body, err := json.Marshal(map[string]any{"query": importMutation, "variables": importInput("a", "b")})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				call(t, c, "GET", byQuery+"?limit=50&fields=metadata", "", "Accept-Encoding", "gzip")
				c.Add(Entity{Name: "late"})
				c.Remove("component:default/late")
				call(t, p, "POST", "/graphql", string(body))
				p.AddAssets("1042", Asset{Name: "x"})
				p.SetReject(nil)
				_, _ = p.Assets("1042"), p.Imports()
			}
		})
	}
	wg.Wait()
	if got := p.Imports().Deliveries["Component:default/a"]; got != 160 {
		t.Errorf("%d deliveries, want 160", got)
	}
}
