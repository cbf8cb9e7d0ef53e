package demo

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

const lean = "filter=kind=component&fields=kind,metadata.uid,metadata.name,metadata.namespace,metadata.title,metadata.description," +
	"metadata.tags,spec.type,spec.lifecycle,spec.owner,spec.system"

// TestLargeCatalog guards against quadratic time and against memory for more than one page.
func TestLargeCatalog(t *testing.T) {
	start := time.Now()
	c := NewCatalog(CatalogOptions{Entities: 100_000})
	items, total, pages := readAll(t, c, 1000, lean)
	if len(items) != 100_000 || total != 100_000 || pages != 100 {
		t.Errorf("%d items of %d on %d pages", len(items), total, pages)
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("it took %v", took)
	}
}

// BenchmarkByQuery reads a catalog of 100,000 in pages of a thousand; the metric is entities a
// second.
func BenchmarkByQuery(b *testing.B) {
	for name, fields := range map[string]string{"lean": lean, "full": "filter=kind=component"} {
		for _, encoding := range []string{"identity", "gzip"} {
			b.Run(name+"/"+encoding, func(b *testing.B) {
				c := NewCatalog(CatalogOptions{Entities: 100_000})
				for b.Loop() {
					readCursors(b, c, fields, encoding)
				}
				b.ReportMetric(100_000*float64(b.N)/b.Elapsed().Seconds(), "entities/s")
			})
		}
	}
}

// readCursors pages through a catalog without decoding the items.
func readCursors(b *testing.B, c *Catalog, fields, encoding string) {
	b.Helper()
	cursor, now := "", c.current()
	for range 100 {
		r := httptest.NewRequest(http.MethodGet, byQuery+"?limit=1000&"+fields+cursor, nil)
		r.Header.Set("Accept-Encoding", encoding)
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code, w.Body)
		}
		// The expected cursor: the uid at its place.
		q, err := parseQuery(r.URL.Query(), false)
		if err != nil {
			b.Fatal(err)
		}
		last := nthComponent(now, q.after, 1000)
		cursor = "&cursor=" + url.QueryEscape((&query{filter: q.filter, first: last, total: 100_000}).next(last))
	}
}

// nthComponent returns the uid of the n-th Component after a uid.
func nthComponent(c *contents, after string, n int) string {
	last := ""
	for e := range c.after(after, 0) {
		if e.Kind == "Component" {
			if last, n = e.UID, n-1; n == 0 {
				break
			}
		}
	}
	return last
}
