package importer

import (
	"context"
	"errors"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

const (
	// firstRead and slowestRead bound the time between two reads of the assets.
	firstRead   = time.Second
	slowestRead = 30 * time.Second
	// secondLook lies between the two complete reads that conclude that something is absent.
	secondLook = 5 * time.Second
	// readShare bounds reading to a fifth of the time: after a read comes a pause of at
	// least so many times its length.
	readShare = 4
	// maxBarren is how many reads of the latest assets may show nothing new before all of
	// them are read: an asset may be dated otherwise than by its import.
	maxBarren = 5
	// maxReadFailures in a row end a drain, and maxFirstFailures one that waits for them to
	// send anything.
	maxReadFailures  = 6
	maxFirstFailures = 3
)

// read is the outcome of one read of the assets.
type read struct {
	set *conviso.AssetSet
	err error
	// whole reports that all assets were asked for, not only the latest.
	whole bool
	// began and took are by the runner's clock.
	began time.Time
	took  time.Duration
}

// readings plans the reads of the assets: those that look for what was sent, the latest
// assets alone while that is enough, and those of all assets that sending rests on.
type readings struct {
	// busy reports that a read is under way.
	busy bool
	// next is when the assets are read next, gap the time to the read after that.
	next time.Time
	gap  time.Duration
	// ended and cost are those of the last read.
	ended time.Time
	cost  time.Duration
	// failures and barren count reads in a row: that failed, and that showed nothing new.
	failures, barren int
	// refused reports that the platform does not give the latest assets alone.
	refused bool
	// strict reports that an item waits whose name is shared: which asset is its own, only the
	// whole list tells.
	strict bool
	// conclude is when the settle time of the first item ends whose absence would then mean
	// something; only a whole list shows absence. Zero for none.
	conclude time.Time
	// again reports that a whole list did not show such an item and that a second look decides.
	again bool
}

// schedule starts a read of the assets when one is due.
func (r *runner) schedule(requests context.Context, work queue.Work) {
	due, whole, ok := r.nextRead(work)
	now := r.clock()
	if !ok || now.Before(due) {
		return
	}
	r.reads.busy = true
	age := r.oldestWait(now)
	if !r.knownAt.IsZero() {
		// What others have made since the whole list was read is of interest as well.
		age = max(age, now.Sub(r.knownAt))
	}
	since := r.e.now().Add(-age)
	name := work.ToSend > 0
	safego.Go(requests, func() {
		out := read{whole: whole, began: now, err: safego.ErrPanicked}
		_ = safego.Call(requests, func() error { out = r.e.read(requests, r.clock, whole, name, since); return nil })
		r.readCh <- out
	})
}

// read reads the assets, all of them or those since a moment, and first the company's name
// where that is to be known.
func (e *Engine) read(ctx context.Context, clock func() time.Time, whole, name bool, since time.Time) read {
	out := read{whole: whole}
	if name {
		out.err = e.nameCompany(ctx)
	}
	out.began = clock()
	switch {
	case out.err != nil:
	case whole:
		out.set, out.err = e.assets.Load(ctx, nil)
	default:
		out.set, out.err = e.assets.LoadRecent(ctx, since)
	}
	out.took = clock().Sub(out.began)
	return out
}

// nextRead says when the assets are read next and whether all of them; not ok means not
// before something else happens.
func (r *runner) nextRead(work queue.Work) (due time.Time, whole, ok bool) {
	if r.reads.busy || r.stop != nil || r.blocked() {
		return due, false, false
	}
	now, s := r.clock(), &r.reads
	// While nothing may be sent, no read is made for its sake.
	sends := work.ToSend > 0 && !r.e.control.holds()
	pause := s.ended.Add(readShare * s.cost)
	whole = r.overdue(now, work) || sends && r.stale(now)
	if whole || sends && !r.knows() {
		if s.failures > 0 {
			pause = latest(pause, s.next)
		}
		return pause, whole || s.refused, true
	}
	if work.Lost+work.Accepted == 0 {
		return due, false, false
	}
	if s.next.IsZero() {
		s.next = latest(pause, now.Add(s.gap))
	}
	concluding := !s.conclude.IsZero() && !now.Before(s.conclude)
	return s.next, concluding || s.refused || s.strict || s.barren >= maxBarren, true
}

// overdue reports whether accepted items have been waited for long enough, so that one last
// whole list decides what is said of them.
func (r *runner) overdue(now time.Time, work queue.Work) bool {
	return work.Accepted > 0 && work.ToSend+work.Sending+work.Lost == 0 && now.Sub(r.lastAccepted(work)) > queue.LateAfter
}

// readSoon makes the next read of the assets an early one: something was just sent. A read
// that is due earlier stays, so that steady sending does not put it off.
func (r *runner) readSoon() {
	s := &r.reads
	s.gap, s.barren = firstRead, 0
	soon := latest(r.clock().Add(firstRead), s.ended.Add(readShare*s.cost))
	if s.next.IsZero() || s.next.After(soon) {
		s.next = soon
	}
}

// slower doubles the time to the next read.
func (r *runner) slower() {
	s := &r.reads
	s.gap = min(slowestRead, 2*s.gap)
	s.next = r.clock().Add(max(s.gap, readShare*s.cost))
}

// verify looks for the items in what was read and plans the next read.
func (r *runner) verify(ctx context.Context, out read) error {
	r.reads.cost, r.reads.ended = out.took, r.clock()
	if r.unread(out.err) {
		return nil
	}
	r.reads.failures = 0
	if r.inFlight == 0 && r.breaker.row+r.unreachable+r.rejected == 0 {
		r.trouble = nil
	}
	if out.whole {
		r.e.mu.Lock()
		r.e.latest, r.e.latestWhole = out.set, true
		r.e.mu.Unlock()
	}
	found, err := r.settle(ctx, look{set: out.set, began: out.began, whole: out.whole})
	if err != nil {
		return err
	}
	r.lookedAt = out.began
	if out.whole {
		r.knownAt = out.began
	}
	switch {
	case found > 0:
		r.reads.next = time.Time{}
		r.readSoon()
	default:
		r.slower()
		if r.reads.barren++; out.whole {
			r.reads.barren = 0
		}
	}
	if r.reads.again {
		r.reads.gap = secondLook
		r.reads.next = r.clock().Add(max(secondLook, readShare*r.reads.cost))
	}
	return nil
}

// unread reports whether a read failed, and deals with that.
func (r *runner) unread(err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, conviso.ErrFilterRefused) {
		// The whole list is still to be had.
		r.reads.refused, r.reads.next = true, time.Time{}
		return true
	}
	r.trouble = err
	r.reads.failures++
	enough := maxReadFailures
	if !r.knows() {
		enough = maxFirstFailures
	}
	switch {
	case errors.Is(err, conviso.ErrAuth):
		r.halt(err)
	case r.reads.failures >= enough:
		r.halt(unreachable(err))
	}
	r.slower()
	return true
}
