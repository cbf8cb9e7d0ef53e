package session

import (
	"time"

	"conviso-importer/conviso/importer"
)

const (
	// silentAfter is how long an answer may take before it is worth saying that it is waited for.
	silentAfter = 10 * time.Second
	// slowedFor is how long after a refusal a lower rate is worth a word.
	slowedFor = 10 * time.Minute
)

// Flow is how the sending goes, as last looked at.
type Flow struct {
	importer.Flow
	// unanswered is when the oldest request went that is on its way; zero for none.
	unanswered time.Time
	news       importer.FlowNews
}

// Look takes over how the sending goes and returns what is worth telling about it. That it goes on
// is told only where this process sends: otherwise the trouble has ended with the import.
func (f *Flow) Look(now time.Time, flow importer.Flow, j *Job) []importer.FlowChange {
	f.Flow, f.unanswered = flow, j.Unanswered()
	var news []importer.FlowChange
	for _, n := range f.news.Next(now, flow) {
		if n.Trouble || j.Sends {
			news = append(news, n)
		}
	}
	return news
}

// Forget ends what was told, since the import ended that it was about.
func (f *Flow) Forget() { f.news = importer.FlowNews{} }

// Waits reports whether everybody waits for the platform to take requests again.
func (f *Flow) Waits(now time.Time) bool { return f.Pace.Until.After(now) }

// Slowed reports whether a recent refusal has left less than the whole rate.
func (f *Flow) Slowed(now time.Time) bool {
	return f.Pace.Slowed() && now.Sub(f.Pace.RefusedAt) < slowedFor
}

// Silent returns since when an answer is outstanding that takes unusually long; zero for none.
func (f *Flow) Silent(now time.Time) time.Time {
	if !f.unanswered.IsZero() && now.Sub(f.unanswered) > silentAfter {
		return f.unanswered
	}
	return time.Time{}
}

// FlowWords tell what the sending waits for; they are empty where it waits for nothing.
func FlowWords(now time.Time, flow importer.Flow) string {
	switch f := (&Flow{Flow: flow}); {
	case f.Waits(now):
		return importer.PaceText(now, f.Pace)
	case f.Trouble.What != "":
		return importer.TroubleText(now, f.Trouble)
	case f.Slowed(now):
		return importer.SlowedText(now, f.Pace)
	}
	return ""
}
