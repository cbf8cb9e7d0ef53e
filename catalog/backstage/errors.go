package backstage

import (
	"errors"
	"fmt"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// Failures that only this client distinguishes. ErrBadAnswer requires a look at the address or
// the server; temporary ones wrap catalog.ErrUnavailable.
var (
	// ErrRateLimited: the catalog limits requests, even after retries.
	ErrRateLimited = fmt.Errorf("%w: requests are limited", catalog.ErrUnavailable)
	// ErrStarting: Backstage has not finished starting.
	ErrStarting = fmt.Errorf("%w: it is still starting", catalog.ErrUnavailable)

	// ErrBadAnswer: no catalog would send this response.
	ErrBadAnswer = errors.New("the answer is not a catalog's")
	// ErrNotBackstage: the address answers, but not as a catalog.
	ErrNotBackstage = fmt.Errorf("%w: no catalog at this address", ErrBadAnswer)
	ErrWebPage      = fmt.Errorf("%w: a web page", ErrBadAnswer)
)

// Error is a failed call. Its message is safe to show and ends with the next step. Match it
// with errors.Is against the errors of this package and of package catalog.
type Error struct {
	Host   string        // the catalog's host
	Status int           // the HTTP status, or 0 without a response
	Wait   time.Duration // the delay that the catalog asked for, or 0
	Reason error         // one of the errors of this package or of package catalog

	sentence string
	cause    error
}

// Error returns the message.
func (e *Error) Error() string { return e.sentence }

// Unwrap returns the reason, its class, and the network's error, if any.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.Reason}
	}
	return []error{e.Reason, e.cause}
}

type offlineError struct{ scope, problem string }

// Error names the catalog and the next step.
func (e *offlineError) Error() string {
	return fmt.Sprintf("the catalog %s is not read while offline, and %s: run once without --offline",
		safetext.Line(e.scope), e.problem)
}

// Unwrap returns catalog.ErrOffline.
func (e *offlineError) Unwrap() error { return catalog.ErrOffline }
