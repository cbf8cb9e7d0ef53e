package demo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/secret"
)

const (
	assetsQuery = `query GetAssets($companyId: ID!, $page: Int, $limit: Int, $search: AssetsSearch) {
		assets(companyId: $companyId, page: $page, limit: $limit, search: $search) {
			collection { id name } metadata { totalCount totalPages currentPage limitValue } } }`
	importMutation = `mutation ImportAssetToIntegration($input: ImportAssetToIntegrationInput!) {
		importAssetToIntegration(input: $input) { success importedCount errors } }`
	saveMutation = `mutation Save($input: CreateOrUpdateBackstageIntegrationInput!) { createOrUpdateBackstageIntegration(input: $input) {
		backstageIntegration { id backstageUrl instanceId autoImportEnabled updatedAt } } }`
	integrationQuery = `query Get($instanceId: String!) { backstageIntegration(instanceId: $instanceId) { id backstageUrl instanceId autoImportEnabled } }`
)

// clock is a time that a test sets.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { return c.t }

// importInput returns the variables to import projects with these names.
func importInput(names ...string) map[string]any {
	projects := make([]any, 0, len(names))
	for _, n := range names {
		projects = append(projects, map[string]any{"id": "Component:default/" + n, "name": n, "description": "", "url": "", "repoUrl": "",
			"lifecycle": "production", "tags": []string{"go"}, "owner": "team-1", "assetType": "api"})
	}
	return map[string]any{"input": map[string]any{"companyId": "1042", "integrationType": "backstage", "projects": projects}}
}

// names returns the names of a company's assets.
func names(p *Platform) []string {
	assets := p.Assets("1042")
	all := make([]string, 0, len(assets))
	for _, a := range assets {
		all = append(all, a.Name)
	}
	return all
}

// TestImport checks the platform's ways: a response with a count only, assets that come later,
// refusals with reasons, and duplicates.
func TestImport(t *testing.T) {
	c := newClock()
	p := NewPlatform(PlatformOptions{Now: c.now, MinDelay: 2 * time.Second, MaxDelay: 4 * time.Second,
		Reject: RejectNames(map[string]string{"bad": "tags has invalid value"}), Lose: func(p Project) bool { return p.Name == "lost" }})
	a := graph(t, p, importMutation, importInput("a", "bad", "b", "lost"))
	if want := `{"data":{"importAssetToIntegration":{"success":false,"importedCount":3,"errors":["bad: tags has invalid value"]}}}`; a.raw != want {
		t.Fatalf("got %s", a.raw)
	}
	if got := names(p); len(got) != 0 {
		t.Fatalf("assets at once: %v", got)
	}
	c.t = c.t.Add(5 * time.Second)
	if got := names(p); len(got) != 2 {
		t.Fatalf("after the delay: %v", got)
	}
	a = graph(t, p, importMutation, importInput("a"))
	if want := `{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}}`; a.raw != want {
		t.Fatalf("got %s", a.raw)
	}
	c.t = c.t.Add(5 * time.Second)
	if got := names(p); len(got) != 3 {
		t.Errorf("sent twice, want two assets: %v", got)
	}
	got := p.Imports()
	want := map[string]int{"Component:default/a": 2, "Component:default/b": 1, "Component:default/lost": 1}
	if got.Mutations != 2 || got.Batches != 2 || got.Rejected != 1 || !reflect.DeepEqual(got.Deliveries, want) || len(got.Projects) != 4 {
		t.Errorf("counted %+v", got)
	}
	if got.Projects[0].Owner != "team-1" || !reflect.DeepEqual(got.Projects[0].Tags, []string{"go"}) {
		t.Errorf("the project is not what was sent: %+v", got.Projects[0])
	}
}

// TestDedupe checks a platform that knows a project by its id.
func TestDedupe(t *testing.T) {
	p := NewPlatform(PlatformOptions{Dedupe: true})
	graph(t, p, importMutation, importInput("a", "b"))
	before := p.Assets("1042")
	graph(t, p, importMutation, importInput("a", "a"))
	if after := p.Assets("1042"); len(after) != 2 || after[0].ID != before[0].ID || after[1].ID != before[1].ID {
		t.Errorf("got %+v, before %+v", after, before)
	}
}

