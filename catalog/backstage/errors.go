package backstage

import (
	"errors"
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// The failures that only a client of Backstage can tell apart. ErrBadAnswer needs somebody to
// look at the address or the server; what passes with time wraps catalog.ErrUnavailable.
var (
	// ErrRateLimited is met when the catalog still limits requests after the retries.
	ErrRateLimited = fmt.Errorf("%w: requests are limited", catalog.ErrUnavailable)
	// ErrStarting is met when the Backstage is up but has not finished starting.
	ErrStarting = fmt.Errorf("%w: it is still starting", catalog.ErrUnavailable)

	// ErrBadAnswer is met when an answer came that no catalog would give.
	ErrBadAnswer = errors.New("the answer is not a catalog's")
	// ErrNotBackstage is met when the address answers, but not as a catalog.
	ErrNotBackstage = fmt.Errorf("%w: no catalog at this address", ErrBadAnswer)
	// ErrWebPage is met when a web page came instead of data.
	ErrWebPage = fmt.Errorf("%w: a web page", ErrBadAnswer)
)

// Error is a call to the catalog that failed, described in one safe sentence that ends with
// the next step. Match it with errors.Is against the sentinels of this package and of package
// catalog.
type Error struct {
	// Host is the configured catalog's host.
	Host string
	// Status is the HTTP status, or 0 where no answer came.
	Status int
	// Wait is how long the catalog asked to wait; 0 where it did not say.
	Wait time.Duration
	// Reason is one of the sentinels.
	Reason error

	sentence string
	cause    error
}

// Error returns the sentence.
func (e *Error) Error() string { return e.sentence }

// Unwrap leads to the reason, its class, and what the network reported, if anything.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Reason}
	}
	return []error{e.Reason, e.cause}
}

// offlineError is catalog.ErrOffline with the catalog's name and what to do.
type offlineError struct{ scope, problem string }

// Error names the catalog and what to do.
func (e *offlineError) Error() string {
	return fmt.Sprintf("the catalog %s is not read while offline, and %s: run once without --offline",
		safetext.Line(e.scope), e.problem)
}

// Unwrap leads to the sentinel.
func (e *offlineError) Unwrap() error { return catalog.ErrOffline }
