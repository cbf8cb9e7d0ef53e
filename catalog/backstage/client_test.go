package backstage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"unicode"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// TestPagesOldAndNew checks that old and new servers return everything, with few requests and
// no rejected parameter.
func TestPagesOldAndNew(t *testing.T) {
	for name, old := range map[string]bool{"old": true, "new": false} {
		t.Run(name, func(t *testing.T) {
			b := &backstage{old: old, items: append(items(2500), item("API", "default", "orders"), item("Group", "default", "team-1"))}
			c := serve(t, b.ServeHTTP)
			pages, entities, err := read(context.Background(), c, "API", " Component ", "component")
			if err != nil || len(pages) != 3 || len(entities) != 2501 {
				t.Fatalf("%d pages, %d entities, %v", len(pages), len(entities), err)
			}
			for i, ask := range b.asks {
				if ask.Get("limit") != "1000" || ask.Get("fields") != listFields() || ask.Has("offset") || ask.Has("orderField") {
					t.Errorf("request %d: %v", i, ask)
				}
				if ask.Has("cursor") != (i > 0) {
					t.Errorf("request %d follows the cursor: %v", i, ask)
				}
				if pages[i].Total != 2501 || pages[i].Skipped != 0 {
					t.Errorf("page %d: total %d, skipped %d", i, pages[i].Total, pages[i].Skipped)
				}
			}
			want := catalog.Entity{Ref: "component:default/svc-00007", UID: "uid-svc-00007", Kind: "Component", Namespace: "default",
				Name: "svc-00007", Description: "about svc-00007", Owner: "team-1", Type: "service", Lifecycle: "production", System: "shop"}
			got := entities[7]
			if tags := strings.Join(got.Tags, " "); tags != "go pci" {
				t.Errorf("tags %q", tags)
			}
			if got.Tags = nil; fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

// TestPagesDefaultsToComponents checks the default kind.
func TestPagesDefaultsToComponents(t *testing.T) {
	b := &backstage{items: append(items(3), item("User", "default", "jane"))}
	_, entities, err := read(context.Background(), serve(t, b.ServeHTTP))
	if err != nil || len(entities) != 3 {
		t.Fatalf("%d entities, %v", len(entities), err)
	}
}

// TestPagesWrongKind checks that a kind cannot add terms to the filter.
func TestPagesWrongKind(t *testing.T) {
	for _, kind := range []string{"component,metadata.name=x", "", "a b", "a\x1bb", "=", "1st"} {
		c := serve(t, func(http.ResponseWriter, *http.Request) { t.Errorf("%q reached the server", kind) })
		if _, _, err := read(context.Background(), c, kind); err == nil || safetext.Changed(err.Error()) || !strings.Contains(err.Error(), "not a kind") {
			t.Errorf("%q: %v", kind, err)
		}
	}
}

// TestPagesDeduplicates checks that a ref comes once, whatever its case and page.
func TestPagesDeduplicates(t *testing.T) {
	answers := map[string]string{
		"":    list(3, "two", entityJSON("default", "a"), entityJSON("default", "A"), entityJSON("", "b")),
		"two": list(3, "", entityJSON("Default", "B"), entityJSON("default", "c")),
	}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answers[r.URL.Query().Get("cursor")]) })
	_, entities, err := read(context.Background(), c)
	refs := make([]string, 0, len(entities))
	for _, e := range entities {
		refs = append(refs, string(e.Ref))
	}
	if got := strings.Join(refs, " "); err != nil || got != "component:default/a component:default/b component:default/c" {
		t.Fatalf("%s, %v", got, err)
	}
}

// TestPagesEnd checks lists that never end.
func TestPagesEnd(t *testing.T) {
	for name, c := range map[string]struct {
		page     func(ask int) string
		asks     int
		sentence string
	}{
		"the same cursor": {func(n int) string { return list(9, "x", entityJSON("default", fmt.Sprint(n))) }, 2, "repeats a cursor"},
		"two cursors in turn": {func(n int) string {
			return list(9, fmt.Sprint(n%2), entityJSON("default", fmt.Sprint(n)))
		}, 3, "repeats a cursor"},
		// One page is fetched ahead.
		"new cursors, old entities": {func(n int) string { return list(9, fmt.Sprint(n), entityJSON("default", "a")) }, 3, "repeats what came before"},
		"new cursors, no entities":  {func(n int) string { return list(9, fmt.Sprint(n)) }, 6, "in the middle of a list"},
		"new cursors, no names":     {func(n int) string { return list(9, fmt.Sprint(n), "{}") }, 4, "no entities for 3 pages"},
	} {
		t.Run(name, func(t *testing.T) {
			var asks atomic.Int32
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				n := int(asks.Add(1))
				if n > 20 {
					t.Error("the load does not end")
				}
				fmt.Fprint(w, c.page(n))
			})
			_, _, err := read(context.Background(), client)
			if n := int(asks.Load()); !errors.Is(err, ErrBadAnswer) || !strings.Contains(err.Error(), c.sentence) || n > c.asks {
				t.Fatalf("after %d requests: %v", n, err)
			}
		})
	}
}

