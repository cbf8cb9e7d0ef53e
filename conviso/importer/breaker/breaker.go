// Package breaker decides how many batches may be in flight when answers are lost. It must not know what a batch is,
// nor how an answer is told from a lost one.
package breaker

import "time"

// The limits and the first pause.
const (
	MaxLost    = 5                // consecutive lost answers open the breaker
	MaxProbes  = 5                // lost probes end the drain
	FirstPause = 30 * time.Second // doubles with each lost probe, up to longestPause

	longestPause = 5 * time.Minute
)

// Breaker is a circuit breaker: batches without an answer must be read back until the settle time.
// While open, only reads run; then single batches go as probes, and only a clear answer to a probe
// closes it. Times are the runner's clock. The zero value is closed.
type Breaker struct {
	Row    int // consecutive lost answers
	Open   bool
	Until  time.Time // when the next probe may go
	probes int       // probes lost since it opened
}

// Capacity is how many batches may be in flight, where most may while it is closed.
func (b *Breaker) Capacity(now time.Time, most int) int {
	switch {
	case !b.Open:
		return most
	case now.Before(b.Until):
		return 0
	}
	return 1
}

// Answered records a clear answer. One to a batch sent before the breaker opened proves nothing.
func (b *Breaker) Answered(probe bool) {
	if !b.Open || probe {
		*b = Breaker{}
	}
}

// Lost records a lost answer and reports whether to end the drain.
func (b *Breaker) Lost(probe bool, now time.Time) (enough bool) {
	b.Row++
	switch {
	case b.Open && probe:
		b.probes++
		b.Until = now.Add(min(longestPause, FirstPause<<b.probes))
	case !b.Open && b.Row >= MaxLost:
		b.Open, b.Until = true, now.Add(FirstPause)
	}
	return b.probes >= MaxProbes
}
