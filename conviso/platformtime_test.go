package conviso

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// TestPlatformTime protects what the engine concludes from the platform's dates: the time lies between both bounds
// however long the responses take, and dates that contradict each other give none.
func TestPlatformTime(t *testing.T) {
	for name, c := range map[string]struct {
		dates func(n int, at time.Time) string
		known bool
	}{
		"its own clock": {func(_ int, at time.Time) string { return at.Add(-3 * time.Hour).Format(http.TimeFormat) }, true},
		"two machines": {func(n int, at time.Time) string {
			return at.Add(time.Duration(n%2) * 4 * time.Second).Format(http.TimeFormat)
		}, true},
		"none":      {func(int, time.Time) string { return "" }, false},
		"no date":   {func(int, time.Time) string { return "yesterday" }, false},
		"it stands": {func(int, time.Time) string { return "Mon, 30 Nov 2026 12:00:00 GMT" }, false},
		"it jumps once": {func(n int, at time.Time) string {
			return at.Add(time.Duration(n/3) * time.Hour).Format(http.TimeFormat)
		}, false},
		"one is nonsense": {func(n int, at time.Time) string { return at.AddDate(-50*(n%4/3), 0, 0).Format(http.TimeFormat) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := Client{clock: &clock{}}
				if _, _, ok := client.PlatformTime(); ok {
					t.Error("it is known before the first date")
				}
				for n := range 5 {
					sent := time.Now()
					time.Sleep(time.Duration(n) * 1300 * time.Millisecond)
					date := c.dates(n, time.Now().UTC())
					time.Sleep(time.Duration(4-n) * 1700 * time.Millisecond)
					client.clock.observe(http.Header{"Date": {date}}, sent, time.Now())
					time.Sleep(5 * time.Second)
				}
				earliest, latest, ok := client.PlatformTime()
				if ok != c.known {
					t.Fatalf("known: %t, %s to %s", ok, earliest, latest)
				}
				if name != "its own clock" {
					return
				}
				if now := time.Now().Add(-3 * time.Hour); earliest.After(now) || latest.Before(now) || latest.Sub(earliest) > 10*time.Second {
					t.Errorf("at %s it is said to be from %s to %s", now, earliest, latest)
				}
			})
		})
	}
}
