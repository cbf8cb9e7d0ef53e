// Package unixms is the form in which times are stored: Unix milliseconds, with 0 for no time. It must not know
// what is stored.
package unixms

import "time"

// Of returns a time's milliseconds, 0 for the zero time.
func Of(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// Time returns the time of milliseconds, the zero time for 0.
func Time(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
