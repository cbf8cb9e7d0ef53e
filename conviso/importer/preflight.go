package importer

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/home"
	"conviso-importer/internal/safetext"
)

// metaBound is the queue key of the place it may be sent to.
const metaBound = "bound-to"

// BoundElsewhereError reports that a queue belongs to another platform or company.
type BoundElsewhereError struct {
	Queue, Here string // places as by Engine.place, safe to show
}

func (e *BoundElsewhereError) Error() string {
	return fmt.Sprintf("the queue is for %s, and this run is for %s, so nothing was sent; use the settings that it was made with, or set CONVISO_STATE_DIR to another folder", e.Queue, e.Here)
}

// place describes where this engine sends.
func (e *Engine) place() string {
	host := e.identity.PlatformURL
	if u, err := url.Parse(host); err == nil && u.Host != "" {
		host = strings.ToLower(u.Host)
	}
	return fmt.Sprintf("company %s on %s", e.identity.Company.ID, host)
}

// belongs reports whether the queue may be sent from here; free means it was never bound.
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

// bind binds the queue to this place, so that a changed environment cannot send it to another company, and to
// this machine, so that a copy cannot send the same.
func (e *Engine) bind(ctx context.Context) error {
	_, free, err := e.belongs(ctx)
	if err == nil {
		err = e.home.Enter(ctx)
	}
	if err != nil || !free {
		return err
	}
	return e.queue.SetMeta(ctx, metaBound, e.place())
}

// Copied returns a *home.CopiedError for a queue that was copied from another machine: nothing of it is sent.
func (e *Engine) Copied(ctx context.Context) error { return e.home.Check(ctx) }

// Adopt takes a copied queue over, as the user says. The other machine may have sent what waits in it.
func (e *Engine) Adopt(ctx context.Context) error {
	var copied *home.CopiedError
	if err := e.home.Check(ctx); !errors.As(err, &copied) {
		return err
	}
	if e.identity.ReadOnly {
		return ErrReadOnly
	}
	if _, err := e.queue.Doubt(ctx, e.now()); err != nil {
		return err
	}
	return e.home.Adopt(ctx)
}

// nameCompany reads an unknown label, which checks the key early. Other errors are ignored.
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

// adopt uses the read that a plan or refresh has just made, so that an import right after its plan
// does not read twice. It needs the company's label and a whole read: a refreshed set is not enough
// to send by.
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
	_, err := r.settle(ctx, assetRead{set: set, began: began, whole: true})
	r.knownAt, r.lookedAt = began, began
	return err
}

// justRead is the maximum age of a read before the first batch: the time to plan without a review.
const justRead = 2 * time.Second

// knows reports whether the assets are known well enough to send, since other people import too:
// all read within the last minute, the latest ones just now. After a long review that costs one
// small query. Long runs read everything again every minute, see stale.
func (r *runner) knows() bool {
	return !r.knownAt.IsZero() && !r.knownAt.Before(r.busySince.Add(-freshFor)) && !r.lookedAt.Before(r.busySince.Add(-justRead))
}

// stale reports whether the last whole read is too old.
func (r *runner) stale(now time.Time) bool { return now.Sub(r.knownAt) > freshFor }
