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
	firstRead   = time.Second
	slowestRead = 30 * time.Second
	secondLook  = 5 * time.Second // between the two whole reads that prove absence
	// readShare limits reading to a fifth of the time: a pause is at least this many reads long.
	readShare = 4
	// maxBarren reads of the latest assets without news lead to a whole read: an asset's date may
	// differ from its import's.
	maxBarren        = 5
	maxReadFailures  = 6 // consecutive failures end a drain, maxFirstFailures one that has not sent yet
	maxFirstFailures = 3
)

// assetRead is a read of the assets. began and took are by the runner's clock: the wall clock may jump
// between a request and the read that looks for it.
type assetRead struct {
	set *conviso.AssetSet
	err error
	// whole reports that the platform's whole list was read, which alone proves absence. A
	// refreshed set is Complete too but relies on the platform's dates.
	whole bool
	// doubted reports that the whole list was read and is not believed, or moved while it was read: it shows what is
	// there, and allows to go on with what was queued by an older one.
	doubted bool
	began   time.Time
	took    time.Duration
}

// readings schedules the reads of the assets: of the latest ones to read items back, of all where
// sending or absence depends on it.
type readings struct {
	busy bool // a read is in flight
	// next is when the next read is due, gap the interval after it.
	next             time.Time
	gap              time.Duration
	ended            time.Time
	cost             time.Duration
	failures, barren int  // consecutive reads: failed, and without news
	refused          bool // the platform cannot filter the latest assets
	strict           bool // an item of a shared name waits, which needs a whole list
	// conclude is the earliest end of a settle time, when a whole list proves absence; zero for none.
	conclude time.Time
	again    bool // a second whole read must confirm an absence
	closing  bool // nothing is to be sent
}

func (r *runner) schedule(requests context.Context, work queue.Work) {
	due, whole, ok := r.nextRead(work)
	now := r.clock()
	if !ok || now.Before(due) {
		return
	}
	r.reads.busy = true
	age := r.oldestWait(now)
	if !r.knownAt.IsZero() {
		age = max(age, now.Sub(r.knownAt))
	}
	since := r.e.now().Add(-age)
	name := work.ToSend > 0
	safego.Go(requests, func() {
		out := assetRead{whole: whole, began: now, err: safego.ErrPanicked}
		_ = safego.Call(requests, func() error { out = r.e.read(requests, r.clock, whole, name, since); return nil })
		r.readCh <- out
	})
}

// read reads all assets or those since a moment; with name also the company's label first.
func (e *Engine) read(ctx context.Context, clock func() time.Time, whole, name bool, since time.Time) assetRead {
	out := assetRead{whole: whole}
	if name {
		out.err = e.nameCompany(ctx)
	}
	out.began = clock()
	switch {
	case out.err != nil:
	case whole:
		out.set, out.err = e.assets.Load(ctx, nil)
		if moved := out.err != nil && out.set.Moved; moved || e.isDoubted(out.set) {
			out.whole, out.doubted = false, true
			if moved {
				out.set, out.err = e.askForUncertain(ctx, out.set), nil
			}
		}
	default:
		out.set, out.err = e.assets.LoadRecent(ctx, since)
	}
	out.took = clock().Sub(out.began)
	return out
}

// nextRead returns when the next read is due and whether of all assets; ok means there is one.
func (r *runner) nextRead(work queue.Work) (due time.Time, whole, ok bool) {
	if r.reads.busy || r.stop != nil || r.blocked() {
		return due, false, false
	}
	now, s := r.clock(), &r.reads
	// Without permission to send, no read is made for it.
	sends := work.ToSend > 0 && !r.e.control.suspended()
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
	// The first read after the last answer takes no request from the sending.
	closing := work.ToSend+work.Sending == 0
	if closing && !s.closing && s.next.After(now.Add(firstRead)) {
		s.next = now.Add(firstRead)
	}
	s.closing = closing
	concluding := !s.conclude.IsZero() && !now.Before(s.conclude)
	return s.next, concluding || s.refused || s.strict || s.barren >= maxBarren, true
}

// overdue reports whether accepted items were waited for long enough: a last whole list decides.
func (r *runner) overdue(now time.Time, work queue.Work) bool {
	return work.Accepted > 0 && work.ToSend+work.Sending+work.Lost == 0 && now.Sub(r.lastAccepted(work)) > queue.LateAfter
}

// readSoon schedules an early read after a send. It never delays one that is due earlier, so steady
// sending cannot postpone reads.
func (r *runner) readSoon() {
	s := &r.reads
	s.gap, s.barren = firstRead, 0
	soon := latest(r.clock().Add(firstRead), s.ended.Add(readShare*s.cost))
	if s.next.IsZero() || s.next.After(soon) {
		s.next = soon
	}
}

// slower doubles the interval.
func (r *runner) slower() {
	s := &r.reads
	s.gap = min(slowestRead, 2*s.gap)
	s.next = r.clock().Add(max(s.gap, readShare*s.cost))
}

// verify settles items by a read and schedules the next one.
func (r *runner) verify(ctx context.Context, out assetRead) error {
	r.reads.cost, r.reads.ended = out.took, r.clock()
	if r.unread(out.err) {
		return nil
	}
	r.reads.failures = 0
	if r.inFlight == 0 && r.breaker.Row+r.unreachable+r.rejected == 0 {
		r.trouble = nil
	}
	if out.whole {
		r.e.mu.Lock()
		r.e.latest, r.e.latestWhole = out.set, true
		r.e.mu.Unlock()
	}
	found, err := r.settle(ctx, out)
	if err != nil {
		return err
	}
	r.lookedAt = out.began
	if out.whole || out.doubted {
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

// unread handles a failed read and reports whether it failed.
func (r *runner) unread(err error) bool {
	if err == nil {
		return false
	}
	if errors.Is(err, conviso.ErrFilterRefused) {
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