// TestAssets checks paging, its limit and the search.
func TestAssets(t *testing.T) {
	c := newClock()
	p := NewPlatform(PlatformOptions{Now: c.now, PageCap: 100})
	for i := range 250 {
		p.AddAssets("1042", Asset{Name: fmt.Sprintf("asset-%03d", 249-i)})
	}
	p.AddAssets("1042", Asset{Name: "scan", Integration: "Conviso_Scanner"})
	c.t = c.t.Add(time.Hour)
	p.AddAssets("1042", Asset{Name: "young"})
	backstage := map[string]any{"integrationTypes": []string{"BACKSTAGE"}}
	for name, tc := range map[string]struct {
		page, limit          any
		search               map[string]any
		items, total, pages  int
		current, limitAnswer int
		first                string
	}{
		"capped":         {1, 2000, backstage, 100, 251, 3, 1, 100, "asset-249"},
		"last page":      {3, 2000, backstage, 51, 251, 3, 3, 100, "asset-049"},
		"past the end":   {4, 100, backstage, 0, 251, 3, 4, 100, ""},
		"far past":       {2147483647, 100, backstage, 0, 251, 3, 2147483647, 100, ""},
		"default limit":  {nil, nil, nil, 10, 252, 26, 1, 10, "asset-249"},
		"another origin": {1, 10, map[string]any{"integrationTypes": []string{"Conviso_Scanner"}}, 1, 1, 1, 1, 10, "scan"},
		"by name":        {1, 10, map[string]any{"name": "ASSET-01"}, 10, 10, 1, 1, 10, "asset-019"},
		"sorted":         {1, 10, map[string]any{"sortBy": "name", "order": "ASC"}, 10, 252, 26, 1, 10, "asset-000"},
		"newest first":   {1, 10, map[string]any{"sortBy": "updated_at", "order": "DESC"}, 10, 252, 26, 1, 10, "young"},
		"since":          {1, 10, map[string]any{"createdAt": map[string]any{"startDate": "2026-11-23T09:30:00Z"}}, 1, 1, 1, 1, 10, "young"},
		"until":          {1, 10, map[string]any{"updatedAt": map[string]any{"endDate": "2026-11-23T09:30:00Z"}}, 10, 251, 26, 1, 10, "asset-249"},
	} {
		t.Run(name, func(t *testing.T) {
			a := graph(t, p, assetsQuery, map[string]any{"companyId": 1042, "page": tc.page, "limit": tc.limit, "search": tc.search})
			assets, ok := a.Data["assets"].(map[string]any)
			if !ok {
				t.Fatal(a.raw)
			}
			items, _ := assets["collection"].([]any)
			want := map[string]any{"totalCount": float64(tc.total), "totalPages": float64(tc.pages),
				"currentPage": float64(tc.current), "limitValue": float64(tc.limitAnswer)}
			if len(items) != tc.items || !reflect.DeepEqual(assets["metadata"], want) {
				t.Fatalf("%d items, %v, want %d, %v", len(items), assets["metadata"], tc.items, want)
			}
			if tc.first != "" {
				if first, _ := items[0].(map[string]any); first["name"] != tc.first {
					t.Errorf("first is %v, want %s", first, tc.first)
				}
			}
		})
	}
}

// TestRemoveAsset checks that a removed asset is gone.
func TestRemoveAsset(t *testing.T) {
	p := NewPlatform(PlatformOptions{})
	p.AddAssets("1042", Asset{ID: "1", Name: "a"}, Asset{ID: "2", Name: "b"})
	p.AddAssets("nosuch", Asset{ID: "3", Name: "c"})
	if !p.RemoveAsset("1") || p.RemoveAsset("1") || p.RemoveAsset("3") || len(names(p)) != 1 {
		t.Errorf("left: %v", names(p))
	}
}

// TestSelection checks that exactly the selected fields come, with aliases, fragments and
// directives.
func TestSelection(t *testing.T) {
	p := NewPlatform(PlatformOptions{})
	p.AddAssets("1042", Asset{ID: "1", Name: "a", Tags: []string{"x"}})
	for query, want := range map[string]string{
		`{ __typename me: currentUserProfile { __typename email } }`:                                                 `{"data":{"__typename":"Query","me":{"__typename":"PortalUser","email":"demo@acme.example"}}}`,
		`{ company(id: 1042) { id label } }`:                                                                         `{"data":{"company":{"id":"1042","label":"Acme Bank"}}}`,
		`{ companies { collection { ...c } metadata { totalCount } } } fragment c on Company { label }`:              `{"data":{"companies":{"collection":[{"label":"Acme Bank"}],"metadata":{"totalCount":1}}}}`,
		`{ assets(companyId: "1042") { collection { ... on Asset { n: name } assetsTagList integrations url } } }`:   `{"data":{"assets":{"collection":[{"n":"a","assetsTagList":["x"],"integrations":["BACKSTAGE"],"url":""}]}}}`,
		`{ assets(companyId: "1042") { collection { id @skip(if: true) name @include(if: true) } } }`:                `{"data":{"assets":{"collection":[{"name":"a"}]}}}`,
		`{ assets(companyId: "1042") { collection { id } } assets(companyId: "1042") { metadata { currentPage } } }`: `{"data":{"assets":{"collection":[{"id":"1"}],"metadata":{"currentPage":1}}}}`,
		`{ backstageIntegration(instanceId: "none") { id } }`:                                                        `{"data":{"backstageIntegration":null}}`,
	} {
		if a := graph(t, p, query, nil); a.raw != want {
			t.Errorf("%s\n got %s\nwant %s", query, a.raw, want)
		}
	}
}

