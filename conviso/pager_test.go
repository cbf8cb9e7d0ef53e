package conviso

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// TestAssetsPages checks that all pages are read, whatever the page size, and the progress.
func TestAssetsPages(t *testing.T) {
	for name, c := range map[string]struct{ n, cap, requests int }{
		"none":           {0, 0, 1},
		"one":            {1, 0, 1},
		"a page":         {2000, 0, 1},
		"a page and one": {2001, 0, 2},
		"many":           {20_500, 0, 11},
		"cap of 100":     {1_050, 100, 11},
		"cap of 1":       {7, 1, 7},
	} {
		t.Run(name, func(t *testing.T) {
			l := members(c.n)
			l.limit = c.cap
			var read, total, calls int
			set, err := l.client(t).Assets(t.Context(), "1028", func(r, n int) {
				if r < read {
					t.Errorf("progress went back from %d to %d", read, r)
				}
				read, total, calls = r, n, calls+1
			})
			if err != nil || !set.Complete || set.Len() != c.n || l.answered != c.requests {
				t.Fatalf("%d requests, %d assets, complete %v, %v", l.answered, set.Len(), set.Complete, err)
			}
			if read != c.n || total != c.n || calls != c.requests {
				t.Errorf("progress ended at %d of %d after %d calls", read, total, calls)
			}
			for i, a := range set.All() {
				if a.Name != l.names[i] {
					t.Fatalf("asset %d is %s", i, a.Name)
				}
			}
			// After the first page the platform's limit is requested.
			if c.cap > 0 && l.limits[assetsPage] != 1 {
				t.Errorf("limits asked for: %v", l.limits)
			}
		})
	}
}

// TestAssetsThatChange checks that a list that changes between pages is read again, and
// incomplete if it changes again.
func TestAssetsThatChange(t *testing.T) {
	grow := func(l *list) { l.names = append([]string{fmt.Sprintf("new-%d", l.answered)}, l.names...) }
	shrink := func(l *list) { l.names = l.names[1:] }
	for name, c := range map[string]struct {
		before   func(l *list, answered, page int) (*http.Response, error)
		complete bool
		least    int
		requests int
	}{
		"grows by one in front, once": {func(l *list, answered, _ int) (*http.Response, error) {
			if answered == 1 {
				grow(l)
			}
			return nil, nil
		}, true, 1001, 22},
		"grows at the end": {func(l *list, answered, _ int) (*http.Response, error) {
			if answered == 1 {
				for i := range 150 {
					l.names = append(l.names, fmt.Sprintf("late-%d", i))
				}
			}
			return nil, nil
		}, true, 1150, 12},
		"shrinks once": {func(l *list, answered, _ int) (*http.Response, error) {
			if answered == 1 {
				shrink(l)
			}
			return nil, nil
		}, true, 999, 20},
		"shrinks by pages": {func(l *list, answered, _ int) (*http.Response, error) {
			if answered == 1 {
				l.names = l.names[:300]
			}
			return nil, nil
		}, true, 300, 13},
		// Missed and added items cancel out; only the lower total tells.
		"shrinks, then grows": {func(l *list, answered, _ int) (*http.Response, error) {
			switch answered {
			case 1:
				shrink(l)
			case 2:
				l.names = append(l.names, "late")
			}
			return nil, nil
		}, true, 1000, 20},
		// Which items are missed depends on the order of responses.
		"keeps growing in front": {func(l *list, _, _ int) (*http.Response, error) { grow(l); return nil, nil }, false, 900, 22},
		"keeps shrinking":        {func(l *list, _, _ int) (*http.Response, error) { shrink(l); return nil, nil }, false, 900, 20},
	} {
		t.Run(name, func(t *testing.T) {
			l := members(1000)
			l.limit = 100
			l.before = c.before
			set, err := l.client(t).Assets(t.Context(), "1028", nil)
			if set.Complete != c.complete || errors.Is(err, ErrIncomplete) == c.complete || (err == nil) != c.complete {
				t.Errorf("complete %v: %v", set.Complete, err)
			}
			if set.Len() < c.least || l.answered != c.requests {
				t.Errorf("%d assets in %d requests", set.Len(), l.answered)
			}
		})
	}
}

