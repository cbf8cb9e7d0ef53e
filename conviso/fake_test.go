package conviso

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"conviso-importer/internal/secret"
)

const canary = "canary-not-a-real-key"

// roundTrip answers requests in process.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// sent is a request body as the client wrote it.
type sent struct {
	Query     string         `json:"query"`
	Variables map[string]any `json:"variables"`
}

func read(t testing.TB, req *http.Request) sent {
	t.Helper()
	var s sent
	if err := json.NewDecoder(req.Body).Decode(&s); err != nil {
		t.Error(err)
	}
	return s
}

// reply builds an answer.
func reply(status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {contentType}},
		Body: io.NopCloser(strings.NewReader(body)),
	}
}

func ok(body string) (*http.Response, error) { return reply(200, "application/json", body), nil }

// inMemory returns a client whose requests f answers.
func inMemory(t testing.TB, f roundTrip) *Client {
	t.Helper()
	base, _ := url.Parse("https://platform.example.com")
	c, err := NewClient(Options{Base: base, Key: secret.New(canary), Transport: f})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answering returns a client that always gets the same response.
func answering(t testing.TB, status int, contentType, body string) *Client {
	return inMemory(t, func(*http.Request) (*http.Response, error) { return reply(status, contentType, body), nil })
}

// onLoopback returns a client of a real server.
func onLoopback(t testing.TB, h http.HandlerFunc) *Client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return clientOf(t, srv.URL)
}

func clientOf(t testing.TB, base string) *Client {
	t.Helper()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(Options{Base: u, Key: secret.New(canary), UserAgent: "conviso-importer/test"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// list is a platform with pages of assets and scripted faults.
type list struct {
	mu    sync.Mutex
	names []string
	// limit caps the page size if not zero.
	limit int
	// before is called before each page with the number of responses so far; it may change the
	// list or return its own response.
	before func(l *list, answered, page int) (*http.Response, error)

	answered int
	limits   map[int]int
}

func members(n int) *list {
	l := &list{limits: map[int]int{}}
	for i := range n {
		l.names = append(l.names, fmt.Sprintf("asset-%06d", i))
	}
	return l
}

func (l *list) client(t testing.TB) *Client {
	return inMemory(t, func(req *http.Request) (*http.Response, error) { return l.answer(read(t, req)) })
}

func (l *list) answer(s sent) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	page, limit := int(s.Variables["page"].(float64)), int(s.Variables["limit"].(float64))
	l.limits[limit]++
	if l.limit > 0 {
		limit = min(limit, l.limit)
	}
	if l.before != nil {
		if resp, err := l.before(l, l.answered, page); resp != nil || err != nil {
			l.answered++
			return resp, err
		}
	}
	l.answered++
	from := min((page-1)*limit, len(l.names))
	return ok(pageOf(l.names[from:min(from+limit, len(l.names))], page, limit, len(l.names), (len(l.names)+limit-1)/limit))
}

// pageOf is one page of assets; an asset's id is its name.
func pageOf(names []string, page, limit, total, pages int) string {
	type member struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	all := make([]member, len(names))
	for i, n := range names {
		all[i] = member{ID: n, Name: n}
	}
	raw, _ := json.Marshal(all)
	return fmt.Sprintf(`{"data":{"assets":{"collection":%s,"metadata":{"totalCount":%d,"totalPages":%d,"currentPage":%d,"limitValue":%d}}}}`,
		raw, total, pages, page, limit)
}
