package backstage

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// usedPage is a page whose memory the next one reuses, to detect leftovers.
const usedPage = `{"items":[{"kind":"U","metadata":{"name":"used","title":"used","tags":["used"]},"spec":{"owner":"used","type":"used","lifecycle":"used","system":"used"}},` +
	`{"kind":"U","metadata":{"name":"left","title":"used","labels":{}},"spec":{"owner":"used"}},{"kind":"U","metadata":{"name":"\u202e","description":"used"}}]}`

// decodeList decodes a page's body into records and, in a reused response, into entities, and
// reports whether all of it is JSON.
func decodeList(body []byte) (*listResponse, bool) {
	c := &Client{base: &url.URL{Host: "backstage.example.com"}}
	a := listResponse{body: body}
	read := listResponse{body: []byte(usedPage), decoder: &fastDecoder{words: interner{}}}
	if c.decode(nil, &read) != nil || len(read.entities) != 3 {
		panic("the page before is not read")
	}
	read.body = body
	if c.decode(nil, &a) != nil || c.decode(nil, &read) != nil {
		return nil, false
	}
	_, err := a.records()
	a.entities, a.failed = read.entities, read.failed
	return &a, err == nil
}

// TestDecodeForgives checks irregular entities: values of a wrong type are left out, and items
// that are no entities are counted.
func TestDecodeForgives(t *testing.T) {
	for name, c := range map[string]struct{ item, want string }{
		"numbers":         {`{"kind":"Component","metadata":{"name":"a","title":5,"description":{"x":1},"tags":[1,"go",null]},"spec":{"type":5,"owner":["x"],"system":"s"}}`, "a|||[go]|||s"},
		"null parts":      {`{"kind":"Component","metadata":{"name":"a","tags":null},"spec":null}`, "a|||[]|||"},
		"parts of others": {`{"kind":"Component","metadata":{"name":"a","tags":"go"},"spec":"x"}`, "a|||[]|||"},
		"unknown fields":  {`{"kind":"Component","new":[{}],"metadata":{"name":"a","labels":{"a":1}},"spec":{"type":"t","x":[[]]}}`, "a|||[]||t|"},
		"no name":         {`{"kind":"Component","metadata":{"title":"t"}}`, ""},
		"no kind":         {`{"metadata":{"name":"a"}}`, ""},
		"empty":           {`{}`, ""},
		"null":            {`null`, ""},
		"a number":        {`5`, ""},
		"a list":          {`[]`, ""},
		"name of nothing": {`{"kind":"Component","metadata":{"name":"\u0301"}}`, ""},
		"odd metadata":    {`{"kind":"Component","metadata":[]}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a, ok := decodeList([]byte(list(2, "", c.item, entityJSON("default", "last"))))
			if _, shaped := a.cursor(); !ok || !shaped {
				t.Fatal("the page is lost")
			}
			entities, skipped, err := a.entities, a.size-len(a.entities), a.failed
			if err != nil || len(entities)+skipped != 2 || entities[len(entities)-1].Name != "last" {
				t.Fatalf("%d entities, %d skipped", len(entities), skipped)
			}
			got := ""
			if len(entities) == 2 {
				e := entities[0]
				got = strings.Join([]string{e.Name, e.Title, e.Description, fmt.Sprint(e.Tags), e.Owner, e.Type, e.System}, "|")
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestDecodeAnnotations protects what annotations of any form mean, in the list and in details alike.
func TestDecodeAnnotations(t *testing.T) {
	same := catalog.ReadAnnotations(map[string]string{"backstage.io/source-location": "https://git.example/a/b"}).Repository
	for name, c := range map[string]struct {
		annotations string
		want        catalog.Annotated
	}{
		"none":             {`{}`, catalog.Annotated{}},
		"boolean no":       {`{"conviso.com/import":false}`, catalog.Annotated{OptOut: true}},
		"boolean yes":      {`{"conviso.com/import":true}`, catalog.Annotated{}},
		"number no":        {`{"conviso.com/import":0}`, catalog.Annotated{OptOut: true}},
		"number yes":       {`{"conviso.com/import":1}`, catalog.Annotated{}},
		"another number":   {`{"conviso.com/import":2}`, catalog.Annotated{OptOut: true, Unclear: "2"}},
		"null":             {`{"conviso.com/import":null}`, catalog.Annotated{}},
		"a list":           {`{"conviso.com/import":["no"]}`, catalog.Annotated{OptOut: true, Unclear: `["no"]`}},
		"boolean orphan":   {`{"backstage.io/orphan":true}`, catalog.Annotated{Orphan: true}},
		"text and numbers": {`{"conviso.com/import":"no","conviso.com/asset-id":5,"x":{}}`, catalog.Annotated{OptOut: true, AssetID: "5"}},
		"repository":       {`{"backstage.io/source-location":"url:https://GIT.example/a/b.git"}`, catalog.Annotated{Repository: same}},
		"not an object":    {`"no"`, catalog.Annotated{}},
	} {
		t.Run(name, func(t *testing.T) {
			item := `{"kind":"Component","metadata":{"name":"a","annotations":` + c.annotations + `}}`
			a, ok := decodeList([]byte(list(1, "", item)))
			if !ok || len(a.entities) != 1 {
				t.Fatal("the page is lost")
			}
			records, err := a.records()
			if err != nil {
				t.Fatal(err)
			}
			if listed, detail := a.entities[0].Annotated, records[0].detail().Annotated; listed != c.want || detail != c.want {
				t.Errorf("listed %+v, in detail %+v, want %+v", listed, detail, c.want)
			}
		})
	}
}

// TestWebPage checks the distinction of JSON and HTML.
func TestWebPage(t *testing.T) {
	for _, body := range []string{"", "{}", "  {\"a\":\"<html>\"}"} {
		if webPage(http.Header{"Content-Type": {"application/json"}}, []byte(body)) {
			t.Errorf("%q is no page", body)
		}
	}
}

// FuzzDecodeList checks that all decoders return safe entities with refs of their own parts,
// and the count.
func FuzzDecodeList(f *testing.F) {
	for _, seed := range []string{
		list(2, "next", entityJSON("default", "a"), entityJSON("", "\x1b")),
		`{"items":[{"kind":"K","metadata":{"name":"\u202e","tags":[1,"x"]},"spec":{"owner":5}},null,[]],"totalItems":-1,"pageInfo":{"nextCursor":null}}`,
		`{"items":[],"totalItems":1e99,"pageInfo":{}}`, `[]`, `null`, `{"items":{}}`, strings.Repeat(`{"items":[`, 50),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		a, ok := decodeList(body)
		if !ok {
			return
		}
		if _, shaped := a.cursor(); shaped && !a.isList {
			t.Fatalf("%q is not a list", body)
		}
		entities, skipped, err := a.entities, a.size-len(a.entities), a.failed
		if err != nil || len(entities)+skipped != len(a.items) {
			t.Fatalf("%d + %d of %d, %v", len(entities), skipped, len(a.items), err)
		}
		for _, e := range entities {
			if e.Ref != catalog.NewRef(e.Kind, e.Namespace, e.Name) || e.Name == "" || e.Kind == "" || e.Namespace == "" {
				t.Fatalf("%+v", e)
			}
			for _, s := range append([]string{e.UID, e.Kind, e.Namespace, e.Name, e.Title, e.Description, e.Owner, e.Type, e.Lifecycle, e.System}, e.Tags...) {
				if safetext.Changed(s) {
					t.Fatalf("%q is not safe", s)
				}
			}
		}
		records, err := a.records()
		if err != nil {
			t.Fatal(err)
		}
		var want []catalog.Entity
		for _, item := range records {
			if item == nil {
				continue
			}
			if e := item.fields().Safe(); e.Kind != "" && e.Name != "" {
				shareName(&e)
				want = append(want, e)
			}
		}
		if !slices.EqualFunc(entities, want, func(a, b catalog.Entity) bool { return reflect.DeepEqual(a, b) }) {
			t.Fatalf("got %+v, want %+v", entities, want)
		}
		for _, item := range records {
			if item == nil {
				continue
			}
			d := item.detail()
			if s := d.Safe(); d.Ref != catalog.NewRef(d.Kind, d.Namespace, d.Name) || safetext.Changed(s.OwnerRef) || len(s.Links) != len(d.Links) || len(s.Relations) != len(d.Relations) {
				t.Fatalf("%+v", d)
			}
			for _, r := range d.Safe().Relations {
				if safetext.Changed(r.Type) || safetext.Changed(r.Target) {
					t.Fatalf("%+v is not safe", r)
				}
			}
		}
	})
}