// TestAssetsThatRepeat checks that a server that repeats one page ends in an incomplete list.
func TestAssetsThatRepeat(t *testing.T) {
	names := members(100).names
	for name, c := range map[string]struct {
		before func(l *list, answered, page int) (*http.Response, error)
		kind   error
	}{
		"says page 1": {func(*list, int, int) (*http.Response, error) { return ok(pageOf(names, 1, 100, 1000, 10)) }, ErrNotGraphQL},
		"says the page asked for": {func(_ *list, _, page int) (*http.Response, error) {
			return ok(pageOf(names, page, 100, 1000, 10))
		}, ErrIncomplete},
		"always one page more": {func(_ *list, _, page int) (*http.Response, error) {
			return ok(pageOf(names, page, 100, 5000, page+1))
		}, ErrIncomplete},
		"endless": {func(*list, int, int) (*http.Response, error) {
			return ok(pageOf(names, 1, 100, 2_000_000_000, 20_000_000))
		}, ErrNotGraphQL},
		"more pages than members": {func(*list, int, int) (*http.Response, error) { return ok(pageOf(names, 1, 100, 100, 102)) }, ErrNotGraphQL},
		"negative":                {func(*list, int, int) (*http.Response, error) { return ok(pageOf(names, 1, 100, -1, -1)) }, ErrNotGraphQL},
		"claims more than comes":  {func(_ *list, _, page int) (*http.Response, error) { return ok(pageOf(names, page, 100, 150, 1)) }, ErrIncomplete},
		"no limit":                {func(*list, int, int) (*http.Response, error) { return ok(pageOf(nil, 1, 0, 0, 0)) }, ErrNotGraphQL},
		"the same id twice": {func(_ *list, _, page int) (*http.Response, error) {
			return ok(pageOf([]string{"a", "a"}, page, 100, 2, 1))
		}, ErrIncomplete},
	} {
		t.Run(name, func(t *testing.T) {
			l := members(0)
			l.before = c.before
			set, err := l.client(t).Assets(t.Context(), "1028", nil)
			if !errors.Is(err, c.kind) || set.Complete || l.answered > 100 {
				t.Errorf("%d requests, complete %v, %v", l.answered, set.Complete, err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "read the assets of company 1028: ") {
				t.Errorf("said %v", err)
			}
		})
	}
}

// TestAssetsPageFails checks the partial result, and the retry of a page that fails once.
func TestAssetsPageFails(t *testing.T) {
	for name, c := range map[string]struct {
		lasting bool
		status  int
		kind    error
	}{
		"once": {false, 502, nil}, "for good": {true, 502, ErrUnavailable}, "no rights any more": {true, 401, ErrAuth},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := members(3000)
				l.limit = 100
				failed := false
				l.before = func(_ *list, _, page int) (*http.Response, error) {
					if page == 20 && (c.lasting || !failed) {
						failed = true
						return reply(c.status, "text/html", "<html>"), nil
					}
					return nil, nil
				}
				set, err := l.client(t).Assets(t.Context(), "1028", nil)
				if !errors.Is(err, c.kind) || set.Complete != (c.kind == nil) {
					t.Fatalf("complete %v, %v", set.Complete, err)
				}
				if n := set.Len(); n < 1000 || (c.kind != nil && n > 2900) {
					t.Errorf("%d assets", n)
				}
			})
		})
	}
}

// TestSecondReadFails checks that the first reading's assets are returned.
func TestSecondReadFails(t *testing.T) {
	l := members(1000)
	l.limit = 100
	l.before = func(l *list, answered, _ int) (*http.Response, error) {
		switch {
		case answered == 1:
			l.names = l.names[1:]
		case answered >= 10:
			return reply(401, "text/html", "<html>"), nil
		}
		return nil, nil
	}
	set, err := l.client(t).Assets(t.Context(), "1028", nil)
	if !errors.Is(err, ErrAuth) || set.Complete || set.Len() < 990 {
		t.Errorf("%d assets, complete %v, %v", set.Len(), set.Complete, err)
	}
}

// TestCompaniesPages checks more companies than one page.
func TestCompaniesPages(t *testing.T) {
	c := inMemory(t, func(req *http.Request) (*http.Response, error) {
		page := int(read(t, req).Variables["page"].(float64))
		return ok(fmt.Sprintf(`{"data":{"companies":{"collection":[{"id":"%d","label":"C%d"}],"metadata":{"totalCount":3,"totalPages":3,"currentPage":%d,"limitValue":1}}}}`, page, page, page))
	})
	got, err := c.Companies(t.Context())
	if err != nil || fmt.Sprint(got) != "[{1 C1} {2 C2} {3 C3}]" {
		t.Errorf("%v, %v", got, err)
	}
}

func BenchmarkAssets100k(b *testing.B) {
	l := members(100_000)
	pages := map[int]string{}
	for p := 1; p <= 50; p++ {
		pages[p] = pageOf(l.names[(p-1)*2000:p*2000], p, 2000, 100_000, 50)
	}
	for b.Loop() {
		// A new client each time, to measure decoding and not the rate.
		c := inMemory(b, func(req *http.Request) (*http.Response, error) {
			return ok(pages[int(read(b, req).Variables["page"].(float64))])
		})
		if set, err := c.Assets(b.Context(), "1", nil); err != nil || set.Len() != 100_000 {
			b.Fatal(err)
		}
	}
}

// TestPagerTurns checks that 49 pages after the first use seven workers, not eight.
func TestPagerTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int32
		p := pager[Asset]{limit: 2, id: func(a Asset) string { return a.ID }, name: func(a Asset) string { return a.Name }}
		p.fetch = func(_ context.Context, page, _ int) ([]Asset, *metadata, error) {
			most.Store(max(most.Load(), now.Add(1)))
			time.Sleep(time.Second)
			now.Add(-1)
			assets := []Asset{{ID: fmt.Sprint(2 * page)}, {ID: fmt.Sprint(2*page + 1)}}
			return assets, &metadata{TotalCount: 100, TotalPages: 50, CurrentPage: page, LimitValue: 2}, nil
		}
		began := time.Now()
		assets, err := p.read(t.Context())
		if took := time.Since(began); err != nil || len(assets) != 100 || took != 8*time.Second || most.Load() != 7 {
			t.Errorf("%d assets after %s, %d at once, %v; want 100 after 8s, 7 at once", len(assets), took, most.Load(), err)
		}
	})
}
