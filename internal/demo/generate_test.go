package demo

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestContent checks the demo's data: hits for payment, clashes, unknown lifecycles and types,
// spellings of owners, scripts, hostile text, gaps.
func TestContent(t *testing.T) {
	c := NewCatalog(CatalogOptions{Entities: DefaultEntities})
	count := map[string]int{}
	names := map[string]int{}
	for _, e := range c.Components() {
		names[strings.ToLower(e.Name)]++
		for what, is := range map[string]bool{
			"payment": strings.Contains(e.Name, "payment"), "beta": e.Lifecycle == "beta", "pilot": e.Lifecycle == "pilot",
			"lambda": e.Type == "lambda", "group owner": strings.HasPrefix(e.Owner, "group:"), "user owner": strings.HasPrefix(e.Owner, "user:"),
			"bare owner": strings.HasPrefix(e.Owner, "team-"), "escape": strings.Contains(e.Description, "\x1b"),
			"bidi": strings.Contains(e.Title, "\u202e"), "no description": e.Description == "", "no links": len(e.Links) == 0,
			"no source": e.Annotations["backstage.io/source-location"] == "", "japanese": strings.Contains(e.Title, "決済"),
			"arabic": strings.Contains(e.Title, "بوابة"), "emoji": strings.Contains(e.Title, "🚀"),
			"opted out": e.Annotations["conviso.com/import"] == "false", "incomplete": e.Owner == "" || e.Type == "" || e.Lifecycle == "",
		} {
			if is {
				count[what]++
			}
		}
	}
	for what, atLeast := range map[string]int{"payment": 21, "beta": 3, "pilot": 3, "lambda": 1, "group owner": 10, "user owner": 10,
		"bare owner": 10, "escape": 2, "bidi": 2, "no description": 5, "no links": 5, "no source": 5, "japanese": 1, "arabic": 1,
		"emoji": 1, "opted out": 1} {
		if count[what] < atLeast {
			t.Errorf("%s: %d, want at least %d", what, count[what], atLeast)
		}
	}
	if count["incomplete"] > 0 {
		t.Errorf("%d components without owner, type or lifecycle: a catalog refuses them", count["incomplete"])
	}
	clashes := 0
	for _, n := range names {
		if n > 1 {
			clashes++
		}
	}
	if clashes != 5 {
		t.Errorf("%d clashes, want 5", clashes)
	}
}

// TestEveryRefIsFound checks that list and lookup agree, which needs no index.
func TestEveryRefIsFound(t *testing.T) {
	for _, n := range []int{0, 1, 3, 239, 240, 241, 1234} {
		c := NewCatalog(CatalogOptions{Entities: n}).contents
		seen := 0
		for e := range c.after("", partAll) {
			seen++
			got, ok := c.find(e.Ref(), partAll)
			if !ok || got.UID != e.UID || got.Name != e.Name || got.Etag != e.Etag || got.Etag == "" {
				t.Fatalf("%d entities: %s: %v %+v", n, e.Ref(), ok, got)
			}
		}
		if size := c.gen.size(); seen != size {
			t.Errorf("%d entities: %d seen of %d", n, seen, size)
		}
	}
}

// TestDeterminism checks that a seed determines the catalog, on which goldens depend.
func TestDeterminism(t *testing.T) {
	body := func(seed uint64) string {
		_, _, b := call(t, NewCatalog(CatalogOptions{Entities: 300, Seed: seed}), http.MethodGet, byQuery+"?limit=1000", "")
		return string(b)
	}
	if one, again, other := body(1), body(1), body(2); one != again || one == other {
		t.Error("the catalog must depend on the seed alone")
	}
}

// TestAppearing checks that new entities appear by the clock, up to a limit.
func TestAppearing(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c := NewCatalog(CatalogOptions{Entities: 240, Now: func() time.Time { return now },
		AppearFirst: 20 * time.Second, AppearEvery: 45 * time.Second, AppearLimit: 3})
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{19 * time.Second, 240}, {20 * time.Second, 241}, {64 * time.Second, 241}, {65 * time.Second, 242}, {time.Hour, 243}} {
		now = c.started.Add(step.after)
		if _, total, _ := readAll(t, c, 100, "filter=kind=component&fields=kind"); total != step.want {
			t.Errorf("after %v: %d, want %d", step.after, total, step.want)
		}
	}
	if _, ok := c.current().find("component:default/payment-gateway-2", partAll); !ok {
		t.Error("the first arrival cannot be found")
	}
}
