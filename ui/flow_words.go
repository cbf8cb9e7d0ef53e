package ui

import (
	"fmt"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// paceWords are the platform's last refusal and what follows from it.
func paceWords(now time.Time, p conviso.Pace) string {
	text := fmt.Sprintf("429 from Conviso at %s: next try at %s", text.ClockSeconds(now, p.RefusedAt), text.ClockSeconds(now, p.Until))
	if p.Slowed() {
		text += fmt.Sprintf(", slowed to %d requests a minute", rounded(p.PerMinute))
	}
	return text
}

// slowedWords say that a refusal of late has left less than the whole rate.
func slowedWords(now time.Time, p conviso.Pace) string {
	return fmt.Sprintf("Slowed to %d requests a minute since Conviso answered 429 at %s", rounded(p.PerMinute), text.ClockSeconds(now, p.RefusedAt))
}

// rounded is a rate in steps that do not change with every look at it.
func rounded(perMinute int) int {
	switch {
	case perMinute >= 100:
		return perMinute / 50 * 50
	case perMinute >= 20:
		return perMinute / 10 * 10
	}
	return perMinute
}

// troubleWords are what the drain waits out, since when, and when it tries again.
func troubleWords(now time.Time, t importer.Trouble) string {
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

// FlowTeller tells, to somebody who reads lines, what is new about how the sending goes. Its
// zero value has told nothing.
type FlowTeller struct {
	until time.Time
	what  string
}

// News are sentences on what has changed since the last call; mostly there are none.
func (t *FlowTeller) News(now time.Time, f importer.Flow) []string {
	var news []string
	if f.Pace.Until.After(now) && f.Pace.Until.Sub(t.until) >= worthTelling {
		t.until = f.Pace.Until
		news = append(news, paceWords(now, f.Pace))
	}
	switch {
	case f.Trouble.What == t.what:
	case f.Trouble.What == "":
		news = append(news, "The sending goes on")
	default:
		news = append(news, troubleWords(now, f.Trouble))
	}
	t.what = f.Trouble.What
	return news
}
