package session

import (
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/flow"
)

const (
	silentAfter = 10 * time.Second // when to report an outstanding answer
	slowedFor   = 10 * time.Minute // how long after a refusal to report a lower rate
)

// Flow is the state of the sending when it was last polled.
type Flow struct {
	importer.Flow
	unanswered time.Time // when the oldest request under way was sent; zero for none
	news       importer.FlowNews
}

// Look updates the flow and returns what is new. Recoveries are reported only if this process sends.
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

// Forget drops the reported troubles at the end of an import.
func (f *Flow) Forget() { f.news = importer.FlowNews{} }

// Waits reports whether the platform has asked all senders to wait.
func (f *Flow) Waits(now time.Time) bool { return f.Pace.Until.After(now) }

// Slowed reports whether a recent refusal has reduced the rate.
func (f *Flow) Slowed(now time.Time) bool {
	return f.Pace.Slowed() && now.Sub(f.Pace.RefusedAt) < slowedFor
}

// Silent returns since when an answer is unusually late; zero for none.
func (f *Flow) Silent(now time.Time) time.Time {
	if !f.unanswered.IsZero() && now.Sub(f.unanswered) > silentAfter {
		return f.unanswered
	}
	return time.Time{}
}

// FlowWords describe what the sending waits for; empty for nothing.
func FlowWords(now time.Time, of importer.Flow) string {
	switch f := (&Flow{Flow: of}); {
	case f.Waits(now):
		return flow.PaceText(now, f.Pace)
	case f.Trouble.What != "":
		return flow.TroubleText(now, f.Trouble)
	case f.Slowed(now):
		return flow.SlowedText(now, f.Pace)
	}
	return ""
}
