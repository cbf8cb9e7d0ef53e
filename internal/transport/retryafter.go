package transport

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryAfter returns the delay that a response asks for with Retry-After, seconds or HTTP dates: the
// longest of several, from 0 to limit. It returns false without a valid one. Dates are read against
// the response's own Date, since the server's clock may differ from this machine's, which says now.
func RetryAfter(header http.Header, now time.Time, limit time.Duration) (wait time.Duration, ok bool) {
	if at, err := http.ParseTime(header.Get("Date")); err == nil {
		now = at
	}
	for _, line := range header.Values("Retry-After") {
		// A proxy may join several values by commas; a date contains one itself.
		for _, value := range append(strings.Split(line, ","), line) {
			if asked, valid := retryAfter(strings.TrimSpace(value), now, limit); valid {
				wait, ok = max(wait, asked), true
			}
		}
	}
	return wait, ok
}

func retryAfter(value string, now time.Time, limit time.Duration) (time.Duration, bool) {
	if value == "" {
		return 0, false
	}
	if n, err := strconv.ParseUint(value, 10, 63); err == nil {
		if n > uint64(limit/time.Second) {
			return limit, true
		}
		return time.Duration(n) * time.Second, true
	}
	if strings.Trim(value, "0123456789") == "" {
		return limit, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return min(max(0, at.Sub(now)), limit), true
}
