package demo

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzCatalog checks that any request gets valid JSON or an empty 404, without a panic.
func FuzzCatalog(f *testing.F) {
	one := (&query{filter: parseFilter([]string{"kind=component"}), first: "0", total: 3}).next("00000000-0000-4000-8000-000000000001")
	for _, seed := range []string{"limit=2&filter=kind=component,metadata.tags=go&fields=kind,metadata", "cursor=" + url.QueryEscape(one),
		"offset=9999999999999999999", "filter=,=,&limit=0", "fullTextFilterTerm=x&fullTextFilterFields=metadata.title,kind", "facet=kind&facet="} {
		f.Add(seed, `{"entityRefs":["component:default/payment-gateway-2","component:default/payment--2",":/","-"],"fields":["metadata.labels.x"]}`)
	}
	c := NewCatalog(CatalogOptions{Entities: 300})
	f.Fuzz(func(t *testing.T, query, body string) {
		for _, r := range []*http.Request{
			{Method: http.MethodGet, URL: &url.URL{Path: byQuery, RawQuery: query}},
			{Method: http.MethodGet, URL: &url.URL{Path: "/api/catalog/entity-facets", RawQuery: query}},
			{Method: http.MethodGet, URL: &url.URL{Path: "/api/catalog/entities/by-name/" + query}},
			{Method: http.MethodPost, URL: &url.URL{Path: "/api/catalog/entities/by-refs"}},
		} {
			r.Body = http.NoBody
			if r.Method == http.MethodPost {
				r.Body = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body)).Body
			}
			w := httptest.NewRecorder()
			c.ServeHTTP(w, r)
			if empty := w.Code == http.StatusNotFound && w.Body.Len() == 0; !empty && !json.Valid(w.Body.Bytes()) {
				t.Fatalf("%s %s: %d %s", r.Method, r.URL, w.Code, w.Body)
			}
		}
	})
}
