package importer

import (
	"errors"
	"fmt"
	"strings"
)

// ErrOffline is the refusal to plan or send while working from the cache alone.
var ErrOffline = errors.New("this needs the network, and --offline was given; run it again without --offline")

// ErrReadOnly is the refusal to write anything on the platform.
var ErrReadOnly = errors.New("nothing is sent in read-only mode; run it again without --read-only and with CONVISO_READ_ONLY unset")

// ErrGone is met when the catalog does not have an entity any more. Reading the catalog again shows
// what it has.
var ErrGone = errors.New("the catalog does not have it any more")

// PlanChangedError reports that a plan no longer describes what an import would send.
type PlanChangedError struct{ Changes []string }

// maxShownChanges keeps the error readable; the rest is counted.
const maxShownChanges = 10

// Error lists the changes.
func (e *PlanChangedError) Error() string {
	shown := e.Changes
	rest := ""
	if len(shown) > maxShownChanges {
		rest = fmt.Sprintf("; and %d more changes", len(shown)-maxShownChanges)
		shown = shown[:maxShownChanges]
	}
	return "the plan is out of date: " + strings.Join(shown, "; ") + rest + "; make it again with import --dry-run -o json"
}

// IncompleteError reports that a read broke off, so that nothing may be concluded from it.
type IncompleteError struct {
	// What was read: "the catalog" or "the platform's assets".
	What string
	// Err is why it broke off.
	Err error
}

// Error names what was read and why it broke off.
func (e *IncompleteError) Error() string {
	return fmt.Sprintf("%s could not be read whole: %v", e.What, e.Err)
}

// Unwrap returns the cause.
func (e *IncompleteError) Unwrap() error { return e.Err }