// TestRefusedOperations checks that invalid operations do not reach a resolver.
func TestRefusedOperations(t *testing.T) {
	p := NewPlatform(PlatformOptions{})
	var wide strings.Builder
	for i := range 140 {
		fmt.Fprintf(&wide, "c%d: company(id: 1) { id label } ", i)
	}
	for name, tc := range map[string]struct {
		query     string
		variables map[string]any
		want      string
	}{
		"syntax":            {"query {", nil, "Expected"},
		"unknown field":     {"{ nosuch }", nil, "Cannot query field"},
		"no selection":      {"{ companies }", nil, "must have a selection"},
		"missing variable":  {assetsQuery, map[string]any{}, "must be defined"},
		"wrong type":        {assetsQuery, map[string]any{"companyId": "1042", "page": "x"}, "cannot use"},
		"unknown enum":      {assetsQuery, map[string]any{"companyId": "1", "search": map[string]any{"integrationTypes": []string{"NONE"}}}, "not a valid IntegrationsTypes"},
		"missing input":     {importMutation, map[string]any{"input": map[string]any{"companyId": "1042", "projects": []any{}}}, "must be defined"},
		"unknown input":     {importMutation, map[string]any{"input": map[string]any{"companyId": "1042", "integrationType": "backstage", "projects": []any{}, "x": 1}}, "unknown field"},
		"null name":         {importMutation, map[string]any{"input": map[string]any{"companyId": "1042", "integrationType": "backstage", "projects": []any{map[string]any{"id": "a", "name": nil}}}}, "cannot be null"},
		"alias conflict":    {"{ a: companies { metadata { totalCount } } a: currentUserProfile { id } }", nil, "conflict"},
		"complexity":        {"{ " + wide.String() + "}", nil, "complexity of 420, which exceeds max complexity of 400"},
		"depth":             {"{ __schema { types { fields { type " + strings.Repeat("{ ofType ", 13) + "{ name }" + strings.Repeat(" }", 16) + " }", nil, "depth of 18, which exceeds max depth of 15"},
		"two operations":    {"query A { __typename } query B { __typename }", nil, "no operation"},
		"wrong company":     {assetsQuery, map[string]any{"companyId": "7"}, "Scope - Resource not accessible for id: 7"},
		"wrong integration": {importMutation, map[string]any{"input": map[string]any{"companyId": "1042", "integrationType": "fortify", "projects": []any{}}}, "not supported"},
	} {
		t.Run(name, func(t *testing.T) {
			a := graph(t, p, tc.query, tc.variables)
			if !strings.Contains(a.messages(), tc.want) {
				t.Errorf("got %s", a.raw)
			}
		})
	}
	if got := p.Imports(); got.Batches != 0 || len(got.Projects) != 0 {
		t.Errorf("a refused operation ran: %+v", got)
	}
}

// TestWeigh checks depth and complexity against the platform's own numbers.
func TestWeigh(t *testing.T) {
	p := NewPlatform(PlatformOptions{})
	op, err := p.parse(assetsQuery, "")
	if err != nil {
		t.Fatal(err)
	}
	if depth, fields := weigh(op.SelectionSet); depth != 3 || fields != 9 {
		t.Errorf("a page of assets weighs %d fields, %d deep, want 9 and 3", fields, depth)
	}
	if op, err = p.parse(importMutation, ""); err != nil {
		t.Fatal(err)
	}
	if depth, fields := weigh(op.SelectionSet); depth != 2 || fields != 4 {
		t.Errorf("an import weighs %d fields, %d deep, want 4 and 2", fields, depth)
	}
}

