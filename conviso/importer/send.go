package importer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

// refetchAfter is the age at which a queued item's entity is asked for once more before it is
// sent.
const refetchAfter = 10 * time.Minute

// batch is what one request carries.
type batch struct {
	items []Item
	// first reports that the integration has to be found or made before it; probe that the
	// breaker is open and waits for its answer.
	first, probe bool
	// began is when it was claimed by the runner's clock.
	began time.Time
}

// sent is the outcome of one batch.
type sent struct {
	batch

	// gone are items of the batch that were not sent since the catalog has their entities no
	// more.
	gone   []Item
	result conviso.ImportResult
	err    error
}

// fill starts batches while there are free senders and due items.
func (r *runner) fill(ctx, requests, disk context.Context, work queue.Work) error {
	for left := work.ToSend; left > 0 && r.maySend(ctx); {
		if due := work.NextSend; due.After(r.e.now()) {
			return nil
		}
		items, err := r.e.queue.Claim(disk, BatchSize, r.e.now())
		if err != nil {
			return fmt.Errorf("nothing more is sent: %w", err)
		}
		if len(items) == 0 {
			return nil
		}
		left -= len(items)
		r.toSend -= len(items)
		// The first batch of an instance makes the integration, so that no other goes
		// beside it.
		b := batch{items: items, first: !r.ensured[items[0].Instance], probe: r.breaker.open, began: r.clock()}
		for i := range items {
			r.sentAt[items[i].ID()] = b.began
		}
		r.alone = b.first
		r.inFlight++
		safego.Go(requests, func() {
			// Breaking off says nothing of the request's fate, as an error without a class.
			out := sent{batch: b, err: safego.ErrPanicked}
			_ = safego.Call(requests, func() error { out = r.e.send(requests, b); return nil })
			r.sentCh <- out
		})
	}
	return nil
}

// maySend reports whether another batch may go now.
func (r *runner) maySend(ctx context.Context) bool {
	now := r.clock()
	if r.stop != nil || ctx.Err() != nil || r.e.control.holds() || r.blocked() || r.alone || !r.knows() || now.Before(r.resume) {
		return false
	}
	room := r.breaker.room(now)
	if r.unreachable > 0 {
		// One finds out for all whether the platform can be reached again.
		room = min(room, 1)
	}
	return r.inFlight < room
}

// send carries one batch to the platform, where it is an instance's first one after the
// integration that it belongs to.
func (e *Engine) send(ctx context.Context, b batch) sent {
	out := sent{batch: b}
	if b.first {
		if err := e.ensureIntegration(ctx, b.items[0].Instance); err != nil {
			out.err = unsent(err)
			return out
		}
	}
	var err error
	if out.items, out.gone, err = e.stillThere(ctx, b.items); err != nil {
		out.items, out.gone, out.err = b.items, nil, unsent(err)
		return out
	}
	if len(out.items) == 0 {
		return out
	}
	projects := make([]conviso.Project, len(out.items))
	for i := range out.items {
		projects[i] = out.items[i].Project
	}
	out.result, out.err = e.platform.Import(ctx, e.identity.Company.ID, projects)
	return out
}

// unsent is the failure of a request that came before the import itself.
func unsent(err error) error {
	if errors.Is(err, conviso.ErrAuth) || errors.Is(err, catalog.ErrAuth) {
		return &conviso.SendError{Class: conviso.Auth, Err: err}
	}
	return &conviso.SendError{Class: conviso.NotSent, Err: err}
}

// stillThere parts items that were queued long ago from those whose entities the catalog has
// no more. What the user reviewed and confirmed is what is sent: an entity that has changed
// since goes as it was then. Other catalogs' items cannot be asked about from here.
func (e *Engine) stillThere(ctx context.Context, items []Item) (there, gone []Item, err error) {
	now := e.now()
	var old []catalog.Ref
	for i := range items {
		if e.mayBeGone(&items[i], now) {
			old = append(old, items[i].Ref)
		}
	}
	if len(old) == 0 {
		return items, nil, nil
	}
	details, err := e.catalog.Details(ctx, old)
	if err != nil {
		return nil, nil, fmt.Errorf("entities that were queued over %d minutes ago are looked up again before they are sent: %w", int(refetchAfter.Minutes()), err)
	}
	for i := range items {
		if _, found := details[items[i].Ref]; found || !e.mayBeGone(&items[i], now) {
			there = append(there, items[i])
		} else {
			gone = append(gone, items[i])
		}
	}
	return there, gone, nil
}

// mayBeGone reports whether an item was queued long ago, or at a time that tells nothing since it
// has not come yet.
func (e *Engine) mayBeGone(item *Item, now time.Time) bool {
	age := now.Sub(item.AddedAt)
	return item.Instance == e.identity.InstanceID && (age > refetchAfter || age < 0)
}

// backoff is the time before a request that did not arrive is tried again: full jitter over
// a quarter of a second, doubled with each try, at most 20 seconds.
func backoff(try int) time.Duration {
	ceiling := min(20*time.Second, 250*time.Millisecond<<min(try, 10))
	return rand.N(ceiling) + 1
}

// politeness is the time before a refused request is tried again where the platform names
// none: at least half of two seconds doubled with each try, at most a minute.
func politeness(try int) time.Duration {
	ceiling := min(time.Minute, 2*time.Second<<min(try, 10))
	return ceiling/2 + rand.N(ceiling/2)
}
