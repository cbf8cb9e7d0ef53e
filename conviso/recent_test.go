package conviso

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/secret"
)

// ofDemo returns a client of a platform in this process.
func ofDemo(t testing.TB, p http.Handler, perMinute int) *Client {
	t.Helper()
	return over(t, faulty.RoundTripper(p), perMinute)
}

// over returns a client with another transport.
func over(t testing.TB, way http.RoundTripper, perMinute int) *Client {
	t.Helper()
	base, err := url.Parse("http://127.0.0.1:9")
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(Options{Base: base, Key: secret.New(canary), Rate: perMinute, Transport: way})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRecent checks that assets made or updated since a time are read, whatever the platform's
// clock, and others are not.
func TestRecent(t *testing.T) {
	for name, c := range map[string]struct {
		skew   time.Duration
		undate bool
		pages  int
	}{
		"clocks agree":             {0, false, 2},
		"platform 2 hours behind":  {-2 * time.Hour, false, 2},
		"platform 2 hours ahead":   {2 * time.Hour, false, 2},
		"no date, 5 minutes back":  {-5 * time.Minute, true, 2},
		"no date, 5 minutes ahead": {5 * time.Minute, true, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := faulty.NewPlatform(demo.PlatformOptions{Dedupe: true, PageCap: 2,
					Now: func() time.Time { return time.Now().Add(c.skew) }})
				client := ofDemo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if c.undate {
						w = undated{w}
					}
					p.ServeHTTP(w, r)
				}), 0)
				for i := range 10 {
					p.AddAssets("1042", demo.Asset{Name: fmt.Sprintf("old-%d", i)})
				}
				imported(t, client, "known")
				time.Sleep(24 * time.Hour)
				since := time.Now()
				imported(t, client, "known", "fresh-1", "fresh-2", "fresh-3")
				before := p.Counts().Requests
				set, err := client.Recent(t.Context(), "1042", since)
				if err != nil || set.Complete || set.Len() != 4 || len(set.Named("known")) != 1 {
					t.Errorf("%d assets, complete %v, %v", set.Len(), set.Complete, err)
				}
				if got := p.Counts().Requests - before; got != c.pages {
					t.Errorf("%d pages were read, want %d", got, c.pages)
				}
			})
		})
	}
}

// undated removes the Date header.
type undated struct{ http.ResponseWriter }

func (u undated) WriteHeader(status int) {
	u.Header().Del("Date")
	u.ResponseWriter.WriteHeader(status)
}

func imported(t *testing.T, c *Client, names ...string) {
	t.Helper()
	projects := make([]Project, len(names))
	for i, name := range names {
		projects[i] = Project{ID: "Component:default/" + name, Name: name}
	}
	if _, err := c.Import(t.Context(), "1042", projects); err != nil {
		t.Fatal(err)
	}
}

// TestRecentIgnored checks a platform that ignores the filter.
func TestRecentIgnored(t *testing.T) {
	l := members(1050)
	l.limit = 100
	set, err := l.client(t).Recent(t.Context(), "1028", time.Now())
	if err != nil || set.Len() != 1050 || set.Complete {
		t.Errorf("%d assets, complete %v, %v", set.Len(), set.Complete, err)
	}
}

