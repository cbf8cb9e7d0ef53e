package conviso

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestRefresh checks that a refresh equals a full read after any change, with two requests if
// nothing was deleted.
func TestRefresh(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(p *faulty.Platform)
		later   time.Duration
		skew    time.Duration
		undate  bool
		refuse  func(faulty.Request) faulty.Fault
		// assets is the initial number; 0 means 300.
		assets int
		// cheap reports whether changes alone suffice.
		cheap bool
	}{
		"nothing":             {happens: func(*faulty.Platform) {}, cheap: true},
		"made":                {happens: func(p *faulty.Platform) { p.AddAssets("1042", demo.Asset{Name: "x"}) }, cheap: true},
		"platform behind":     {happens: func(p *faulty.Platform) { p.AddAssets("1042", demo.Asset{Name: "x"}) }, skew: -2 * time.Hour, cheap: true},
		"platform ahead":      {happens: func(p *faulty.Platform) { p.AddAssets("1042", demo.Asset{Name: "x"}) }, skew: 2 * time.Hour, cheap: true},
		"undated, behind":     {happens: func(p *faulty.Platform) { p.AddAssets("1042", demo.Asset{Name: "x"}) }, skew: -5 * time.Minute, undate: true, cheap: true},
		"undated, far behind": {happens: func(p *faulty.Platform) { p.AddAssets("1042", demo.Asset{Name: "x"}) }, skew: -5 * time.Hour, undate: true},
		"renamed":             {happens: rename, cheap: true},
		"deleted":             {happens: func(p *faulty.Platform) { p.RemoveAsset("3") }},
		"deleted and made":    {happens: func(p *faulty.Platform) { p.RemoveAsset("3"); p.AddAssets("1042", demo.Asset{Name: "x"}) }},
		"detached": {happens: func(p *faulty.Platform) {
			p.RemoveAsset("3")
			p.AddAssets("1042", demo.Asset{ID: "3", Integration: "OTHER"})
		}},
		"attached, old date":   {happens: func(p *faulty.Platform) { p.AddAssets("1042", demo.Asset{Name: "x", UpdatedAt: time.Unix(1, 0)}) }},
		"of another":           {happens: func(p *faulty.Platform) { p.AddAssets("1042", demo.Asset{Name: "x", Integration: "OTHER"}) }, cheap: true},
		"made, pages of it":    {happens: func(p *faulty.Platform) { many(p, 2200) }, assets: 5200, cheap: true},
		"most of it is new":    {happens: func(p *faulty.Platform) { many(p, 6000) }, assets: 5200},
		"a day later":          {happens: func(*faulty.Platform) {}, later: maxPatchAge},
		"filter is refused":    {happens: func(*faulty.Platform) {}, refuse: refuseFilter},
		"the count is refused": {happens: func(*faulty.Platform) {}, refuse: refuseCount},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := faulty.NewPlatform(demo.PlatformOptions{Now: func() time.Time { return time.Now().Add(c.skew) }})
				if c.assets == 0 {
					c.assets = 300
				}
				for i := range c.assets {
					p.AddAssets("1042", demo.Asset{ID: fmt.Sprint(i), Name: fmt.Sprintf("old-%d", i)})
				}
				time.Sleep(24 * time.Hour)
				client := ofDemo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if c.undate {
						w = undated{w}
					}
					p.ServeHTTP(w, r)
				}), 0)
				source := NewAssetSource(client, openStore(t, ""), "https://a", "1042")
				if set, whole, err := source.Refresh(t.Context(), nil); err != nil || !whole || set.Len() != c.assets {
					t.Fatalf("the first: %d, whole %v, %v", set.Len(), whole, err)
				}
				time.Sleep(max(c.later, time.Hour))
				p.Fail(c.refuse)
				c.happens(p)
				before, began := p.Counts().Requests, time.Now()
				set, whole, err := source.Refresh(t.Context(), nil)
				if err != nil || !set.Complete || whole == c.cheap || set.ReadAt.Before(began) {
					t.Fatalf("complete %v, whole %v, %v", set.Complete, whole, err)
				}
				if cost := p.Counts().Requests - before; c.cheap && cost > 3 {
					t.Errorf("%d requests", cost)
				}
				p.Fail(nil)
				want, err := client.Assets(t.Context(), "1042", nil)
				if err != nil || !slices.Equal(sorted(set), sorted(want)) {
					t.Errorf("%d assets, want %d: %v", set.Len(), want.Len(), err)
				}
				if got, found := source.Cached(); !found || !slices.Equal(got.All(), set.All()) {
					t.Error("it is not kept")
				}
				if !c.cheap {
					return
				}
				time.Sleep(time.Hour)
				p.AddAssets("1042", demo.Asset{ID: "later", Name: "later"})
				set, whole, err = source.Refresh(t.Context(), nil)
				if _, found := set.ByID("later"); err != nil || whole || !found {
					t.Errorf("the next one: whole %v, found %v, %v", whole, found, err)
				}
			})
		})
	}
}

