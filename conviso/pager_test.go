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
		"cap of 100":     {1_040, 100, 12},
		// Pages that are full to the last item leave no place for what they share.
		"full": {10_000, 0, 6},
		// Pages too small to share items are read twice.
		"cap of 1": {7, 1, 14},
	} {
		t.Run(name, func(t *testing.T) {
			l := members(c.n)
			l.limit = c.cap
			var read, total, calls int
			set, err := l.client(t).Assets(t.Context(), "1028", func(r, n int) {
				if r < read && c.cap != 1 {
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
			if c.cap > 1 && l.limits[assetsPage] != 1 {
				t.Errorf("limits asked for: %v", l.limits)
			}
		})
	}
}

// TestAssetsThatChange protects what exists from being missed in a list that changes between its pages, and the
// platform from being read for ever.
func TestAssetsThatChange(t *testing.T) {
	grow := func(l *list) { l.names = append([]string{fmt.Sprintf("new-%d", l.answered)}, l.names...) }
	shrink := func(l *list) { l.names = l.names[1:] }
	once := func(at int, change func(l *list)) func(l *list, answered, page int) (*http.Response, error) {
		return func(l *list, answered, _ int) (*http.Response, error) {
			if answered == at {
				change(l)
			}
			return nil, nil
		}
	}
	for name, c := range map[string]struct {
		before  func(l *list, answered, page int) (*http.Response, error)
		moves   bool // to the end
		least   int
		reads   int
		another int // requests beside those of quiet reads
	}{
		"grows by one in front": {once(1, grow), false, 1001, 2, 0},
		"grows at the end": {once(1, func(l *list) {
			for i := range 150 {
				l.names = append(l.names, fmt.Sprintf("late-%d", i))
			}
		}), false, 1150, 1, 2},
		// The last two reads have the same.
		"shrinks":          {once(1, shrink), false, 1000, 3, 0},
		"shrinks by pages": {once(1, func(l *list) { l.names = l.names[:300] }), false, 300, 3, -14},
		// All counts are the same, and so is the number of ids; only the items that the pages share tell.
		"shrinks and grows at once": {once(1, func(l *list) { shrink(l); l.names = append(l.names, "late") }), false, 1001, 3, 0},
		"shrinks, then grows": {func(l *list, answered, _ int) (*http.Response, error) {
			switch answered {
			case 1:
				shrink(l)
			case 2:
				l.names = append(l.names, "late")
			}
			return nil, nil
		}, false, 1001, 3, 0},
		"keeps shrinking": {func(l *list, _, _ int) (*http.Response, error) { shrink(l); return nil, nil }, true, 900, MaxReads, 0},
	} {
		t.Run(name, func(t *testing.T) {
			l := members(1000)
			l.limit = 100
			l.before = c.before
			set, err := l.client(t).Assets(t.Context(), "1028", nil)
			if set.Complete == c.moves || set.Moved != c.moves || errors.Is(err, ErrIncomplete) != c.moves || (err == nil) == c.moves {
				t.Errorf("complete %v, moved %v: %v", set.Complete, set.Moved, err)
			}
			if most := 12*c.reads + c.another; set.Len() < c.least || l.answered > most {
				t.Errorf("%d assets in %d requests, want %d in %d", set.Len(), l.answered, c.least, most)
			}
			for _, name := range l.names[:min(len(l.names), 900)] {
				if len(set.Named(name)) == 0 {
					t.Errorf("%s exists and is not listed", name)
				}
			}
		})
	}
}

// TestEndlessGrowth protects from a list that grows as fast as it is read.
func TestEndlessGrowth(t *testing.T) {
	l := members(1000)
	l.limit = 100
	l.before = func(l *list, answered, _ int) (*http.Response, error) {
		for i := range 200 {
			l.names = append(l.names, fmt.Sprint(answered, "-", i))
		}
		return nil, nil
	}
	p := l.client(t).assetPager(operation{field: "assets", company: "1028"}, time.Time{})
	s := pass[Asset]{pager: &p}
	if items, err := s.run(t.Context()); err != nil || !s.gap || s.moved == "" || len(items) < 1000 || l.answered > 50 {
		t.Errorf("%d assets in %d requests, %q, %v", len(items), l.answered, s.moved, err)
	}
}

// TestEmptyPage protects people from an endless wait for a page that does not come, and from a list without it.
func TestEmptyPage(t *testing.T) {
	for name, c := range map[string]struct {
		from, times, requests int
	}{"once": {3, 1, 12}, "for good": {3, 100, 13}, "all of them": {1, 100, emptyTries}} {
		t.Run(name, func(t *testing.T) {
			l, empty := members(1000), 0
			l.limit = 100
			l.before = func(_ *list, _, page int) (*http.Response, error) {
				if page != c.from && c.from > 1 || empty == c.times {
					return nil, nil
				}
				empty++
				return ok(pageOf([]string{}, page, 100-page+1, 1000, 10))
			}
			set, err := l.client(t).Assets(t.Context(), "1028", nil)
			if bad := c.times > emptyTries; set.Complete == bad || errors.Is(err, ErrIncomplete) != bad || set.Moved || l.answered > c.requests {
				t.Errorf("%d requests, complete %v, moved %v, %v", l.answered, set.Complete, set.Moved, err)
			}
		})
	}
}

// TestOwnPages protects a platform that has pages of one size only from being misread.
func TestOwnPages(t *testing.T) {
	l := members(1000)
	l.before = func(l *list, _, page int) (*http.Response, error) {
		return ok(pageOf(l.names[min(1000, (page-1)*100):min(1000, page*100)], page, 100, 1000, 10))
	}
	set, err := l.client(t).Assets(t.Context(), "1028", nil)
	if err != nil || set.Len() != 1000 || l.answered > 40 {
		t.Errorf("%d assets in %d requests, %v", set.Len(), l.answered, err)
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
					if page >= 20 && (c.lasting || !failed) {
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
		case answered >= 12:
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
	pages := map[window]string{}
	for w := (window{page: 1, limit: 2000}); ; w = after(w.end(), 2000, false) {
		pages[w] = pageOf(l.names[w.start():min(w.end(), 100_000)], w.page, w.limit, 100_000, (100_000+w.limit-1)/w.limit)
		if w.end() >= 100_000 {
			break
		}
	}
	for b.Loop() {
		// A new client each time, to measure decoding and not the rate.
		c := inMemory(b, func(req *http.Request) (*http.Response, error) {
			asked := read(b, req).Variables
			return ok(pages[window{page: int(asked["page"].(float64)), limit: int(asked["limit"].(float64))}])
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
		p := pager[Asset]{limit: 2, apart: true, allowChanges: true, id: func(a Asset) string { return a.ID }, name: func(a Asset) string { return a.Name }}
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
