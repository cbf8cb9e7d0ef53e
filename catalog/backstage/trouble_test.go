package backstage

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
	"conviso-importer/internal/transport"
)

// TestOneBadPage checks that a failed page is retried, without duplicates or gaps.
func TestOneBadPage(t *testing.T) {
	for name, fault := range map[string]func(http.ResponseWriter){
		"500":         func(w http.ResponseWriter) { envelope(w, 500, "Error", "deadlock detected") },
		"502":         func(w http.ResponseWriter) { w.WriteHeader(502) },
		"429":         func(w http.ResponseWriter) { w.Header().Set("Retry-After", "1"); w.WriteHeader(429) },
		"cut body":    func(w http.ResponseWriter) { cutBody(w, nil) },
		"dropped":     func(w http.ResponseWriter) { dropConnection(w, nil) },
		"half a page": func(w http.ResponseWriter) { _, _ = io.WriteString(w, `{"items":[`+entityJSON("x", "never")+`,`) },
	} {
		t.Run(name, func(t *testing.T) {
			b := &backstage{items: items(3500)}
			asks := 0
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if asks++; asks == 3 || asks == 4 {
					fault(w)
					return
				}
				b.ServeHTTP(w, r)
			})
			pages, entities, err := read(context.Background(), c)
			if err != nil || len(pages) != 4 || len(entities) != 3500 || asks != 6 {
				t.Fatalf("%d pages, %d entities, %d requests, %v", len(pages), len(entities), asks, err)
			}
		})
	}
}

// TestTokenExpires checks a token that expires during a load: the rows stay, the list is
// incomplete, and there is no retry.
func TestTokenExpires(t *testing.T) {
	asks := 0
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if asks++; asks >= 38 {
			envelope(w, 401, "AuthenticationError", "Illegal token")
			return
		}
		page := make([]string, 100)
		for i := range page {
			page[i] = entityJSON("default", fmt.Sprintf("svc-%d-%d", asks, i))
		}
		_, _ = io.WriteString(w, list(6050, fmt.Sprint(asks), page...))
	})
	s := NewSource(c, openStore(t, t.TempDir()), "here", nil)
	var last *catalog.Snapshot
	var failed error
	for snap, err := range s.Load(context.Background()) {
		last, failed = snap, err
	}
	if !errors.Is(failed, catalog.ErrTokenRefused) || last.Len() != 3700 || last.Complete || last.Total != 6050 || asks != 38 {
		t.Fatalf("%d of %d rows, complete %t, after %d requests: %v", last.Len(), last.Total, last.Complete, asks, failed)
	}
	if _, cached := s.Cached(t.Context()); cached {
		t.Error("a part of the list was kept as the whole")
	}
}

// TestWrongTotals checks lists with a wrong total, as in a catalog that changes.
func TestWrongTotals(t *testing.T) {
	for name, total := range map[string]int{"fewer came": 9, "more came": 1, "nonsense": -7} {
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Get("cursor") == "" {
				_, _ = io.WriteString(w, list(total, "2", entityJSON("default", "a"), entityJSON("default", "b")))
				return
			}
			_, _ = io.WriteString(w, list(total+1, "", entityJSON("default", "b"), entityJSON("default", "c")))
		})
		pages, entities, err := read(context.Background(), c)
		if err != nil || len(entities) != 3 || pages[0].Total != max(0, total) || pages[1].Total != pages[0].Total {
			t.Errorf("%s: %d entities of %+v, %v", name, len(entities), pages, err)
		}
	}
}

