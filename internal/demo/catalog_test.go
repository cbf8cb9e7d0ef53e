package demo

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"conviso-importer/internal/secret"
)

const byQuery = "/api/catalog/entities/by-query"

// readAll follows the cursors like a client, repeating limit and fields.
func readAll(t *testing.T, h http.Handler, limit int, params string) (items []item, total, pages int) {
	t.Helper()
	target := fmt.Sprintf("%s?limit=%d&%s", byQuery, limit, params)
	seen := map[string]bool{}
	for {
		p := get[page](t, h, target)
		items, pages = append(items, p.Items...), pages+1
		if pages == 1 {
			total = p.TotalItems
		} else if p.TotalItems != total || p.PageInfo.PrevCursor == "" {
			t.Fatalf("page %d: total %d, want that of page one, %d", pages, p.TotalItems, total)
		}
		next := p.PageInfo.NextCursor
		if next == "" {
			return items, total, pages
		}
		if seen[next] {
			t.Fatal("a cursor came twice")
		}
		seen[next] = true
		target = fmt.Sprintf("%s?limit=%d&cursor=%s&%s", byQuery, limit, url.QueryEscape(next), params)
	}
}

// TestPaging checks that each entity comes once, in a stable order, with page one's count, for
// page sizes that divide the catalog or do not.
func TestPaging(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: DefaultEntities})
	limits := []int{1, 7, 80, 240, 1000}
	orders := make([]string, 0, len(limits))
	for _, limit := range limits {
		items, total, pages := readAll(t, c, limit, "filter=kind=component&fields=kind,metadata.name,metadata.namespace,metadata.uid")
		refs := map[string]bool{}
		var order strings.Builder
		last := ""
		for _, e := range items {
			refs[e.Metadata.Namespace+"/"+e.Metadata.Name] = true
			if e.Metadata.UID <= last || len(e.Metadata.UID) != 36 {
				t.Fatalf("uid %q after %q", e.Metadata.UID, last)
			}
			last = e.Metadata.UID
			order.WriteString(last)
		}
		if len(refs) != 240 || len(items) != 240 || total != 240 || pages != (240+limit-1)/limit {
			t.Errorf("limit %d: %d items, %d distinct, total %d, %d pages", limit, len(items), len(refs), total, pages)
		}
		orders = append(orders, order.String())
	}
	if len(slices.Compact(orders)) != 1 {
		t.Error("the order depends on the page size")
	}
}

// TestByQuery checks the parameters and errors of old and new servers.
func TestByQuery(t *testing.T) {
	fresh, old := NewCatalog(CatalogOptions{Entities: 400}), NewCatalog(CatalogOptions{Entities: 400, Old: true})
	for name, tc := range map[string]struct {
		query  string
		old    bool
		status int
		items  int
		total  int
		error  string
	}{
		"default limit":        {"filter=kind=component", false, 200, 200, 400, ""},
		"default limit, old":   {"filter=kind=component", true, 200, 20, 400, ""},
		"no maximum":           {"filter=kind=component&limit=999999999", false, 200, 400, 400, ""},
		"count alone":          {"filter=KIND=Component&limit=0", false, 200, 0, 400, ""},
		"two kinds":            {"filter=kind=component&filter=kind=Group&limit=0", false, 200, 0, 409, ""},
		"or within one":        {"filter=kind=component,kind=group&limit=0", false, 200, 0, 409, ""},
		"and":                  {"filter=kind=component,metadata.name=PAYMENT-ledger&limit=9", false, 200, 2, 2, ""},
		"nothing":              {"filter=kind=nosuch", false, 200, 0, 0, ""},
		"offset":               {"filter=kind=component&limit=50&offset=390", false, 200, 10, 400, ""},
		"offset past the end":  {"filter=kind=component&offset=500", false, 200, 0, 400, ""},
		"uncounted":            {"filter=kind=component&totalItems=exclude&limit=5", false, 200, 5, 0, ""},
		"uncounted, old":       {"totalItems=exclude", true, 400, 0, 0, "Unknown query parameter 'totalItems'"},
		"term":                 {"fullTextFilterTerm=Ledger-2&fullTextFilterFields=metadata.name&limit=9", false, 200, 1, 1, ""},
		"term without fields":  {"fullTextFilterTerm=ledger&limit=9", false, 200, 0, 0, ""},
		"negative limit":       {"limit=-1", false, 400, 0, 0, "request/query/limit must be >= 0"},
		"limit in words":       {"limit=abc", false, 400, 0, 0, "request/query/limit must be integer"},
		"negative offset":      {"offset=-1", false, 400, 0, 0, "must be >= 0"},
		"unknown parameter":    {"bogus=1", false, 400, 0, 0, "Unknown query parameter 'bogus'"},
		"empty filter":         {"filter=", false, 400, 0, 0, "Empty value found for query parameter 'filter'"},
		"cursor of nothing":    {"cursor=bm9wZQ==", false, 400, 0, 0, "Malformed cursor"},
		"cursor, not base64":   {"cursor=%25%25", false, 400, 0, 0, "Malformed cursor"},
		"cursor without place": {"cursor=" + url.QueryEscape(base64.StdEncoding.EncodeToString([]byte(`{"orderFieldValues":[null]}`))), false, 400, 0, 0, "Malformed cursor"},
	} {
		t.Run(name, func(t *testing.T) {
			h := fresh
			if tc.old {
				h = old
			}
			status, header, body := call(t, h, http.MethodGet, byQuery+"?"+tc.query, "")
			if status != tc.status || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
				t.Fatalf("%d %s: %.300s", status, header.Get("Content-Type"), body)
			}
			if tc.error != "" {
				checkEnvelope(t, body, "InputError", tc.error, tc.status)
				return
			}
			var p page
			if err := json.Unmarshal(body, &p); err != nil {
				t.Fatal(err)
			}
			if len(p.Items) != tc.items || p.TotalItems != tc.total {
				t.Errorf("%d items of %d, want %d of %d", len(p.Items), p.TotalItems, tc.items, tc.total)
			}
		})
	}
}

