package importer

import (
	"fmt"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/text"
)

// PaceText tells the platform's last refusal and what follows from it, without a full stop.
func PaceText(now time.Time, p conviso.Pace) string {
	words := fmt.Sprintf("429 from Conviso at %s: next try at %s", text.ClockSeconds(now, p.RefusedAt), text.ClockSeconds(now, p.Until))
	if p.Slowed() {
		words += fmt.Sprintf(", slowed to %d requests a minute", RoundedRate(p.PerMinute))
	}
	return words
}

// SlowedText tells that a recent refusal has left less than the whole rate.
func SlowedText(now time.Time, p conviso.Pace) string {
	return fmt.Sprintf("Slowed to %d requests a minute since Conviso answered 429 at %s", RoundedRate(p.PerMinute), text.ClockSeconds(now, p.RefusedAt))
}

// RoundedRate is a rate, in requests a minute, in steps that do not change with every look at it.
func RoundedRate(perMinute int) int {
	switch {
	case perMinute >= 100:
		return perMinute / 50 * 50
	case perMinute >= 20:
		return perMinute / 10 * 10
	}
	return perMinute
}

// TroubleText tells what the drain waits out, since when, when it tries again, and the cause.
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

// worthTelling is how much later the next try must be than the one that was told, to be told
// as well: in a storm of refusals each of them moves it a little.
const worthTelling = 10 * time.Second

// FlowNews finds what is new about how the sending goes, for those who read lines. Its zero value
// has told nothing.
type FlowNews struct {
	until time.Time
	what  string
}

// FlowChange is something new about how the sending goes, without a full stop.
type FlowChange struct {
	Text string
	// Trouble reports that it is something that keeps the sending from getting on.
	Trouble bool
}

// Next returns what has changed since the last call; mostly that is nothing.
func (t *FlowNews) Next(now time.Time, f Flow) []FlowChange {
	var news []FlowChange
	if f.Pace.Until.After(now) && f.Pace.Until.Sub(t.until) >= worthTelling {
		t.until = f.Pace.Until
		news = append(news, FlowChange{PaceText(now, f.Pace), true})
	}
	switch {
	case f.Trouble.What == t.what:
	case f.Trouble.What == "":
		news = append(news, FlowChange{"The sending goes on", false})
	default:
		news = append(news, FlowChange{TroubleText(now, f.Trouble), true})
	}
	t.what = f.Trouble.What
	return news
}