func rename(p *faulty.Platform) {
	p.RemoveAsset("3")
	p.AddAssets("1042", demo.Asset{ID: "3", Name: "renamed"})
}

func many(p *faulty.Platform, n int) {
	for i := range n {
		p.AddAssets("1042", demo.Asset{Name: fmt.Sprintf("new-%d", i)})
	}
}

func refuseFilter(r faulty.Request) faulty.Fault {
	if strings.Contains(string(r.Body), "updatedAt") {
		return faulty.JSON(200, `{"errors":[{"message":"InputObject 'AssetsSearch' doesn't accept argument 'updatedAt'"}]}`)
	}
	return faulty.Fault{}
}

func refuseCount(r faulty.Request) faulty.Fault {
	if strings.Contains(string(r.Body), `"limit":1,`) {
		return faulty.JSON(200, `{"errors":[{"message":"limit is too small"}]}`)
	}
	return faulty.Fault{}
}

func sorted(s *AssetSet) []Asset {
	return slices.SortedFunc(slices.Values(s.All()), func(a, b Asset) int { return strings.Compare(a.ID, b.ID) })
}

// TestRefreshBetween checks that an addition and a deletion between the two requests do not
// cancel out.
func TestRefreshBetween(t *testing.T) {
	for name, moment := range map[string]int{"before the count": 0, "between": 1} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := faulty.NewPlatform(demo.PlatformOptions{})
				p.AddAssets("1042", demo.Asset{ID: "1", Name: "a"}, demo.Asset{ID: "2", Name: "b"})
				time.Sleep(time.Hour)
				source := NewAssetSource(ofDemo(t, p, 0), openStore(t, ""), "https://a", "1042")
				if _, err := source.Load(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Hour)
				n := 0
				p.Fail(func(faulty.Request) faulty.Fault {
					if n++; n-1 == moment {
						p.RemoveAsset("1")
						p.AddAssets("1042", demo.Asset{ID: "3", Name: "c"})
					}
					return faulty.Fault{}
				})
				set, _, err := source.Refresh(t.Context(), nil)
				_, gone := set.ByID("1")
				if _, come := set.ByID("3"); err != nil || gone || !come {
					t.Errorf("%+v, %v", set.All(), err)
				}
			})
		})
	}
}

// TestRefreshIgnored checks a platform that ignores the filter.
func TestRefreshIgnored(t *testing.T) {
	for name, change := range map[string]func(l *list){
		"nothing": func(*list) {}, "gone": func(l *list) { l.names = l.names[1:] },
		"gone and come": func(l *list) { l.names = append(l.names[1:], "new") },
	} {
		l := members(10_000)
		source := NewAssetSource(l.client(t), openStore(t, ""), "https://a", "1")
		if _, err := source.Load(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		change(l)
		if set, _, err := source.Refresh(t.Context(), nil); err != nil || !set.Complete || set.Len() != len(l.names) {
			t.Errorf("%s: %d of %d, %v", name, set.Len(), len(l.names), err)
		}
	}
}

// TestRefreshStartsFromTheDisk checks that the next process updates the cached set of its
// platform and company.
func TestRefreshStartsFromTheDisk(t *testing.T) {
	dir := t.TempDir()
	l := members(10_000)
	if _, err := NewAssetSource(l.client(t), openStore(t, dir), "https://a", "1").Load(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for company, cheap := range map[string]bool{"1": true, "2": false} {
		source := NewAssetSource(l.client(t), openStore(t, dir), "https://a", company)
		if last := source.newest(); last.usable(time.Now()) != cheap {
			t.Errorf("company %s: %+v", company, last)
		}
	}
}

// TestRefreshFails checks that the old set stays, and that a platform that is down or refuses
// the key gets no further requests.
func TestRefreshFails(t *testing.T) {
	l := members(5000)
	source := NewAssetSource(l.client(t), openStore(t, ""), "https://a", "1")
	if _, err := source.Load(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	l.before = func(*list, int, int) (*http.Response, error) { return reply(401, "text/html", ""), nil }
	before := l.answered
	set, whole, err := source.Refresh(t.Context(), nil)
	if !errors.Is(err, ErrAuth) || whole || set == nil || set.Complete || l.answered != before+1 {
		t.Errorf("%+v, whole %v, %v, %d requests", set, whole, err, l.answered-before)
	}
	if got, found := source.Cached(); !found || got.Len() != 5000 {
		t.Error("the whole set is lost")
	}
	offline := NewAssetSource(nil, openStore(t, ""), "https://a", "1")
	if set, whole, err := offline.Refresh(t.Context(), nil); !errors.Is(err, ErrOffline) || whole || set == nil || set.Complete {
		t.Errorf("%+v, whole %v, %v", set, whole, err)
	}
}