func checkEnvelope(t *testing.T, body []byte, name, message string, status int) {
	t.Helper()
	var e struct {
		Error    struct{ Name, Message string }
		Request  struct{ Method, URL string }
		Response struct{ StatusCode int }
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err, string(body))
	}
	if e.Error.Name != name || !strings.Contains(e.Error.Message, message) || e.Response.StatusCode != status ||
		!strings.HasPrefix(e.Request.URL, "/ent") {
		t.Errorf("got %s", body)
	}
}

// TestCursorCarriesNeitherLimitNorFields checks that page two returns 200 full entities with
// the filter, as the real server does.
func TestCursorCarriesNeitherLimitNorFields(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: 500})
	one := get[page](t, c, byQuery+"?filter=kind=component&limit=10&fields=metadata.name")
	if len(one.Items) != 10 || one.Items[0].Metadata.UID != "" || one.Items[0].Spec.Type != "" {
		t.Fatalf("page one: %+v", one.Items[0])
	}
	two := get[page](t, c, byQuery+"?filter=kind=group&cursor="+url.QueryEscape(one.PageInfo.NextCursor))
	if len(two.Items) != 200 || two.Items[0].Kind != "Component" || two.Items[0].Metadata.UID == "" {
		t.Fatalf("page two: %d items, first %+v", len(two.Items), two.Items[0])
	}
}

// TestFields checks that exactly the requested fields are returned.
func TestFields(t *testing.T) {
	c := NewCatalog(CatalogOptions{})
	c.Add(Entity{Name: "one", Title: "One", UID: "00000000-0000-4000-8000-000000000001", Type: "service", Owner: "team-1", Tags: []string{"go"},
		Annotations: map[string]string{"github.com/project-slug": "acme/one", "x": "y"}, Relations: []Relation{{"ownedBy", "group:default/team-1"}}})
	for fields, want := range map[string]string{
		"kind":                 `{"kind":"Component"}`,
		"KIND":                 `{}`,
		"nosuch":               `{}`,
		"metadata.description": `{}`,
		"kind,metadata.name":   `{"metadata":{"name":"one"},"kind":"Component"}`,
		"spec":                 `{"spec":{"type":"service","owner":"team-1"}}`,
		"spec.owner,relations": `{"spec":{"owner":"team-1"},"relations":[{"type":"ownedBy","targetRef":"group:default/team-1"}]}`,
		"metadata.tags":        `{"metadata":{"tags":["go"]}}`,
		"metadata.annotations": `{"metadata":{"annotations":{"github.com/project-slug":"acme/one","x":"y"}}}`,
		"metadata.annotations.github.com/project-slug": `{"metadata":{"annotations":{"github.com/project-slug":"acme/one"}}}`,
	} {
		_, _, body := call(t, c, http.MethodGet, byQuery+"?fields="+fields, "")
		want = `{"items":[` + want + `],"totalItems":1,"pageInfo":{}}`
		if string(body) != want {
			t.Errorf("%s:\n got %s\nwant %s", fields, body, want)
		}
	}
}