// TestHugeEntities checks that huge entities are cut and their neighbours intact.
func TestHugeEntities(t *testing.T) {
	tags := make([]string, 10_000)
	for i := range tags {
		tags[i] = fmt.Sprintf("tag-%d", i)
	}
	many, _ := json.Marshal(tags)
	huge := `{"kind":"Component","metadata":{"name":"huge","description":"` + strings.Repeat("many, words, ", 400_000) + `"}}`
	tagged := fmt.Sprintf(`{"kind":"Component","metadata":{"name":"tagged","title":%q,"tags":%s}}`, strings.Repeat("n", 65<<10), many)
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, list(3, "", huge, tagged, entityJSON("default", "small")))
	})
	_, entities, err := read(context.Background(), c)
	if err != nil || len(entities) != 3 {
		t.Fatalf("%d entities, %v", len(entities), err)
	}
	if n := len(entities[0].Description); n > safetext.MaxBytes || len(entities[1].Tags) != 10_000 || len(entities[1].Title) > safetext.MaxBytes {
		t.Errorf("%d bytes of description, %d tags", n, len(entities[1].Tags))
	}
}

// TestAnswersAreBounded checks the memory for responses that are small or endless and large
// once decoded.
func TestAnswersAreBounded(t *testing.T) {
	const million = 1 << 20
	entity := func(metadata string) string {
		return `{"items":[{"kind":"Component","metadata":{"name":"a",` + metadata + `}}],"pageInfo":{}}`
	}
	for name, c := range map[string]struct{ body, says string }{
		"empty entities":     {`{"items":[` + strings.Repeat(`{},`, 3*million) + `{}],"pageInfo":{}}`, "more than 10000 entities"},
		"null entities":      {`{"items":[` + strings.Repeat(`null,`, 4*million) + `null],"pageInfo":{}}`, "more than 10000 entities"},
		"empty tags":         {entity(`"tags":[` + strings.Repeat(`"",`, 3*million) + `""]`), "more than 500000 values"},
		"tags of many":       {`{"items":[` + strings.Repeat(`{"metadata":{"tags":[`+strings.Repeat(`"",`, 1000)+`""]}},`, 600) + `{}],"pageInfo":{}}`, "more than 500000 values"},
		"a large value":      {entity(`"description":"` + strings.Repeat("d", 13*million) + `"`), "larger than 12 MiB"},
		"a large cursor":     {`{"items":[],"pageInfo":{"nextCursor":"` + strings.Repeat("c", 13*million) + `"}}`, "larger than 12 MiB"},
		"something unknown":  {`{"x":"` + strings.Repeat("x", 14*million) + `","items":[],"pageInfo":{}}`, ""},
		"unknown of many":    {`{"x":[` + strings.Repeat(`{},`, 3*million) + `{}],"items":[],"pageInfo":{}}`, ""},
		"deep":               {`{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`, "deeper than 1000 levels"},
		"deep in an entity":  {`{"items":[{"x":` + strings.Repeat(`{"a":`, 20_000) + `1` + strings.Repeat("}", 20_000) + `}]}`, "deeper than 1000 levels"},
		"deep and never end": {strings.Repeat(`{"a":[`, 20_000), "deeper than 1000 levels"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			client := inMemory(t, func(*http.Request) (*http.Response, error) { return answer(200, c.body), nil })
			a := listResponse{decoder: &fastDecoder{words: interner{}}}
			failed := client.try(t.Context(), request{method: http.MethodGet, path: byQueryPath}, &a)
			runtime.ReadMemStats(&after)
			// TotalAlloc exceeds the memory in use, since buffers grow by copying.
			if took := (after.TotalAlloc - before.TotalAlloc) >> 20; took > 150 {
				t.Errorf("%d MiB were allocated", took)
			}
			if c.says == "" && failed != nil || c.says != "" && (failed == nil || !strings.Contains(failed.err.Error(), c.says)) {
				t.Errorf("%+v, want %q", failed, c.says)
			}
		})
	}
}

