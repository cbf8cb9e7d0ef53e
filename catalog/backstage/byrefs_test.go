package backstage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// refsServer implements by-refs as Backstage does: full lower-case refs, the request's order,
// null for missing ones, at most 102,400 bytes.
func refsServer(t *testing.T, entities map[string]map[string]any, sizes *[]int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var ask struct {
			EntityRefs []string `json:"entityRefs"`
			Fields     []string `json:"fields"`
		}
		if err := json.Unmarshal(body, &ask); err != nil || len(ask.Fields) == 0 || r.Method != http.MethodPost ||
			r.URL.Path != "/api/catalog/entities/by-refs" || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s %s %v: %s", r.Method, r.URL, err, body)
		}
		if len(body) > 102_400 {
			envelope(w, 400, "InputError", "request entity too large")
			return
		}
		*sizes = append(*sizes, len(ask.EntityRefs))
		found := make([]any, len(ask.EntityRefs))
		for i, ref := range ask.EntityRefs {
			if e, ok := entities[ref]; ok {
				found[i] = e
			}
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"items": found})
	}
}

// TestByRefs checks that details have the catalog's raw values, without deleted entities.
func TestByRefs(t *testing.T) {
	full := item("Component", "Default", "Payments")
	full["metadata"].(map[string]any)["description"] = "line one\nline two\u202e"
	full["metadata"].(map[string]any)["links"] = []any{map[string]string{"url": "https://a\x1b.test"}, 5, map[string]string{"title": "no address"}}
	full["metadata"].(map[string]any)["annotations"] = map[string]any{"a/b\x1b": "v\u200b", "n": 5}
	var asks []int
	c := serve(t, refsServer(t, map[string]map[string]any{"component:default/payments": full}, &asks))
	details, err := c.ByRefs(context.Background(), []catalog.Ref{"component:default/gone", "component:default/payments", "component:default/gone"})
	if err != nil || len(details) != 1 || fmt.Sprint(asks) != "[2]" {
		t.Fatal(details, err, asks)
	}
	d := details["component:default/payments"]
	if d.Ref != catalog.NewRef(d.Kind, d.Namespace, d.Name) || d.Name != "Payments" || d.Description != "line one\nline two\u202e" ||
		d.OwnerRef != "group:default/team-1" || d.Annotations["a/b\x1b"] != "v\u200b" ||
		len(d.Links) != 1 || d.Links[0].URL != "https://a\x1b.test" {
		t.Errorf("raw: %+v", d)
	}
	s := d.Safe()
	if text := fmt.Sprintf("%+v", s); safetext.Changed(text) || s.Annotations["a/b\ufffd"] != "v\ufffd" || s.Description != "line one line two\ufffd" {
		t.Errorf("safe: %q", text)
	}
	if d.Links[0].URL != "https://a\x1b.test" || d.Tags[0] != "go" {
		t.Error("Safe changed the original")
	}
	if got, err := c.ByRefs(context.Background(), nil); err != nil || len(got) != 0 || len(asks) != 1 {
		t.Errorf("nothing asked for must cost nothing: %v %v", got, err)
	}
}

// TestByRefsChunks checks that large requests stay below the server's limit.
func TestByRefsChunks(t *testing.T) {
	for name, c := range map[string]struct {
		count, length int
		requests      string
	}{
		"short refs": {2500, 40, "[1000 1000 500]"},
		"long refs":  {1000, 120, "[500 500]"},
		"longest":    {500, 400, "[125 187 188]"},
	} {
		t.Run(name, func(t *testing.T) {
			entities := map[string]map[string]any{}
			refs := make([]catalog.Ref, c.count)
			for i := range refs {
				n := fmt.Sprintf("%05d", i)
				refs[i] = catalog.NewRef("component", "default", strings.Repeat("x", c.length-len("component:default/"+n))+n)
				entities[string(refs[i])] = item("Component", "default", refs[i].Name())
			}
			var asks []int
			client := serve(t, refsServer(t, entities, &asks))
			details, err := client.ByRefs(context.Background(), refs)
			if err != nil || len(details) != c.count || fmt.Sprint(asks) != c.requests {
				t.Fatalf("%d details in %v, %v", len(details), asks, err)
			}
		})
	}
}

// TestByRefsMistrusts checks that no entity gets another one's values.
func TestByRefsMistrusts(t *testing.T) {
	for name, c := range map[string]struct{ body, sentence string }{
		"other entity": {`{"items":[` + entityJSON("default", "b") + `]}`, `holds "component:default/b" where "component:default/a"`},
		"too few":      {`{"items":[]}`, "holds 0 entities where 1"},
		"too many":     {`{"items":[null,null]}`, "holds 2 entities where 1"},
		"no items":     {`{}`, "holds 0 entities"},
		"no entity":    {`{"items":[5]}`, `where "component:default/a"`},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, c.body) })
			details, err := client.ByRefs(context.Background(), []catalog.Ref{"component:default/a"})
			if details != nil || !errors.Is(err, ErrBadAnswer) || !strings.Contains(err.Error(), c.sentence) {
				t.Fatal(details, err)
			}
		})
	}
}

// TestByRefsRetries checks that a POST that only reads is repeated on a dropped connection.
func TestByRefsRetries(t *testing.T) {
	asks := 0
	var sizes []int
	answer := refsServer(t, map[string]map[string]any{"component:default/a": item("Component", "default", "a")}, &sizes)
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if asks++; asks == 1 {
			dropConnection(w, r)
			return
		}
		answer(w, r)
	})
	if details, err := c.ByRefs(context.Background(), []catalog.Ref{"component:default/a"}); err != nil || len(details) != 1 || asks != 2 {
		t.Fatal(details, err, asks)
	}
}
