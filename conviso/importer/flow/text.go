package flow

import (
	"fmt"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/text"
)

// PaceText describes the last 429 and the next try, without a full stop.
func PaceText(now time.Time, p conviso.Pace) string {
	words := fmt.Sprintf("429 from Conviso at %s: next try at %s", text.ClockSeconds(now, p.RefusedAt), text.ClockSeconds(now, p.Until))
	if p.Slowed() {
		words += fmt.Sprintf(", slowed to %d requests a minute", RoundedRate(p.PerMinute))
	}
	return words
}

// SlowedText reports a reduced rate after a 429.
func SlowedText(now time.Time, p conviso.Pace) string {
	return fmt.Sprintf("Slowed to %d requests a minute since Conviso answered 429 at %s", RoundedRate(p.PerMinute), text.ClockSeconds(now, p.RefusedAt))
}

// RoundedRate rounds a rate in requests a minute, so that it does not flicker on screen.
func RoundedRate(perMinute int) int {
	switch {
	case perMinute >= 100:
		return perMinute / 50 * 50
	case perMinute >= 20:
		return perMinute / 10 * 10
	}
	return perMinute
}

// TroubleText describes a trouble: what, since when, next try, cause.
func TroubleText(now time.Time, t Trouble) string {
	words := t.What
	if !t.Since.IsZero() {
		words += " since " + text.ClockSeconds(now, t.Since)
	}
	if t.Next.After(now) {
		words += ", tried again at " + text.ClockSeconds(now, t.Next)
	}
	if t.Cause != "" {
		words += ": " + t.Cause
	}
	return words
}

// minNextChange is the smallest reported change of the next try: each 429 moves it a little.
const minNextChange = 10 * time.Second

// News finds changes of the flow, for line output. The zero value has reported nothing.
type News struct {
	until time.Time
	what  string
}

// Change is one change, without a full stop.
type Change struct {
	Text    string
	Trouble bool // it stops the sending
}

// Next returns what changed since the last call.
func (t *News) Next(now time.Time, f Flow) []Change {
	var changes []Change
	if f.Pace.Until.After(now) && f.Pace.Until.Sub(t.until) >= minNextChange {
		t.until = f.Pace.Until
		changes = append(changes, Change{PaceText(now, f.Pace), true})
	}
	switch {
	case f.Trouble.What == t.what:
	case f.Trouble.What == "":
		changes = append(changes, Change{"The sending goes on", false})
	default:
		changes = append(changes, Change{TroubleText(now, f.Trouble), true})
	}
	t.what = f.Trouble.What
	return changes
}
