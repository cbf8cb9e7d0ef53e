package importer

import (
	"errors"
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

const (
	maxLostRow   = 5                // consecutive lost answers open the breaker
	firstPause   = 30 * time.Second // doubles with each lost probe, up to longestPause
	longestPause = 5 * time.Minute
	maxProbes    = 5 // lost probes end the drain
)

// breaker is a circuit breaker: batches without an answer must be read back until the settle time.
// While open, only reads run; then single batches go as probes, and only a clear answer to a probe
// closes it. Times are the runner's clock.
type breaker struct {
	row    int // consecutive lost answers
	open   bool
	until  time.Time // when the next probe may go
	probes int       // probes lost since it opened
}

// capacity is how many batches may be in flight.
func (b *breaker) capacity(now time.Time) int {
	switch {
	case !b.open:
		return sendersInFlight
	case now.Before(b.until):
		return 0
	}
	return 1
}

// answered records a clear answer. One to a batch sent before the breaker opened proves nothing.
func (b *breaker) answered(probe bool) {
	if !b.open || probe {
		*b = breaker{}
	}
}

// lost records a lost answer and reports whether to end the drain.
func (b *breaker) lost(probe bool, now time.Time) (enough bool) {
	b.row++
	switch {
	case b.open && probe:
		b.probes++
		b.until = now.Add(min(longestPause, firstPause<<b.probes))
	case !b.open && b.row >= maxLostRow:
		b.open, b.until = true, now.Add(firstPause)
	}
	return b.probes >= maxProbes
}

// SilentError reports that sending stopped because too many answers were lost.
type SilentError struct {
	Batches int   // how many consecutive batches had no answer
	Err     error // the last failure
}

func (e *SilentError) Error() string {
	return fmt.Sprintf("%d imports in a row stayed without a clear answer, so sending has stopped and the queue keeps the rest; the last: %v", e.Batches, e.Err)
}

// Unwrap adds conviso.ErrUnavailable.
func (e *SilentError) Unwrap() []error { return []error{conviso.ErrUnavailable, e.Err} }

// unreachable wraps an error with conviso.ErrUnavailable where it lacks it.
func unreachable(err error) error {
	if errors.Is(err, conviso.ErrUnavailable) || errors.Is(err, catalog.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", conviso.ErrUnavailable, err)
}