// FuzzReadAnswer compares the scanner with encoding/json: it accepts and finds the same and
// consumes exactly the document.
func FuzzReadAnswer(f *testing.F) {
	for _, seed := range []string{
		list(2, "next", entityJSON("default", "a"), entityJSON("", "b")), ` { "items" : [ null , {} , 5 , "x" , [ ] ] , "pageInfo" : { } } `,
		`{"items":[{"kind":"a\"]},\\"}],"x":{"y":["}"]},"totalItems":7}`, `{"items":[],"items":null}`, `{"a":1e5,"totalItems":-3}`, `[]`, `"x"`, `{}`,
		`{"items":[}`, `{"a" 1}`, `{,}`, `{"totalItems":1.5}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		var got listResponse
		err := parseResponse(doc, nil, &got)
		quickly := listResponse{decoder: &fastDecoder{words: interner{}}}
		if failed := parseResponse(doc, nil, &quickly); fmt.Sprint(failed) != fmt.Sprint(err) || failed == nil && quickly.size != got.size {
			t.Fatalf("%q: %v and %d items, but %v and %d where they are read as entities", doc, err, got.size, failed, quickly.size)
		}
		var members map[string]json.RawMessage
		if !json.Valid(doc) || json.Unmarshal(doc, &members) != nil {
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		var items []json.RawMessage
		_ = json.Unmarshal(members["items"], &items)
		if len(got.items) != len(items) || got.isList != (items != nil) {
			t.Fatalf("%q: %d items, want %d", doc, len(got.items), len(items))
		}
		for i, raw := range got.items {
			if string(raw) != string(items[i]) {
				t.Fatalf("%q: item %d is %q, want %q", doc, i, raw, items[i])
			}
		}
		if string(got.PageInfo) != string(members["pageInfo"]) && strings.Count(string(doc), "pageInfo") == 1 {
			t.Fatalf("%q: pageInfo is %q", doc, got.PageInfo)
		}
	})
}

// TestStalledAnswer checks that a stalled connection is closed after half a minute and retried
// once.
func TestStalledAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := 0
		client := inMemory(t, func(*http.Request) (*http.Response, error) {
			tries++
			resp := answer(200, "")
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"items":[`), broken{transport.ErrStalled}))
			return resp, nil
		})
		_, _, err := read(t.Context(), client)
		if !errors.Is(err, catalog.ErrUnavailable) || !errors.Is(err, transport.ErrStalled) || !strings.Contains(err.Error(), "stood still for 30s; try again") || tries != 2 {
			t.Fatalf("after %d tries: %v", tries, err)
		}
	})
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }

// TestTokenIsMasked checks the token in responses of a server or proxy, in any form and place.
func TestTokenIsMasked(t *testing.T) {
	const token = "obvious-fake-token"
	b64 := base64.StdEncoding.EncodeToString([]byte(token))
	for name, a := range map[string]http.HandlerFunc{
		"401": func(w http.ResponseWriter, _ *http.Request) { envelope(w, 401, "E", "Bearer "+token+" is illegal") },
		"403": func(w http.ResponseWriter, _ *http.Request) { envelope(w, 403, "E", "token="+b64) },
		"400": func(w http.ResponseWriter, _ *http.Request) { envelope(w, 400, "E", fmt.Sprintf("%x", token)) },
		"500": func(w http.ResponseWriter, _ *http.Request) { envelope(w, 500, "E", strings.Repeat("x", 190)+token) },
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://evil.example/"+token, http.StatusFound)
		},
		"host": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://"+token+".evil.example/", http.StatusFound)
		},
		"long path": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://e.example/"+strings.Repeat("x", 170)+token, http.StatusFound)
		},
	} {
		_, _, err := read(context.Background(), serve(t, a))
		var e *Error
		if !errors.As(err, &e) || strings.Contains(err.Error(), token[:9]) || strings.Contains(err.Error(), b64) || strings.Contains(err.Error(), fmt.Sprintf("%x", token)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, failure := range map[string]error{
		"proxy":   &transport.ProxyError{Proxy: "proxy.example:3128", Host: "backstage.example.com:443", Status: 407},
		"stalled": transport.ErrStalled,
		"network": &net.OpError{Op: "dial", Err: errors.New("cannot reach " + token)},
		"any":     errors.New("it said " + token + "\x1b"),
	} {
		synctest.Test(t, func(t *testing.T) {
			_, _, err := read(t.Context(), inMemory(t, func(*http.Request) (*http.Response, error) { return nil, failure }))
			if !errors.Is(err, catalog.ErrUnavailable) || strings.Contains(err.Error(), token) || safetext.Changed(err.Error()) {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
}
