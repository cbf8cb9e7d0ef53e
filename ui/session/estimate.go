package session

import (
	"time"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

const (
	measured      = time.Minute     // the span of the rate, or longer if nothing changed at its start
	leastMeasured = 5 * time.Second // a shorter span gives no estimate
)

type sample struct {
	at      time.Time
	settled int
}

// estimate extrapolates the rate of the last minute.
type estimate struct {
	samples []sample
	left    time.Duration // zero if unknown
}

// Measure samples how many items are settled.
func (j *Job) Measure(now time.Time) {
	pending := j.States().Pending()
	if !j.Running() || pending == 0 {
		j.estimate = estimate{}
		return
	}
	e := &j.estimate
	settled := j.Len() - pending
	if n := len(e.samples); n == 0 || e.samples[n-1].settled != settled {
		e.samples = append(e.samples, sample{now, settled})
	}
	for len(e.samples) > 1 && now.Sub(e.samples[1].at) >= measured {
		e.samples = e.samples[1:]
	}
	first := e.samples[0]
	span, done := now.Sub(first.at), settled-first.settled
	e.left = 0
	if span >= leastMeasured && done > 0 {
		e.left = time.Duration(float64(span) / float64(done) * float64(pending))
	}
}

// words rounds the time left, more coarsely the longer it is.
func (e *estimate) words() string {
	step := time.Minute
	switch {
	case e.left <= 0:
		return ""
	case e.left < time.Minute:
		step = 5 * time.Second
	case e.left < 10*time.Minute:
		step = 10 * time.Second
	case e.left > 24*time.Hour:
		return "over a day left"
	}
	left := (e.left + step - 1).Truncate(step)
	if left >= time.Hour {
		return "~" + text.Interval(left) + " left"
	}
	return "~" + left.String() + " left"
}

// ForgetRate drops the samples because the rate is about to change.
func (j *Job) ForgetRate() { j.estimate = estimate{} }

// TimeLeft returns the time left in words; empty if unknown.
func (j *Job) TimeLeft(now time.Time, f *Flow) string {
	working := j.Sends || j.Runner != ""
	if !working || f.Paused || f.Stopping || f.Trouble.What != "" || f.Waits(now) || j.States()[importer.Failed] == j.Len() {
		return ""
	}
	return j.estimate.words()
}
