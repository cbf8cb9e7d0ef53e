package ui

import (
	"fmt"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// paceWords are the platform's last refusal and what follows from it.
func paceWords(now time.Time, p conviso.Pace) string {
	text := fmt.Sprintf("429 from Conviso at %s: next try at %s", exactly(now, p.RefusedAt), exactly(now, p.Until))
	if p.Slowed() {
		text += fmt.Sprintf(", slowed to %d requests a minute", rounded(p.PerMinute))
	}
	return text
}

// slowedWords say that a refusal of late has left less than the whole rate.
func slowedWords(now time.Time, p conviso.Pace) string {
	return fmt.Sprintf("Slowed to %d requests a minute since Conviso answered 429 at %s", rounded(p.PerMinute), exactly(now, p.RefusedAt))
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
	text := t.What
	if !t.Since.IsZero() {
		text += " since " + exactly(now, t.Since)
	}
	if t.Next.After(now) {
		text += ", tried again at " + exactly(now, t.Next)
	}
	if t.Cause != "" {
		text += ": " + t.Cause
	}
	return text
}

// exactly is a time of day with its seconds, and with the date where it is not today's.
func exactly(now, t time.Time) string {
	t = t.In(now.Location())
	if now.YearDay() == t.YearDay() && now.Year() == t.Year() {
		return t.Format("15:04:05")
	}
	return t.Format("2006-01-02 15:04:05")
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
