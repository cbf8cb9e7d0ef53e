package backstage

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/secret"
)

// roundTrip is a server without sockets, for tests in fake time.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer is a response with a status, body and header pairs.
func answer(status int, body string, header ...string) *http.Response {
	resp := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
	for i := 0; i+1 < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}

// serve starts h on loopback and returns a client that does not wait between attempts.
func serve(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	c := clientFor(t, srv.URL, "obvious-fake-token")
	c.sleep = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	return c
}

func clientFor(t *testing.T, base, token string) *Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(Options{Base: u, Token: secret.New(token), UserAgent: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.http.CloseIdleConnections)
	return c
}

// inMemory returns a client whose requests f serves, with real waits between attempts.
func inMemory(t *testing.T, f roundTrip) *Client {
	t.Helper()
	c := clientFor(t, "https://backstage.example.com/base", "obvious-fake-token")
	c.http = &http.Client{Transport: f}
	return c
}

// read collects a whole load.
func read(ctx context.Context, c *Client, kinds ...string) (pages []Page, entities []catalog.Entity, err error) {
	for page, failed := range c.Pages(ctx, kinds) {
		if failed != nil {
			return pages, entities, failed
		}
		entities = append(entities, page.Entities...)
		page.Entities = nil // The next page's take their place.
		pages = append(pages, page)
	}
	return pages, entities, nil
}

// item is an entity as the catalog serves it.
func item(kind, namespace, name string) map[string]any {
	return map[string]any{"kind": kind, "apiVersion": "backstage.io/v1alpha1",
		"metadata": map[string]any{"uid": "uid-" + name, "name": name, "namespace": namespace,
			"description": "about " + name, "tags": []string{"go", "pci"},
			"annotations": map[string]string{"acme.io/a": "1"},
			"links":       []map[string]string{{"url": "https://acme.io/" + name, "title": "Home"}}},
		"spec":      map[string]any{"type": "service", "lifecycle": "production", "owner": "team-1", "system": "shop"},
		"relations": []map[string]string{{"type": "partOf", "targetRef": "system:default/shop"}, {"type": "ownedBy", "targetRef": "group:default/team-1"}}}
}

// items is n components.
func items(n int) []map[string]any {
	list := make([]map[string]any, n)
	for i := range list {
		list[i] = item("Component", "default", fmt.Sprintf("svc-%05d", i))
	}
	return list
}

// backstage implements by-query, old or new: strict about parameters, with a cursor that
// contains filter and total but neither limit nor fields.
type backstage struct {
	old   bool
	items []map[string]any

	mu   sync.Mutex
	asks []url.Values
}

type fakeCursor struct {
	Filter        []string
	Offset, Total int
}

func (b *backstage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet || r.URL.Path != "/api/catalog/entities/by-query" {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	query := r.URL.Query()
	b.mu.Lock()
	b.asks = append(b.asks, query)
	b.mu.Unlock()
	allowed := []string{"filter", "fields", "limit", "offset", "cursor", "orderField"}
	if !b.old {
		allowed = append(allowed, "totalItems")
	}
	for key := range query {
		if !slices.Contains(allowed, key) || query.Get(key) == "" {
			envelope(w, 400, "InputError", "Unknown query parameter '"+key+"'")
			return
		}
	}
	limit := 200
	if b.old {
		limit = 20
	}
	if given, err := strconv.Atoi(query.Get("limit")); err == nil {
		limit = given
	}
	_ = json.NewEncoder(w).Encode(b.page(query, limit))
}

func (b *backstage) page(query url.Values, limit int) map[string]any {
	at := fakeCursor{Filter: query["filter"]}
	if c := query.Get("cursor"); c != "" {
		text, _ := base64.StdEncoding.DecodeString(c)
		_ = json.Unmarshal(text, &at)
	}
	var matching []map[string]any
	for _, it := range b.items {
		if slices.ContainsFunc(at.Filter, func(f string) bool { return strings.EqualFold(f, "kind="+it["kind"].(string)) }) {
			matching = append(matching, it)
		}
	}
	if at.Offset == 0 {
		at.Total = len(matching)
	}
	end := min(at.Offset+limit, len(matching))
	info := map[string]string{}
	page := matching[at.Offset:end]
	if at.Offset > 0 {
		info["prevCursor"] = "back"
	}
	if end < len(matching) {
		at.Offset = end
		text, _ := json.Marshal(at)
		info["nextCursor"] = base64.StdEncoding.EncodeToString(text)
	}
	return map[string]any{"items": page, "totalItems": at.Total, "pageInfo": info}
}

// served returns b's response without a socket.
func served(b *backstage, r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	r = r.Clone(r.Context())
	r.URL.Path = strings.TrimPrefix(r.URL.Path, "/base")
	b.ServeHTTP(w, r)
	return w.Result()
}

// envelope is Backstage's error envelope.
func envelope(w http.ResponseWriter, status int, name, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"name": name, "message": message},
		"request": map[string]string{"method": "GET"}, "response": map[string]int{"statusCode": status}})
}
