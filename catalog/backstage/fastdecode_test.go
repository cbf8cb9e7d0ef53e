package backstage

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestQuickTakesThePlain checks that usual entities do not need encoding/json.
func TestQuickTakesThePlain(t *testing.T) {
	w := httptest.NewRecorder()
	query := url.Values{"limit": {"1000"}, "fields": {listFields()}, "filter": {"kind=component"}}
	faulty.NewCatalog(demo.CatalogOptions{Entities: 1000}).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+byQueryPath+"?"+query.Encode(), nil))
	a, ok := decodeList(w.Body.Bytes())
	if !ok || len(a.items) != 1000 {
		t.Fatal("no page")
	}
	q := fastDecoder{words: interner{}}
	for _, raw := range a.items {
		if size, ok := q.item(raw, &catalog.Entity{}); !ok || size != len(raw) {
			t.Fatalf("%s is left to encoding/json", raw)
		}
	}
}

// FuzzQuick compares the fast decoder with encoding/json.
func FuzzQuick(f *testing.F) {
	for _, seed := range []string{
		entityJSON("default", "a"), entityJSON("", "\x1b\u202e"), `null`, `{}`, `{"kind":"a","kind":"b"}`, `{"Kind":"a"}`,
		`{"kind":"Component","metadata":{"uid":"u","name":"n","namespace":"s","title":"t","description":"d","tags":["a","b"]},"spec":{"type":"t","lifecycle":"l","owner":"o","system":"s"}}`,
		` { "metadata" : { "tags" : [ ] , "title" : "\"\\\u00e9\ud800" } , "spec" : { } } `, `{"metadata":{"tags":["a"],"tags":[null]}}`, `{"metadata":{"name":"a"},"metadata":{"title":"b"}}`,
		`{"kind":"a","metadata":{"annotations":{"conviso.com/import":" No ","backstage.io/orphan":"true","conviso.com/asset-id":"7","backstage.io/source-location":"url:https://git.example/a/b/tree/main/"}}}`,
		`{"metadata":{"annotations":{"conviso.com/import":false}}}`, `{"metadata":{"annotations":{"conviso.com/import":"no","conviso.com/import":"yes"}}}`, `{"metadata":{"annotations":{"conviso.com/import":"\u0000é","x":[{}]}}}`,
		`{"metadata":{"annotations":{"conviso.com/import":null}}}`, `{"metadata":{"annotations":["a"]}}`, `{"metadata":{"annotations":{"conviso.com/import":"no"},"annotations":{}}}`,
		`{"kind":"a",}`, `{"kind":"a"}x`, `{"kind":"` + "\xff" + `"}`, `{"kind":"a` + "\n" + `"}`, `{"metadata":{"tags":["a",]}}`, `{"kind":"\`, `{"kind":"\x"}`, `{"kin\u0064":"a"}`, `{"kind":"a"`, `{,}`, `{"spec":{"owner":5}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		q := fastDecoder{words: interner{}}
		var got catalog.Entity
		var want record
		err := json.Unmarshal(raw, &want)
		ok := q.read(raw, &got)
		read := q.at
		if first := json.NewDecoder(bytes.NewReader(raw)); ok {
			// The decoder ignores what follows the item.
			err = first.Decode(&want)
			normalize(&got)
			if err != nil || !reflect.DeepEqual(got, want.fields()) || int64(read) != first.InputOffset() {
				t.Fatalf("%q: got %+v, want %+v, %v", raw, got, want.fields(), err)
			}
		}
		var e catalog.Entity
		size, same := q.item(raw, &e)
		if same != ok || ok && size != read {
			t.Fatalf("%q: %d bytes, %t, but %d, %t", raw, size, same, read, ok)
		}
		if !ok {
			var failed error
			e, failed = q.any(raw)
			var wrongType *json.UnmarshalTypeError
			if (failed == nil) != (err == nil || errors.As(err, &wrongType)) {
				t.Fatalf("%q: %v, want %v", raw, failed, err)
			}
			if failed != nil {
				return
			}
		}
		if wanted := (interner{}).share(want.fields().Safe()); !reflect.DeepEqual(e, wanted) {
			t.Fatalf("%q: got %+v, want %+v", raw, e, wanted)
		}
	})
}

// TestQuickIsBounded checks the limit for printable text.
func TestQuickIsBounded(t *testing.T) {
	q := fastDecoder{words: interner{}}
	var e catalog.Entity
	_, ok := q.item([]byte(`{"kind":"Component","metadata":{"name":"a","description":"`+strings.Repeat("d", 1<<20)+`"}}`), &e)
	if !ok || len(e.Description) > 64<<10 {
		t.Fatal(len(e.Description), ok)
	}
}