// TestFilterKeys checks all kinds of indexed keys, and that long values are not indexed.
func TestFilterKeys(t *testing.T) {
	c := NewCatalog(CatalogOptions{})
	c.Add(Entity{Name: "one", Title: "One", Description: strings.Repeat("x", maxSearchable+1), Etag: "e1", Type: "service", Lifecycle: "beta",
		Owner: "team-1", System: "sys", Tags: []string{"go", "pci"}, Labels: map[string]string{"tier": "2"},
		Annotations: map[string]string{"a.b/c": "v"}, Relations: []Relation{{"ownedBy", "group:default/team-1"}}})
	for filter, want := range map[string]int{
		"apiVersion=backstage.io/v1alpha1": 1, "metadata.title=ONE": 1, "metadata.description": 0, "metadata.etag=e1": 1,
		"metadata.uid": 1, "metadata.name=one": 1, "metadata.namespace=Default": 1, "spec.type=service": 1, "spec.lifecycle=beta": 1,
		"spec.owner=team-1": 1, "spec.owner=group:default/team-1": 0, "spec.system=sys": 1, "spec.nosuch": 0,
		"metadata.tags=pci": 1, "metadata.tags=PCI,metadata.tags=rust": 1, "metadata.tags.go=true,metadata.tags.rust=true": 0,
		"metadata.tags.go=true,metadata.tags.pci=true": 1, "metadata.labels.tier=2": 1, "metadata.labels.tier=3": 0,
		"metadata.annotations.A.B/c": 1, "relations.ownedby=group:default/team-1": 1, "relations.partof": 0, ",": 1,
	} {
		if p := get[page](t, c, byQuery+"?filter="+url.QueryEscape(filter)); p.TotalItems != want || len(p.Items) != want {
			t.Errorf("%s: %d items of %d, want %d", filter, len(p.Items), p.TotalItems, want)
		}
	}
}

// TestByRefs checks order, nulls, invalid refs and the limit of the body.
func TestByRefs(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: 1000})
	const path = "/api/catalog/entities/by-refs"
	_, _, body := call(t, c, http.MethodPost, path, `{"entityRefs":["component:legacy/payment-ledger","component:default/nosuch","component:default/payment-ledger-3",
		"COMPONENT:DEFAULT/PAYMENT-LEDGER","payment-ledger","component:legacy/invoice-export","group:default/team-pay"],"fields":["metadata","kind"]}`)
	var got struct{ Items []*item }
	if err := json.Unmarshal(body, &got); err != nil || len(got.Items) != 7 {
		t.Fatal(err, string(body))
	}
	for i, want := range []string{"legacy/payment-ledger", "", "default/payment-ledger-3", "", "", "legacy/Invoice-Export", "default/team-pay"} {
		switch e := got.Items[i]; {
		case want == "" && e != nil:
			t.Errorf("%d must be null, got %+v", i, e)
		case want != "" && (e == nil || e.Metadata.Namespace+"/"+e.Metadata.Name != want || len(e.Metadata.Annotations) == 0):
			t.Errorf("%d: want %s, got %+v", i, want, e)
		}
	}
	for name, tc := range map[string]struct{ body, error string }{
		"no refs":   {`{}`, "must have required property 'entityRefs'"},
		"too large": {`{"entityRefs":["` + strings.Repeat("x", maxBody) + `"]}`, "request entity too large"},
		"not JSON":  {`{`, "not JSON"},
	} {
		status, _, body := call(t, c, http.MethodPost, path, tc.body)
		if status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, status)
		}
		checkEnvelope(t, body, "InputError", tc.error, http.StatusBadRequest)
	}
}