// TestEmptyPage protects a list from a page in its middle that comes empty: it is asked for again, a few times, and
// what comes after it is not taken for the rest.
func TestEmptyPage(t *testing.T) {
	for name, times := range map[string]int{"once": 1, "twice": 2, "for good": 100} {
		t.Run(name, func(t *testing.T) {
			var empty atomic.Int32
			c := serve(t, func(w http.ResponseWriter, r *http.Request) {
				switch cursor := r.URL.Query().Get("cursor"); {
				case cursor == "":
					fmt.Fprint(w, list(3, "1", entityJSON("default", "a")))
				case cursor == "1" && int(empty.Add(1)) <= times:
					fmt.Fprint(w, list(3, "2"))
				case cursor == "1":
					fmt.Fprint(w, list(3, "2", entityJSON("default", "b")))
				default:
					fmt.Fprint(w, list(3, "", entityJSON("default", "c")))
				}
			})
			_, entities, err := read(context.Background(), c)
			if bad := times > emptyTries; bad && (!errors.Is(err, ErrBadAnswer) || empty.Load() != emptyTries) || !bad && (err != nil || len(entities) != 3) {
				t.Fatalf("%d entities after %d empty pages, %v", len(entities), empty.Load(), err)
			}
		})
	}
}

// TestPagesOfOtherKinds protects a list from a server that ignores the filter: only the kinds that were
// asked for are listed, whatever their case, and the others are counted over all pages.
func TestPagesOfOtherKinds(t *testing.T) {
	of := func(kind, name string) string {
		return strings.Replace(entityJSON("default", name), `"Component"`, `"`+kind+`"`, 1)
	}
	answers := map[string]string{"": list(6, "1", of("Component", "a"), of("User", "jane"), of("COMPONENT", "b")),
		"1": list(6, "2", of("Group", "g"), of("User", "joe")), "2": list(6, "3", of("User", "ann")), "3": list(6, "4", of("User", "bob")), "4": list(6, "", of("component", "c"))}
	for name, want := range map[string]struct {
		kinds    []string
		entities string
		others   int
	}{
		"components":         {nil, "a b c", 5},
		"users":              {[]string{"User"}, "jane joe ann bob", 4},
		"components, groups": {[]string{"GROUP", "component"}, "a b g c", 4},
		"none of them":       {[]string{"banana"}, "", 8},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answers[r.URL.Query().Get("cursor")]) })
			var names []string
			others := 0
			for page, err := range c.Pages(t.Context(), want.kinds) {
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range page.Entities {
					names = append(names, e.Name)
				}
				others += page.Others
			}
			if got := strings.Join(names, " "); got != want.entities || others != want.others {
				t.Errorf("listed %q and left out %d, want %q and %d", got, others, want.entities, want.others)
			}
		})
	}
}

