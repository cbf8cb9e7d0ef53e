package backstage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/internal/rowindex"
)

// slowBody is a body with a rate in bytes per second.
type slowBody struct {
	io.Reader
	rate int
}

func (s slowBody) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	time.Sleep(time.Duration(n) * time.Second / time.Duration(s.rate))
	return n, err
}

func (s slowBody) Close() error { return nil }

// TestCompression checks that pages are compressed on slow links only.
func TestCompression(t *testing.T) {
	for name, c := range map[string]struct {
		// rates are the pages' rates in bytes per second.
		rates []int
		// plain tells which requests refuse compression.
		plain []bool
	}{
		"fast":        {[]int{9e6, 9e6, 9e6, 9e6}, []bool{true, true, true, true}},
		"slow":        {[]int{5e5, 5e5, 5e5, 5e5}, []bool{true, true, false, false}},
		"slow once":   {[]int{5e5, 9e6, 5e5, 9e6}, []bool{true, true, true, true}},
		"slow from 2": {[]int{9e6, 5e5, 5e5, 9e6, 9e6}, []bool{true, true, true, false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &backstage{items: items(1000 * len(c.rates))}
				var plain []bool
				client := inMemory(t, func(r *http.Request) (*http.Response, error) {
					rate := c.rates[len(plain)]
					plain = append(plain, r.Header.Get("Accept-Encoding") == "identity")
					resp := served(b, r)
					resp.Body = slowBody{resp.Body, rate}
					return resp, nil
				})
				if _, entities, err := read(t.Context(), client); err != nil || len(entities) != len(b.items) {
					t.Fatal(len(entities), err)
				}
				if !slices.Equal(plain, c.plain) {
					t.Errorf("requests without compression: %v, want %v", plain, c.plain)
				}
			})
		})
	}
}

// TestPageAhead checks that exactly one page is fetched ahead.
func TestPageAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &backstage{items: items(5000)}
		client := inMemory(t, func(r *http.Request) (*http.Response, error) { return served(b, r), nil })
		seen := 0
		for _, err := range client.Pages(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			seen++
			synctest.Wait()
			if asked := len(b.asks); asked != min(seen+1, 5) {
				t.Fatalf("%d requests when %d pages were seen", asked, seen)
			}
		}
	})
}

// TestPagesTakeTurns checks the reuse of memory: a page does not change before the next is
// requested, its strings stay valid for ever, and rows, irregular ones too, do not keep a
// page's slice.
func TestPagesTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &backstage{items: items(4500)}
		want := make([]catalog.Entity, len(b.items))
		for i, item := range b.items {
			metadata := item["metadata"].(map[string]any)
			metadata["title"], metadata["tags"] = fmt.Sprint("Title ", i), []string{fmt.Sprint("tag-", i), "x"}
			if i%3 == 0 {
				metadata["title"] = fmt.Sprint("İ ", i)
			}
			raw, err := json.Marshal(item)
			var r record
			if err = errors.Join(err, json.Unmarshal(raw, &r)); err != nil {
				t.Fatal(err)
			}
			want[i] = r.fields().Safe()
			want[i].UID = ""
		}
		client := inMemory(t, func(r *http.Request) (*http.Response, error) { return served(b, r), nil })
		rows := catalog.NewBuilder(time.Time{})
		var kept []catalog.Entity
		for page, err := range client.Pages(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			rows.Add(page.Entities...)
			// The next page is decoded before this one is read.
			synctest.Wait()
			kept = append(kept, page.Entities...)
		}
		s := rows.Snapshot(0, true)
		if len(kept) != len(want) || s.Len() != len(want) {
			t.Fatalf("%d entities in %d rows, want %d", len(kept), s.Len(), len(want))
		}
		for i := range want {
			kept[i].UID = ""
			if !reflect.DeepEqual(kept[i], want[i]) || !reflect.DeepEqual(s.At(i), want[i]) {
				t.Fatalf("%d: %+v is kept and %+v the row, want %+v", i, kept[i], s.At(i), want[i])
			}
		}
	})
}

// TestNextCursorIsAGuess checks bodies whose end resembles a cursor: it is requested early, and
// used if decoding confirms it.
func TestNextCursorIsAGuess(t *testing.T) {
	page := func(tail string) string {
		return `{"items":[` + entityJSON("default", "a") + `],"totalItems":2,"pageInfo":{"nextCursor":"right"}` + tail + `}`
	}
	for name, c := range map[string]struct {
		first string
		// asks are the requested cursors.
		asks []string
		err  error
	}{
		"right":            {page(""), []string{"", "right"}, nil},
		"elsewhere":        {page(`,"x":{"nextCursor":"wrong"}`), []string{"", "wrong", "right"}, nil},
		"another one last": {page(`,"pageInfo":{"nextCursor":"last"}`), []string{"", "last"}, nil},
		"in a text":        {page(`,"x":"\"nextCursor\":\"wrong\""`), []string{"", "right"}, nil},
		"escaped":          {strings.Replace(page(""), "right", `righ\u0074`, 1), []string{"", "right"}, nil},
		"in no list":       {`{"x":{"nextCursor":"wrong"}}`, []string{"", "wrong"}, ErrBadAnswer},
		"on the last page": {`{"items":[{"nextCursor":"wrong"}],"totalItems":1,"pageInfo":{}}`, []string{"", "wrong"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asks []string
				client := inMemory(t, func(r *http.Request) (*http.Response, error) {
					cursor := r.URL.Query().Get("cursor")
					asks = append(asks, cursor)
					switch cursor {
					case "":
						return answer(200, c.first), nil
					case "wrong":
						<-r.Context().Done()
						return nil, r.Context().Err()
					}
					return answer(200, list(2, "", entityJSON("default", "b"))), nil
				})
				pages, _, err := read(t.Context(), client)
				if !errors.Is(err, c.err) || err == nil && len(pages) != len(slices.DeleteFunc(slices.Clone(c.asks), func(s string) bool { return s == "wrong" })) {
					t.Errorf("%d pages, %v", len(pages), err)
				}
				if !slices.Equal(asks, c.asks) {
					t.Errorf("asked for %q, want %q", asks, c.asks)
				}
			})
		})
	}
}

// TestListingKnowsRefs checks that a ref is new once.
func TestListingKnowsRefs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, known := listing{index: rowindex.New(rapid.IntRange(0, 20).Draw(t, "room"))}, map[catalog.Ref]bool{}
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 300), 0, 600).Draw(t, "refs") {
			ref := catalog.Ref(fmt.Sprint("component:default/", n))
			if l.isNew(ref) == known[ref] {
				t.Fatalf("%s is new: %t", ref, !known[ref])
			}
			known[ref] = true
		}
		if len(l.refs) != len(known) {
			t.Fatalf("%d refs, want %d", len(l.refs), len(known))
		}
	})
}
