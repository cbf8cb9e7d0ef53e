package importer

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
)

// killed leaves a world as a process does that is killed with requests open: the queue has so many batches as on
// their way, the rest waits, and the platform works on what arrived.
func (w *world) killed(clock *wallClock, batches int, arrived bool) {
	w.t.Helper()
	w.submit(Request{Bulk: w.refs()})
	r := newRunner(w.Engine)
	for range batches {
		items, err := r.claim(w.t.Context())
		if err != nil || len(items) != BatchSize {
			w.t.Fatalf("claimed %d: %v", len(items), err)
		}
		if arrived {
			if out := w.send(w.t.Context(), batch{items: items, first: true}); out.err != nil {
				w.t.Fatal(out.err)
			}
		}
	}
	w.reborn(clock)
}

// reborn gives a world's engine what a new process has: a client that has read nothing yet.
func (w *world) reborn(clock *wallClock) {
	w.t.Helper()
	base, err := url.Parse("http://127.0.0.1:9")
	if err != nil {
		w.t.Fatal(err)
	}
	client, err := conviso.NewClient(conviso.Options{Base: base, Transport: w})
	if err != nil {
		w.t.Fatal(err)
	}
	w.config.Platform, w.config.Assets = client, conviso.NewAssetSource(client, w.store(), base.String(), testCompany)
	w.config.Now = clock.now
	w.Engine = NewEngine(w.config)
}

// dates are what may be wrong with the platform's.
func dates() map[string]func(header http.Header, n int) {
	return map[string]func(header http.Header, n int){
		"right":   nil,
		"missing": func(h http.Header, _ int) { h.Del("Date") },
		"none":    func(h http.Header, _ int) { h.Set("Date", "soon") },
		"fixed":   func(h http.Header, _ int) { h.Set("Date", "Mon, 30 Nov 2026 12:00:00 GMT") },
		"jumping": jumping,
	}
}

// dated gives a world responses with such dates, and its engine a clock to set.
func (w *world) dated(date func(header http.Header, n int)) *wallClock {
	clock, n := w.withClock(), 0
	if date != nil {
		w.told = func(h http.Header) { n++; date(h, n) }
	}
	w.reborn(clock)
	return clock
}

// TestClockSetBetweenRunsSendsOnce protects what was on its way when a process was killed from the next run's clock,
// which may have been set: nothing goes a second time before the settle time has really passed.
func TestClockSetBetweenRunsSendsOnce(t *testing.T) {
	for name, set := range map[string]time.Duration{"as it is": 0, "ten minutes on": 10 * time.Minute,
		"ten minutes back": -10 * time.Minute, "a day on": 24 * time.Hour, "a day back": -24 * time.Hour} {
		for told, date := range dates() {
			t.Run(name+", date "+told, func(t *testing.T) {
				simulate(t, func(t *testing.T) {
					names, batches := manyNames(400), 5
					if told != "right" {
						names, batches = names[:75], 2
					}
					w := newWorld(t, demo.PlatformOptions{MinDelay: 20 * time.Second, MaxDelay: 40 * time.Second}, names...)
					clock := w.dated(date)
					w.killed(clock, batches, true)
					clock.set(set)
					began := time.Now()
					if err := w.Drain(t.Context()); err != nil {
						t.Fatal(err)
					}
					w.wantStates(Imported, w.refs()...)
					w.wantOnce(names...)
					if took := time.Since(began); took > 3*time.Minute {
						t.Errorf("it took %s", took)
					}
				})
			})
		}
	}
}

// TestSettleTimeHoldsOverRuns protects the length of a wait that spans two runs: by the platform's date it goes on
// where it was, which a clock set on does not shorten, and without such a date it begins again.
func TestSettleTimeHoldsOverRuns(t *testing.T) {
	for name, c := range map[string]struct {
		date      string
		rest, set time.Duration
		waits     bool
	}{
		"an hour later":                     {"right", time.Hour, 0, false},
		"an hour later and back":            {"right", time.Hour, -30 * time.Minute, false},
		"an hour later without date":        {"missing", time.Hour, 0, true},
		"at once, a day on":                 {"right", 0, 24 * time.Hour, true},
		"at once, a day on, without date":   {"missing", 0, 24 * time.Hour, true},
		"an hour later, a date that stands": {"fixed", time.Hour, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, func(t *testing.T) {
				w := newWorld(t, demo.PlatformOptions{}, manyNames(25)...)
				clock := w.dated(dates()[c.date])
				w.killed(clock, 1, false)
				time.Sleep(c.rest)
				clock.set(c.set)
				began := time.Now()
				if err := w.Drain(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.wantStates(Imported, w.refs()...)
				if took := time.Since(began); took > 3*time.Minute || (took >= w.settle) != c.waits {
					t.Errorf("it took %s", took)
				}
			})
		})
	}
}

// jumping puts every third date a day ahead.
func jumping(h http.Header, n int) {
	if at, err := http.ParseTime(h.Get("Date")); err == nil && n%3 == 0 {
		h.Set("Date", at.Add(24*time.Hour).Format(http.TimeFormat))
	}
}
