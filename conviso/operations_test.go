package conviso

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"conviso-importer/conviso/schema"
)

const integrationJSON = `{"id":"7","backstageUrl":"https://b.example.com","instanceId":"inst-1","autoImportEnabled":true,"updatedAt":"2026-11-23T09:00:00Z"}`

// calls are all operations, each with an accepted response.
var calls = map[string]struct {
	answer string
	run    func(*testing.T, *Client) error
	vars   string
}{
	"assets": {
		pageOf([]string{"a"}, 1, 2000, 1, 1),
		func(t *testing.T, c *Client) error { _, err := c.Assets(t.Context(), "1028", nil); return err },
		`{"companyId":"1028","limit":2000,"page":1,"search":{"integrationTypes":["BACKSTAGE"]}}`,
	},
	"the latest assets": {
		pageOf([]string{"a"}, 1, 2000, 1, 1),
		func(t *testing.T, c *Client) error {
			since := time.Date(2026, 11, 24, 9, 0, 30, 5, time.FixedZone("", -3*3600))
			_, err := c.Recent(t.Context(), "1028", since)
			return err
		},
		`{"companyId":"1028","limit":2000,"page":1,"search":{"integrationTypes":["BACKSTAGE"],"updatedAt":{"startDate":"2026-11-24T11:50:30Z"}}}`,
	},
	"assets of any source": {
		pageOf([]string{"a"}, 1, 2000, 1, 1),
		func(t *testing.T, c *Client) error { _, err := c.OtherAssets(t.Context(), "1028"); return err },
		`{"companyId":"1028","limit":2000,"page":1}`,
	},
	"companies": {
		`{"data":{"companies":{"collection":[{"id":"1028","label":"Acme"}],"metadata":{"totalCount":1,"totalPages":1,"currentPage":1,"limitValue":100}}}}`,
		func(t *testing.T, c *Client) error { _, err := c.Companies(t.Context()); return err },
		`{"limit":100,"page":1}`,
	},
	"company": {
		`{"data":{"company":{"id":"1028","label":"Acme"}}}`,
		func(t *testing.T, c *Client) error { _, err := c.Company(t.Context(), "1028"); return err },
		`{"id":"1028"}`,
	},
	"asset": {
		`{"data":{"asset":{"id":"88001","name":"a"}}}`,
		func(t *testing.T, c *Client) error {
			asset, found, err := c.AssetByID(t.Context(), "88001")
			if err == nil && (!found || asset != Asset{ID: "88001", Name: "a"}) {
				t.Errorf("%v, %v", asset, found)
			}
			return err
		},
		`{"id":"88001"}`,
	},
	"integration": {
		`{"data":{"backstageIntegration":` + integrationJSON + `}}`,
		func(t *testing.T, c *Client) error { _, err := c.Integration(t.Context(), "inst-1"); return err },
		`{"instanceId":"inst-1"}`,
	},
	"save the integration": {
		`{"data":{"createOrUpdateBackstageIntegration":{"backstageIntegration":` + integrationJSON + `}}}`,
		func(t *testing.T, c *Client) error {
			_, err := c.SaveIntegration(t.Context(), IntegrationInput{CompanyID: "1028", BackstageURL: "https://b.example.com", InstanceID: "inst-1"})
			return err
		},
		`{"input":{"companyId":"1028","backstageUrl":"https://b.example.com","instanceId":"inst-1"}}`,
	},
	"save the flag": {
		`{"data":{"createOrUpdateBackstageIntegration":{"backstageIntegration":` + integrationJSON + `}}}`,
		func(t *testing.T, c *Client) error {
			off := false
			_, err := c.SaveIntegration(t.Context(), IntegrationInput{CompanyID: "1028", BackstageURL: "https://b.example.com", InstanceID: "inst-1", AutoImportEnabled: &off})
			return err
		},
		`{"input":{"companyId":"1028","backstageUrl":"https://b.example.com","instanceId":"inst-1","autoImportEnabled":false}}`,
	},
	"import": {
		`{"data":{"importAssetToIntegration":{"success":true,"importedCount":1,"errors":null}}}`,
		func(t *testing.T, c *Client) error {
			_, err := c.Import(t.Context(), "1028", []Project{{ID: "Component:default/a", Name: "a", AssetType: "api"}})
			return err
		},
		`{"input":{"companyId":"1028","integrationType":"backstage","projects":[{"id":"Component:default/a","name":"a",` +
			`"description":"","url":"","repoUrl":"","lifecycle":"","tags":[],"owner":"","assetType":"api"}]}}`,
	},
}

