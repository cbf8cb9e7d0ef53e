package importer

import (
	"errors"
	"fmt"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// ErrOffline is returned where the network is needed but --offline was given.
var ErrOffline = errors.New("this needs the network, and --offline was given; run it again without --offline")

// ErrReadOnly is returned for any write in read-only mode.
var ErrReadOnly = errors.New("nothing is sent in read-only mode; run it again without --read-only and with CONVISO_READ_ONLY unset")

// ErrGone is returned for an entity that the catalog does not have any more.
var ErrGone = errors.New("the catalog does not have it any more")

// errQueue marks an error of the queue's file, of which the platform knows nothing.
var errQueue = errors.New("nothing more is sent")

// PlanChangedError reports that a plan is out of date.
type PlanChangedError struct{ Changes []string }

const maxShownChanges = 10

func (e *PlanChangedError) Error() string {
	shown := e.Changes
	rest := ""
	if len(shown) > maxShownChanges {
		rest = fmt.Sprintf("; and %d more changes", len(shown)-maxShownChanges)
		shown = shown[:maxShownChanges]
	}
	return "the plan is out of date: " + strings.Join(shown, "; ") + rest + "; make it again with import --dry-run -o json"
}

// IncompleteError reports that a read broke off, so nothing may be concluded from it.
type IncompleteError struct {
	What string // "the catalog" or "the platform's assets"
	Err  error
}

func (e *IncompleteError) Error() string {
	return fmt.Sprintf("%s could not be read whole: %v", e.What, e.Err)
}

func (e *IncompleteError) Unwrap() error { return e.Err }

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