// TestOtherEndpoints checks by-name, facets, readiness and unknown routes.
func TestOtherEndpoints(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: DefaultEntities})
	if e := get[item](t, c, "/api/catalog/entities/by-name/COMPONENT/Default/Payment-Settlement"); e.Metadata.Name != "payment-settlement" || e.APIVersion == "" {
		t.Errorf("by-name: %+v", e)
	}
	status, _, body := call(t, c, http.MethodGet, "/api/catalog/entities/by-name/component/default/nosuch", "")
	if status != http.StatusNotFound {
		t.Errorf("by-name of nothing: %d", status)
	}
	checkEnvelope(t, body, "NotFoundError", "No entity named 'nosuch' found", http.StatusNotFound)

	type facets struct{ Facets map[string][]facet }
	f := get[facets](t, c, "/api/catalog/entity-facets?facet=kind&facet=nosuch&facet=spec.lifecycle&filter=kind=component").Facets
	if len(f["kind"]) != 1 || f["kind"][0] != (facet{"Component", 240}) || f["nosuch"] == nil || len(f["nosuch"]) != 0 || len(f["spec.lifecycle"]) < 6 {
		t.Errorf("facets: %+v", f)
	}
	if status, _, _ := call(t, c, http.MethodGet, "/api/catalog/entity-facets", ""); status != http.StatusBadRequest {
		t.Errorf("facets of nothing: %d", status)
	}
	for _, target := range []string{"/", "/api/catalog/nosuch", "/api/other", "/api/catalog/entities/by-name/a/b"} {
		status, header, body := call(t, c, http.MethodGet, target, "")
		if status != http.StatusNotFound || len(body) != 0 || header.Get("Content-Type") != "" {
			t.Errorf("%s: %d %q, want an empty 404", target, status, body)
		}
	}
	const readiness = "/.backstage/health/v1/readiness"
	if status, _, body := call(t, c, http.MethodGet, readiness, ""); status != 200 || string(body) != `{"status":"ok"}` {
		t.Errorf("readiness: %d %s", status, body)
	}
}

// TestAuthentication checks missing and refused credentials.
func TestAuthentication(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: 1, Token: secret.New("good-token"), Restricted: secret.New("scaffolder-token")})
	for header, want := range map[string]struct {
		status        int
		name, message string
	}{
		"":                        {401, "AuthenticationError", "Missing credentials"},
		"Basic Z29vZA==":          {401, "AuthenticationError", "Missing credentials"},
		"Bearer nope":             {401, "AuthenticationError", "Illegal token"},
		"Bearer scaffolder-token": {403, "NotAllowedError", "restricted to plugin(s) 'scaffolder'"},
		"Bearer good-token":       {200, "", ""},
		"bearer good-token":       {200, "", ""},
	} {
		status, _, body := call(t, c, http.MethodGet, byQuery, "", "Authorization", header)
		if status != want.status {
			t.Errorf("%q: %d, want %d", header, status, want.status)
		} else if want.name != "" {
			checkEnvelope(t, body, want.name, want.message, want.status)
		}
	}
	if c.SetToken(secret.New("another")); true {
		if status, _, _ := call(t, c, http.MethodGet, byQuery, "", "Authorization", "Bearer good-token"); status != 401 {
			t.Errorf("an expired token: %d", status)
		}
	}
}

// TestChanges checks that additions and removals show at once, also during a load.
func TestChanges(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: 100})
	one := get[page](t, c, byQuery+"?filter=kind=component&limit=50&fields=metadata.name")
	first, rest := one.Items[0].Metadata.Name, ""
	for _, e := range c.Components() {
		rest = e.Ref()
	}
	if !c.Remove(rest) || c.Remove(rest) || c.Remove("component:default/nosuch") {
		t.Fatal("Remove must say whether the entity was there")
	}
	c.Add(Entity{Name: "zz-late", UID: "ffffffff-0000-4000-8000-000000000000"}, Entity{Name: "early", UID: "00000000-0000-4000-8000-000000000000"})
	two := get[page](t, c, byQuery+"?limit=1000&fields=metadata.name&cursor="+url.QueryEscape(one.PageInfo.NextCursor))
	if n := len(two.Items); n != 50 || two.Items[n-1].Metadata.Name != "zz-late" || two.TotalItems != 100 {
		t.Errorf("page two: %d items of %d", n, two.TotalItems)
	}
	c.Add(Entity{Name: first, Namespace: "default", Description: "changed"})
	if !c.Remove("COMPONENT:default/early") {
		t.Error("an added entity cannot be removed")
	}
	items, total, _ := readAll(t, c, 7, "filter=kind=component")
	if len(items) != total {
		t.Errorf("%d items of %d", len(items), total)
	}
}

// TestCompression checks that responses above a kilobyte are compressed on request only.
func TestCompression(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: 50})
	_, plain, want := call(t, c, http.MethodGet, byQuery, "")
	_, packed, body := call(t, c, http.MethodGet, byQuery, "", "Accept-Encoding", "gzip")
	_, small, _ := call(t, c, http.MethodGet, byQuery+"?limit=0", "", "Accept-Encoding", "gzip")
	if plain.Get("Content-Encoding") != "" || small.Get("Content-Encoding") != "" || packed.Get("Content-Encoding") != "gzip" {
		t.Fatal("compressed where it must not be, or the other way round")
	}
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the compressed answer differs: %v", err)
	}
}