// TestRecentErrors checks ErrFilterRefused and the partial result.
func TestRecentErrors(t *testing.T) {
	for name, c := range map[string]struct {
		answer  roundTrip
		kind    error
		refused bool
	}{
		"argument unknown": {giving(200, `{"errors":[{"message":"InputObject 'AssetsSearch' doesn't accept argument 'updatedAt'"}]}`), ErrFilterRefused, true},
		"null and errors":  {giving(200, `{"data":null,"errors":[{"message":"not a date"}]}`), ErrFilterRefused, true},
		"400":              {giving(400, `{"errors":[{"message":"bad variables"}]}`), ErrFilterRefused, true},
		"no rights":        {giving(200, `{"data":null,"errors":[{"message":"Scope - Resource not accessible for id: 5"}]}`), ErrAuth, false},
		"401":              {giving(401, ""), ErrAuth, false},
		"404":              {giving(404, ""), ErrNotGraphQL, false},
		"HTML":             {giving(200, "<html>"), ErrNotGraphQL, false},
		"failing":          {giving(503, ""), ErrUnavailable, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				set, err := inMemory(t, c.answer).Recent(t.Context(), "1028", time.Now())
				if !errors.Is(err, c.kind) || errors.Is(err, ErrFilterRefused) != c.refused || set == nil || set.Complete {
					t.Errorf("%+v %v", set, err)
				}
			})
		})
	}
	l := members(300)
	l.limit = 100
	l.before = func(_ *list, _, page int) (*http.Response, error) {
		if page == 3 {
			return reply(401, "text/html", ""), nil
		}
		return nil, nil
	}
	if set, err := l.client(t).Recent(t.Context(), "1028", time.Now()); !errors.Is(err, ErrAuth) || set.Len() < 100 {
		t.Errorf("%d assets, %v", set.Len(), err)
	}
}

// TestRecentWhileItGrows checks that a growing list is not read twice.
func TestRecentWhileItGrows(t *testing.T) {
	l := members(1000)
	l.limit = 100
	l.before = func(l *list, answered, _ int) (*http.Response, error) {
		l.names = append([]string{fmt.Sprintf("new-%d", answered)}, l.names...)
		return nil, nil
	}
	set, err := l.client(t).Recent(t.Context(), "1028", time.Now())
	if err != nil || set.Len() < 900 || l.answered != 11 {
		t.Errorf("%d assets in %d requests, %v", set.Len(), l.answered, err)
	}
}

// TestRecentDates checks that the filter's time is never later than the platform's date for it.
func TestRecentDates(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	hour := func(h int) time.Time { return now.Add(time.Duration(h) * time.Hour) }
	for name, c := range map[string]struct {
		date        string
		since, want time.Time
	}{
		"no answer yet":            {"", hour(-1), hour(-1).Add(-farSkew)},
		"no date":                  {"soon", hour(-1), hour(-1).Add(-farSkew)},
		"the same clock":           {now.Format(http.TimeFormat), hour(-1), hour(-1).Add(-nearSkew)},
		"behind":                   {hour(-3).Format(http.TimeFormat), hour(-1), hour(-4).Add(-nearSkew)},
		"ahead is not believed":    {hour(24).Format(http.TimeFormat), hour(-1), hour(-1).Add(-nearSkew)},
		"behind by millennia":      {"Mon, 01 Jan 0001 00:00:00 GMT", hour(-1), hour(-1).Add(-nearSkew).Add(-now.Sub(time.Time{}))},
		"since lies in the future": {now.Format(http.TimeFormat), hour(5), now.Add(-nearSkew)},
		"everything":               {now.Format(http.TimeFormat), time.Time{}, time.Time{}},
	} {
		var k clock
		k.observe(http.Header{"Date": {c.date}}, now, now)
		if got := k.toPlatform(c.since, now); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// TestLoadRecentLeavesTheCache checks that the cached set stays, and offline mode.
func TestLoadRecentLeavesTheCache(t *testing.T) {
	l := members(300)
	source := NewAssetSource(l.client(t), openStore(t, ""), "https://a", "1")
	if _, err := source.Load(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	l.names = l.names[:1]
	if set, err := source.LoadRecent(t.Context(), time.Now()); err != nil || set.Len() != 1 {
		t.Fatalf("%+v %v", set, err)
	}
	if got, found := source.Cached(); !found || got.Len() != 300 {
		t.Errorf("%v: %d assets", found, got.Len())
	}
	set, err := NewAssetSource(nil, openStore(t, ""), "https://a", "1").LoadRecent(t.Context(), time.Now())
	if !errors.Is(err, ErrOffline) || set == nil || set.Complete {
		t.Errorf("%+v %v", set, err)
	}
}
