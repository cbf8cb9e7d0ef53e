package importer

import (
	"errors"
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

const (
	// maxLostRow is how many batches in a row may stay without an answer before the breaker
	// opens.
	maxLostRow = 5
	// firstPause is how long it stays open at first; each probe that is lost doubles it, up
	// to longestPause.
	firstPause   = 30 * time.Second
	longestPause = 5 * time.Minute
	// maxProbes is how many probes may be lost before the drain ends.
	maxProbes = 5
)

// breaker keeps batches from a platform that takes them without answering: each of them
// would have to be looked for until the settle time. While it is open nothing is sent and the
// reads go on; then one batch goes as a probe, and only a clear answer to it closes the
// breaker. Times are those of the runner's clock.
type breaker struct {
	// row counts the batches in a row whose answers were lost.
	row int
	// open reports that the breaker is open; until is when the next probe may go.
	open  bool
	until time.Time
	// probes counts the probes that were lost since it opened.
	probes int
}

// room is how many batches may be on their way.
func (b *breaker) room(now time.Time) int {
	switch {
	case !b.open:
		return sendersInFlight
	case now.Before(b.until):
		return 0
	}
	return 1
}

// answered notes a clear answer. One that belongs to a batch sent before the breaker opened
// proves nothing about now.
func (b *breaker) answered(probe bool) {
	if !b.open || probe {
		*b = breaker{}
	}
}

// lost notes a batch without an answer and reports whether there have been enough probes.
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

// SilentError reports that sending has ended because answer after answer was lost.
type SilentError struct {
	// Batches is how many in a row stayed without an answer.
	Batches int
	// Err is the last failure.
	Err error
}

// Error says what happened and what happens to the rest.
func (e *SilentError) Error() string {
	return fmt.Sprintf("%d imports in a row stayed without an answer, so sending has stopped and the queue keeps the rest; the last: %v", e.Batches, e.Err)
}

// Unwrap makes it an unavailable platform, whatever the last failure was.
func (e *SilentError) Unwrap() []error { return []error{conviso.ErrUnavailable, e.Err} }

// unreachable is the error that ends a drain whose requests do not arrive.
func unreachable(err error) error {
	if errors.Is(err, conviso.ErrUnavailable) || errors.Is(err, catalog.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%w: %w", conviso.ErrUnavailable, err)
}