// TestPagesHostileText checks that text is made safe.
func TestPagesHostileText(t *testing.T) {
	const evil = `\u001b]0;x\u0007\u202e\u200b\u009b`
	body := list(1, "", `{"kind":"Component","metadata":{"annotations":{"conviso.com/import":"no`+evil+`","conviso.com/asset-id":"`+evil+`"},"uid":"`+evil+`","name":"n`+evil+`","namespace":"s`+evil+`","title":"`+evil+
		`","description":"a\nb`+evil+`","tags":["`+evil+`"]},"spec":{"type":"`+evil+`","lifecycle":"`+evil+`","owner":"`+evil+`","system":"`+evil+`"}}`)
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
	_, entities, err := read(context.Background(), c)
	if err != nil || len(entities) != 1 {
		t.Fatal(entities, err)
	}
	for _, r := range fmt.Sprintf("%+v", entities) {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			t.Errorf("%U came through", r)
		}
	}
	if e := entities[0]; e.Ref != catalog.NewRef(e.Kind, e.Namespace, e.Name) || !strings.HasPrefix(e.Description, "a b") || !e.OptOut || e.Unclear == "" {
		t.Errorf("%+v", e)
	}
}

// TestPagesStopsWithItsReader checks that the page fetched ahead is cancelled and finished when
// the caller stops, and that no other is requested.
func TestPagesStopsWithItsReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked, ended int
		c := inMemory(t, func(r *http.Request) (*http.Response, error) {
			if asked++; asked == 1 {
				return answer(200, list(3, "next", entityJSON("default", "a"))), nil
			}
			<-r.Context().Done()
			ended++
			return nil, r.Context().Err()
		})
		for _, err := range c.Pages(t.Context(), nil) {
			if err != nil {
				t.Error(err)
			}
			synctest.Wait()
			break
		}
		if asked != 2 || ended != 1 {
			t.Errorf("%d requests, of which %d were broken off", asked-1, ended)
		}
	})
}

// TestPagesCancelled checks cancellation during a request and between pages.
func TestPagesCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("cursor") {
			cancel()
			<-r.Context().Done()
			return
		}
		fmt.Fprint(w, list(2, "x", entityJSON("default", "a")))
	})
	pages, _, err := read(ctx, c)
	var e *Error
	if len(pages) != 1 || !errors.Is(err, context.Canceled) || errors.As(err, &e) {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	if _, _, err := read(ctx, c); !errors.Is(err, context.Canceled) {
		t.Fatalf("a context that has ended: %v", err)
	}
}

// TestCredentials checks that the token is sent in its header and nowhere else.
func TestCredentials(t *testing.T) {
	for token, want := range map[string]string{"obvious-fake-token": "Bearer obvious-fake-token", "": ""} {
		var got http.Header
		var target string
		c := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got, target = r.Header, r.URL.String()
			fmt.Fprint(w, list(0, ""))
		})
		u := c.base
		c = clientFor(t, u.String(), token)
		if _, _, err := read(context.Background(), c); err != nil {
			t.Fatal(err)
		}
		if got.Get("Authorization") != want || got.Get("User-Agent") != "test" || strings.Contains(target, "obvious") {
			t.Errorf("%v %s", got, target)
		}
	}
}

// TestBasePath checks a base URL with a path.
func TestBasePath(t *testing.T) {
	var path string
	c := inMemory(t, func(r *http.Request) (*http.Response, error) {
		path = r.URL.Path
		return answer(200, list(0, "")), nil
	})
	if _, _, err := read(context.Background(), c); err != nil || path != "/base/api/catalog/entities/by-query" {
		t.Fatal(path, err)
	}
}

// TestNewClientWrongCAFile checks that the message names the setting.
func TestNewClientWrongCAFile(t *testing.T) {
	u, _ := url.Parse("https://backstage.example.com")
	if _, err := NewClient(Options{Base: u, CAFile: filepath.Join(t.TempDir(), "none")}); err == nil || !strings.Contains(err.Error(), "CONVISO_CA_FILE") {
		t.Fatal(err)
	}
}

// entityJSON is a minimal component; list is a by-query answer of such.
func entityJSON(namespace, name string) string {
	return fmt.Sprintf(`{"kind":"Component","metadata":{"namespace":%q,"name":%q}}`, namespace, name)
}

func list(total int, cursor string, items ...string) string {
	info := "{}"
	if cursor != "" {
		info = fmt.Sprintf(`{"nextCursor":%q}`, cursor)
	}
	return fmt.Sprintf(`{"items":[%s],"totalItems":%d,"pageInfo":%s}`, strings.Join(items, ","), total, info)
}
