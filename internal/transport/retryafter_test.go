package transport

import (
	"net/http"
	"testing"
	"time"
)

// TestRetryAfterDates checks that dates are read by the server's clock.
func TestRetryAfterDates(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	const limit = 2 * time.Minute
	for name, c := range map[string]struct {
		date  string
		after []string
		want  time.Duration // negative for none
	}{
		"no date":            {"", []string{"Mon, 23 Nov 2026 09:00:03 GMT"}, 3 * time.Second},
		"an hour behind":     {"Mon, 23 Nov 2026 08:00:00 GMT", []string{"Mon, 23 Nov 2026 08:00:03 GMT"}, 3 * time.Second},
		"an hour ahead":      {"Mon, 23 Nov 2026 10:00:00 GMT", []string{"Mon, 23 Nov 2026 10:00:03 GMT"}, 3 * time.Second},
		"a year ahead":       {"Tue, 23 Nov 2027 09:00:00 GMT", []string{"Tue, 23 Nov 2027 09:01:00 GMT"}, time.Minute},
		"over midnight":      {"Sun, 22 Nov 2026 23:59:59 GMT", []string{"Mon, 23 Nov 2026 00:00:09 GMT"}, 10 * time.Second},
		"in its past":        {"Mon, 23 Nov 2026 10:00:00 GMT", []string{"Mon, 23 Nov 2026 09:30:00 GMT"}, 0},
		"far away":           {"Mon, 23 Nov 2026 08:00:00 GMT", []string{"Mon, 23 Nov 2026 12:00:00 GMT"}, limit},
		"a date of no sense": {"soon", []string{"Mon, 23 Nov 2026 09:00:03 GMT"}, 3 * time.Second},
		"seconds":            {"Mon, 23 Nov 2026 08:00:00 GMT", []string{"7"}, 7 * time.Second},
		"two lines":          {"", []string{"7", "9"}, 9 * time.Second},
		"joined":             {"", []string{"7, 9, soon"}, 9 * time.Second},
		"both kinds":         {"Mon, 23 Nov 2026 08:00:00 GMT", []string{"7", "Mon, 23 Nov 2026 08:00:30 GMT"}, 30 * time.Second},
		"nothing":            {"Mon, 23 Nov 2026 08:00:00 GMT", nil, -1},
		"nonsense":           {"Mon, 23 Nov 2026 08:00:00 GMT", []string{"soon"}, -1},
	} {
		got, ok := RetryAfter(http.Header{"Date": {c.date}, "Retry-After": c.after}, now, limit)
		if ok != (c.want >= 0) || ok && got != c.want {
			t.Errorf("%s: %s, %v", name, got, ok)
		}
	}
}