// TestIntegration checks the flag: created off, changed only if given.
func TestIntegration(t *testing.T) {
	c := newClock()
	p := NewPlatform(PlatformOptions{Now: c.now})
	save := func(in map[string]any) string {
		in["companyId"], in["instanceId"], in["backstageUrl"] = 1042, "inst-1", "https://backstage.acme.example"
		return graph(t, p, saveMutation, map[string]any{"input": in}).raw
	}
	if got := save(map[string]any{}); !strings.Contains(got, `"id":"1","backstageUrl":"https://backstage.acme.example","instanceId":"inst-1","autoImportEnabled":false,"updatedAt":"2026-11-23T09:00:00Z"`) {
		t.Errorf("created: %s", got)
	}
	if got := save(map[string]any{"autoImportEnabled": true}); !strings.Contains(got, `"id":"1"`) || !strings.Contains(got, `"autoImportEnabled":true`) {
		t.Errorf("switched on: %s", got)
	}
	if got := save(map[string]any{}); !strings.Contains(got, `"autoImportEnabled":true`) {
		t.Errorf("an update that does not name the flag changed it: %s", got)
	}
	if got := graph(t, p, integrationQuery, map[string]any{"instanceId": "inst-1"}).raw; !strings.Contains(got, `"autoImportEnabled":true`) {
		t.Errorf("read back: %s", got)
	}
	if got := graph(t, p, saveMutation, map[string]any{"input": map[string]any{"companyId": "9", "instanceId": "x", "backstageUrl": ""}}).messages(); !strings.Contains(got, "Scope") {
		t.Errorf("a foreign company: %s", got)
	}
}

// TestKeyAndRoutes checks 401, 404, 405 and 400.
func TestKeyAndRoutes(t *testing.T) {
	p := NewPlatform(PlatformOptions{Key: secret.New("fake-key")})
	for name, tc := range map[string]struct {
		method, path, key, body string
		want                    int
	}{
		"right key":   {"POST", "/graphql", "fake-key", `{"query":"{__typename}"}`, 200},
		"wrong key":   {"POST", "/graphql", "other", `{"query":"{__typename}"}`, 401},
		"no key":      {"POST", "/graphql", "", `{"query":"{__typename}"}`, 401},
		"no JSON":     {"POST", "/graphql", "fake-key", `{`, 400},
		"a GET":       {"GET", "/graphql", "fake-key", ``, 405},
		"other route": {"POST", "/api", "fake-key", `{}`, 404},
	} {
		if status, _, body := call(t, p, tc.method, tc.path, tc.body, "X-API-Key", tc.key); status != tc.want {
			t.Errorf("%s: %d %s, want %d", name, status, body, tc.want)
		}
	}
	p.SetKey(secret.New("new-key"))
	if status, _, _ := call(t, p, "POST", "/graphql", `{"query":"{__typename}"}`, "X-API-Key", "fake-key"); status != 401 {
		t.Errorf("a revoked key: %d", status)
	}
}

// TestRateLimit checks the sliding minute and Retry-After.
func TestRateLimit(t *testing.T) {
	c := newClock()
	p := NewPlatform(PlatformOptions{Now: c.now, RateLimit: 3})
	send := func() (int, string) {
		status, header, _ := call(t, p, "POST", "/graphql", `{"query":"{__typename}"}`)
		return status, header.Get("Retry-After")
	}
	for range 3 {
		if status, _ := send(); status != 200 {
			t.Fatal(status)
		}
		c.t = c.t.Add(10 * time.Second)
	}
	if status, wait := send(); status != http.StatusTooManyRequests || wait != "30" {
		t.Errorf("the fourth: %d, Retry-After %q, want 429 and 30", status, wait)
	}
	c.t = c.t.Add(30 * time.Second)
	if status, _ := send(); status != 200 {
		t.Errorf("when there is room: %d", status)
	}
	p.options.NoRetryAfter = true
	if status, wait := send(); status != http.StatusTooManyRequests || wait != "" {
		t.Errorf("%d, Retry-After %q, want 429 without", status, wait)
	}
}

// FuzzExecute checks that any body gets a response, without a panic.
func FuzzExecute(f *testing.F) {
	for _, query := range []string{assetsQuery, importMutation, saveMutation, "{ assets(companyId: 1, page: 99999999999999999999) { metadata { totalCount } } }",
		"query($a: Boolean!) { ...f @include(if: $a) } fragment f on Query { __typename }", "{ __schema { types { name } } }"} {
		for _, vars := range []map[string]any{nil, importInput("a"), {"companyId": 1042.5, "page": -1, "limit": -1, "a": true}} {
			body, err := json.Marshal(map[string]any{"query": query, "variables": vars})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(body)
		}
	}
	p := NewPlatform(PlatformOptions{})
	f.Fuzz(func(t *testing.T, body []byte) {
		status, answer := p.execute(body)
		doc, err := json.Marshal(answer)
		if err != nil || !json.Valid(doc) || (status != 200 && status != 400) {
			t.Fatalf("%d %v: %s", status, err, doc)
		}
	})
}
