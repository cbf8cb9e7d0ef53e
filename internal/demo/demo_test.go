package demo

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// TestMain checks for leaked goroutines.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// item is an entity as a client decodes it.
type item struct {
	Kind       string
	APIVersion string
	Metadata   struct {
		UID, Etag, Name, Namespace, Title, Description string
		Tags                                           []string
		Labels, Annotations                            map[string]string
		Links                                          []struct{ URL, Title, Icon string }
	}
	Spec      struct{ Type, Lifecycle, Owner, System string }
	Relations []struct{ Type, TargetRef string }
}

// page is a by-query response as a client decodes it.
type page struct {
	Items      []item
	TotalItems int
	PageInfo   struct{ NextCursor, PrevCursor string }
}

// call serves one request in process and returns status, header and body.
func call(t *testing.T, h http.Handler, method, target, body string, header ...string) (int, http.Header, []byte) {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Header(), w.Body.Bytes()
}

// get reads JSON that must exist.
func get[T any](t *testing.T, h http.Handler, target string) T {
	t.Helper()
	status, _, body := call(t, h, http.MethodGet, target, "")
	var v T
	if err := json.Unmarshal(body, &v); err != nil || status != http.StatusOK {
		t.Fatalf("%s: %d %v: %.300s", target, status, err, body)
	}
	return v
}

// graph sends a GraphQL operation and returns the decoded response.
func graph(t *testing.T, p *Platform, query string, variables map[string]any) answered {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	status, _, doc := call(t, p, http.MethodPost, "/graphql", string(body))
	var a answered
	if err := json.Unmarshal(doc, &a); err != nil || status != http.StatusOK {
		t.Fatalf("%d %v: %.300s", status, err, doc)
	}
	a.raw = string(bytes.TrimSpace(doc))
	return a
}

type answered struct {
	Data   map[string]any
	Errors []struct{ Message string }
	raw    string
}

// messages joins the errors' texts.
func (a answered) messages() string {
	all := make([]string, 0, len(a.Errors))
	for _, e := range a.Errors {
		all = append(all, e.Message)
	}
	return strings.Join(all, "; ")
}
