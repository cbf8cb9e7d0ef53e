package backstage

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"

	"conviso-importer/internal/demo"
)

// BenchmarkDecodePage measures decoding one page of the list.
func BenchmarkDecodePage(b *testing.B) {
	w := httptest.NewRecorder()
	query := url.Values{"limit": {strconv.Itoa(pageSize)}, "fields": {listFields()}, "filter": {"kind=component"}}
	demo.NewCatalog(demo.CatalogOptions{Entities: pageSize}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+byQueryPath+"?"+query.Encode(), nil))
	body := w.Body.Bytes()
	c := &Client{base: &url.URL{}}
	b.SetBytes(int64(len(body)))
	a := listResponse{decoder: &fastDecoder{words: interner{}}}
	for b.Loop() {
		a.body = append(a.body[:0], body...)
		if c.decode(nil, &a) != nil || len(a.entities) != pageSize {
			b.Fatal("not read")
		}
	}
}

// BenchmarkLoad reads 100,000 entities from the demo's catalog over loopback, alternating with
// a loop of the same requests that discards the bodies. The metric ratio is the median of their
// quotient.
func BenchmarkLoad(b *testing.B) {
	const entities, rounds = 100_000, 7
	srv := httptest.NewServer(demo.NewCatalog(demo.CatalogOptions{Entities: entities}))
	defer srv.Close()
	base, err := url.Parse(srv.URL)
	if err != nil {
		b.Fatal(err)
	}
	c, err := NewClient(Options{Base: base})
	if err != nil {
		b.Fatal(err)
	}
	asked := cursorsOf(b, c)
	for b.Loop() {
		var ratios, loads, loops []float64
		for range rounds {
			start := time.Now()
			bareLoop(b, c, asked)
			loop := time.Since(start)
			start = time.Now()
			n := 0
			for page, err := range c.Pages(b.Context(), nil) {
				if err != nil {
					b.Fatal(err)
				}
				n += len(page.Entities)
			}
			load := time.Since(start)
			if n != entities {
				b.Fatal(n)
			}
			ratios = append(ratios, float64(load)/float64(loop))
			loads, loops = append(loads, load.Seconds()), append(loops, loop.Seconds())
		}
		for unit, values := range map[string][]float64{"ratio": ratios, "s/load": loads, "s/loop": loops} {
			slices.Sort(values)
			b.ReportMetric(values[rounds/2], unit)
		}
	}
}

// cursorsOf pages through the list and returns each request's parameters.
func cursorsOf(b *testing.B, c *Client) (asked []url.Values) {
	b.Helper()
	query, err := listQuery(nil)
	if err != nil {
		b.Fatal(err)
	}
	f := pager{client: c, query: query, cursors: map[string]struct{}{}}
	for {
		asked = append(asked, maps.Clone(query))
		var a listResponse
		if err := c.call(b.Context(), request{method: http.MethodGet, path: byQueryPath, query: query, plain: true}, &a); err != nil {
			b.Fatal(err)
		}
		answer := f.check(&a)
		if answer.err != nil {
			b.Fatal(answer.err)
		}
		if answer.next == "" {
			return asked
		}
		query.Del("filter")
		query.Set("cursor", answer.next)
	}
}

// bareLoop sends the requests in turn and discards the bodies.
func bareLoop(b *testing.B, c *Client, asked []url.Values) {
	b.Helper()
	for _, query := range asked {
		resp, err := c.send(b.Context(), request{method: http.MethodGet, path: byQueryPath, query: query, plain: true})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(err, resp.Status)
		}
		_ = resp.Body.Close()
	}
}