// TestOperationsFitTheSchema checks that real requests parse, validate, coerce and stay below
// the published limits.
func TestOperationsFitTheSchema(t *testing.T) {
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphql", Input: schema.Source()})
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			var body []byte
			var header http.Header
			c := onLoopback(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodPost || r.URL.Path != "/graphql" {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				body, _ = io.ReadAll(r.Body)
				header = r.Header
				w.Header().Set("Content-Type", "application/json; charset=utf-8")
				_, _ = io.WriteString(w, call.answer)
			})
			if err := call.run(t, c); err != nil {
				t.Fatal(err)
			}
			// With an idempotency key net/http would repeat a request.
			if header.Get("X-API-Key") != canary || header.Get("User-Agent") != "conviso-importer/test" || header["Idempotency-Key"] != nil || header["X-Idempotency-Key"] != nil {
				t.Errorf("headers: %v", header)
			}
			validate(t, s, body, call.vars)
		})
	}
}

func validate(t *testing.T, s *ast.Schema, body []byte, wantVars string) {
	t.Helper()
	var raw struct {
		Query     string
		Variables json.RawMessage
	}
	var got sent
	if err := errors.Join(json.Unmarshal(body, &raw), json.Unmarshal(body, &got)); err != nil {
		t.Fatal(err)
	}
	doc, problems := gqlparser.LoadQueryWithRules(s, raw.Query, rules.NewDefaultRules())
	if problems != nil {
		t.Fatalf("%s: %v", raw.Query, problems)
	}
	if _, err := validator.VariableValues(s, doc.Operations[0], got.Variables); err != nil {
		t.Errorf("variables: %v", err)
	}
	if fields, depth := measure(doc.Operations[0].SelectionSet); fields > 400 || depth > 15 {
		t.Errorf("%d fields, %d deep", fields, depth)
	}
	if !sameJSON(t, raw.Variables, []byte(wantVars)) {
		t.Errorf("variables\n got %s\nwant %s", raw.Variables, wantVars)
	}
}

// measure counts complexity (one point a field) and depth as the platform does.
func measure(set ast.SelectionSet) (fields, depth int) {
	for _, selection := range set {
		f, d := measure(selection.(*ast.Field).SelectionSet)
		fields, depth = fields+f+1, max(depth, d+1)
	}
	return fields, depth
}

func sameJSON(t *testing.T, a, b []byte) bool {
	t.Helper()
	var x, y any
	if err := errors.Join(json.Unmarshal(a, &x), json.Unmarshal(b, &y)); err != nil {
		t.Fatal(err)
	}
	l, _ := json.Marshal(x)
	r, _ := json.Marshal(y)
	return bytes.Equal(l, r)
}

// TestIntegration checks that only a missing record is ErrNoIntegration: otherwise an import
// would create a second integration.
func TestIntegration(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"there":            {200, `{"data":{"backstageIntegration":` + integrationJSON + `}}`, nil},
		"null":             {200, `{"data":{"backstageIntegration":null}}`, ErrNoIntegration},
		"said as an error": {200, `{"data":{"backstageIntegration":null},"errors":[{"message":"Couldn't find Integration"}]}`, ErrNoIntegration},
		"no field":         {200, `{"data":{}}`, ErrNotGraphQL},
		"list":             {200, `{"data":{"backstageIntegration":[]}}`, ErrNotGraphQL},
		"without an id":    {200, `{"data":{"backstageIntegration":{"id":null}}}`, ErrNotGraphQL},
		"null id missing":  {200, `{"data":{"backstageIntegration":{}}}`, ErrNotGraphQL},
		"not found page":   {404, `{"error":"not found"}`, ErrNotGraphQL},
		"no rights":        {200, `{"data":null,"errors":[{"message":"Scope - Resource not accessible for id: 9"}]}`, ErrAuth},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := answering(t, c.status, "application/json", c.body).Integration(t.Context(), "inst-1")
			if !errors.Is(err, c.want) || (err == nil) != (got != nil) {
				t.Fatalf("%+v, %v", got, err)
			}
			if got != nil && (*got != Integration{ID: "7", BackstageURL: "https://b.example.com", InstanceID: "inst-1", AutoImportEnabled: true, UpdatedAt: "2026-11-23T09:00:00Z"}) {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestCompany checks the message for a wrong company, and hostile labels.
func TestCompany(t *testing.T) {
	c := answering(t, 200, "application/json", `{"data":{"company":{"id":1028,"label":"Ac\u001b[31mme"}}}`)
	if got, err := c.Company(t.Context(), "1028"); err != nil || got != (Company{ID: "1028", Label: "Ac\ufffd[31mme"}) {
		t.Errorf("%+v %v", got, err)
	}
	c = answering(t, 200, "application/json", `{"data":{"company":null}}`)
	if _, err := c.Company(t.Context(), "5"); !errors.Is(err, ErrAuth) || !strings.Contains(err.Error(), "CONVISO_COMPANY_ID") {
		t.Errorf("%v", err)
	}
}

// TestNameKey compares raw names with those made safe.
func TestNameKey(t *testing.T) {
	for in, want := range map[string]string{
		"Payment  Gateway ": "payment gateway", "\tA\u00a0b": "a b", "ÄPFEL": "äpfel", "": "",
		"pay\u200bment": "pay\ufffdment", "pay\ufffdment": "pay\ufffdment",
	} {
		if got := NameKey(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
