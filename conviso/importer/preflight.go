package importer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// metaBound is the key under which a queue remembers where it may be sent.
const metaBound = "bound-to"

// BoundElsewhereError reports that a queue belongs to another platform or company than the one
// that is configured.
type BoundElsewhereError struct {
	// Queue and Here are places as Engine.place words them, safe to show.
	Queue, Here string
}

// Error names both places and the next step.
func (e *BoundElsewhereError) Error() string {
	return fmt.Sprintf("the queue is for %s, and this run is for %s, so nothing was sent; use the settings that it was made with, or set CONVISO_STATE_DIR to another folder", e.Queue, e.Here)
}

// place says where this engine sends.
func (e *Engine) place() string {
	host := e.identity.PlatformURL
	if u, err := url.Parse(host); err == nil && u.Host != "" {
		host = strings.ToLower(u.Host)
	}
	return fmt.Sprintf("company %s on %s", e.identity.Company.ID, host)
}

// belongs reports whether the queue may be sent from here; one that was never sent is free.
func (e *Engine) belongs(ctx context.Context) (ok, free bool, err error) {
	bound, err := e.queue.Meta(ctx, metaBound)
	if err != nil {
		return false, false, err
	}
	if bound == "" || bound == e.place() {
		return true, bound == "", nil
	}
	return false, false, &BoundElsewhereError{Queue: safetext.Line(bound), Here: safetext.Line(e.place())}
}

// bind ties the queue to where this engine sends, so that a changed environment cannot empty
// it into another company.
func (e *Engine) bind(ctx context.Context) error {
	_, free, err := e.belongs(ctx)
	if err != nil || !free {
		return err
	}
	return e.queue.SetMeta(ctx, metaBound, e.place())
}

// nameCompany asks for the company's label where it is not known, and so finds out early
// whether the key is let in. A label that cannot be had for another reason is done without.
func (e *Engine) nameCompany(ctx context.Context) error {
	if e.Identity().Company.Label != "" {
		return nil
	}
	company, err := e.platform.Company(ctx, e.identity.Company.ID)
	if err != nil {
		if errors.Is(err, conviso.ErrAuth) {
			return err
		}
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.identity.Company.Label = company.Label
	return nil
}

// adopt takes over a read that a plan or a refresh has just made, so that an import that
// follows its plan at once asks nothing twice. A company without a name has not been looked
// at yet. A set that was only brought up to date is not taken over: what is sent rests on
// the list itself.
func (r *runner) adopt(ctx context.Context) error {
	r.e.mu.Lock()
	set, whole := r.e.latest, r.e.latestWhole
	named := r.e.identity.Company.Label != ""
	r.e.mu.Unlock()
	if set == nil || !set.Complete || !whole || !named {
		return nil
	}
	age := r.e.now().Sub(set.ReadAt)
	began := r.clock().Add(-age)
	if age < 0 || age > freshFor || !began.After(r.knownAt) {
		return nil
	}
	_, err := r.settle(ctx, look{set: set, began: began, whole: true})
	r.knownAt, r.lookedAt = began, began
	return err
}

// justRead is how old a read may be right before the first batch: as long as a plan takes that
// is sent without a review.
const justRead = 2 * time.Second

// knows reports whether enough is known of the assets for sending to begin, since other people
// import too: all of them were read within the last minute, and the latest ones just now. A
// review that was looked at for a while costs one small query that way. During a long run
// everything is read again every minute beside the sending, see stale.
func (r *runner) knows() bool {
	return !r.knownAt.IsZero() && !r.knownAt.Before(r.busySince.Add(-freshFor)) && !r.lookedAt.Before(r.busySince.Add(-justRead))
}

// stale reports whether the whole list was read too long ago for what is still to be sent.
func (r *runner) stale(now time.Time) bool { return now.Sub(r.knownAt) > freshFor }
