package text

import (
	"fmt"
	"time"
)

const (
	timeOfDay   = "15:04"
	withSeconds = "15:04:05"
)

// Age returns the age of t in one unit: "12m ago", "just now" below a minute or in the future,
// "never" for the zero time. The steps are coarse so that a screen seldom changes.
func Age(now, t time.Time) string {
	switch {
	case t.IsZero():
		return "never"
	case now.Sub(t) < time.Minute:
		return "just now"
	}
	return coarse(now.Sub(t)) + " ago"
}

// ShortAge is Age for narrow columns: "12m", "3h", "now", and "-" for the zero time.
func ShortAge(now, t time.Time) string {
	switch {
	case t.IsZero():
		return "-"
	case now.Sub(t) < time.Minute:
		return "now"
	}
	return coarse(now.Sub(t))
}

// coarse rounds a duration of at least a minute down to one unit. Days begin at two, to distinguish
// yesterday's times.
func coarse(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dd", d/(24*time.Hour))
}

// Clock returns the time of day of t in now's location, with the date unless it is today's.
func Clock(now, t time.Time) string { return moment(now, t, timeOfDay) }

// ClockSeconds is Clock with the seconds.
func ClockSeconds(now, t time.Time) string { return moment(now, t, withSeconds) }

func moment(now, t time.Time, format string) string {
	t = t.In(now.Location())
	if now.YearDay() == t.YearDay() && now.Year() == t.Year() {
		return t.Format(format)
	}
	return t.Format(time.DateOnly + " " + format)
}

// Took formats how long something took: "1m52s", "40s", "less than a second".
func Took(d time.Duration) string {
	if d < time.Second {
		return "less than a second"
	}
	return d.Round(time.Second).String()
}

// Interval formats a duration without zero parts: "1h", "30m", "1h30m".
func Interval(d time.Duration) string {
	h, m := d/time.Hour, d%time.Hour/time.Minute
	switch {
	case d < time.Minute:
		return d.String()
	case m == 0:
		return fmt.Sprintf("%dh", h)
	case h == 0:
		return fmt.Sprintf("%dm", m)
	}
	return fmt.Sprintf("%dh%dm", h, m)
}
