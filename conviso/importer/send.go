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

// refetchAfter is the age at which a queued entity is looked up again before it is sent.
const refetchAfter = 10 * time.Minute

// batch is one request's items.
type batch struct {
	items []Item
	// first: the integration must be found or created first. probe: the breaker is open.
	first, probe bool
	began        time.Time
}

type sent struct {
	batch

	gone   []Item // items not sent since their entities left the catalog
	result conviso.ImportResult
	err    error
}

func (r *runner) fill(ctx, requests, disk context.Context, work queue.Work) error {
	for left := work.ToSend; left > 0 && r.maySend(ctx); {
		if due := work.NextSend; due.After(r.e.now()) {
			return nil
		}
		items, err := r.claim(disk)
		if err != nil {
			return fmt.Errorf("nothing more is sent: %w", err)
		}
		if len(items) == 0 {
			return nil
		}
		left -= len(items)
		r.toSend -= len(items)
		// The first batch of an instance creates the integration, so it goes alone.
		b := batch{items: items, first: !r.ensured[items[0].Instance], probe: r.breaker.open, began: r.clock()}
		for i := range items {
			r.sentAt[items[i].ID()], r.e.waited[sendOf(&items[i])] = b.began, b.began
		}
		r.alone = b.first
		r.inFlight++
		safego.Go(requests, func() {
			// A panic leaves open whether the request arrived, like an error without a class.
			out := sent{batch: b, err: safego.ErrPanicked}
			_ = safego.Call(requests, func() error { out = r.e.send(requests, b); return nil })
			r.sentCh <- out
		})
	}
	return nil
}

func (r *runner) maySend(ctx context.Context) bool {
	now := r.clock()
	if r.stop != nil || ctx.Err() != nil || r.e.control.suspended() || r.blocked() || r.alone || !r.knows() || now.Before(r.resume) {
		return false
	}
	room := r.breaker.capacity(now)
	if r.unreachable > 0 {
		// One batch probes the connection for all.
		room = min(room, 1)
	}
	return r.inFlight < room
}

// send sends one batch, after ensuring the integration for an instance's first one.
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
	out.result, out.err = e.platform.Import(ctx, e.identity.Company.ID, projects(out.items))
	return out
}

// unsent wraps an error that came before the import request.
func unsent(err error) error {
	if errors.Is(err, conviso.ErrAuth) || errors.Is(err, catalog.ErrAuth) {
		return &conviso.SendError{Class: conviso.Auth, Err: err}
	}
	return &conviso.SendError{Class: conviso.NotSent, Err: err}
}

// stillThere separates items whose entities have left the catalog, asking only for old items of
// this instance. Items are sent as the user reviewed them, even if the entity changed.
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

// mayBeGone reports whether an item was queued long ago, or in the future.
func (e *Engine) mayBeGone(item *Item, now time.Time) bool {
	age := now.Sub(item.AddedAt)
	return item.Instance == e.identity.InstanceID && (age > refetchAfter || age < 0)
}

// backoff is the wait after a failed connection: full jitter over 250 ms, doubling, at most 20 s.
func backoff(try int) time.Duration {
	ceiling := min(20*time.Second, 250*time.Millisecond<<min(try, 10))
	return rand.N(ceiling) + 1
}

// refusalBackoff is the wait after a refusal without Retry-After: at least half of 2 s doubled with
// each try, at most a minute.
func refusalBackoff(try int) time.Duration {
	ceiling := min(time.Minute, 2*time.Second<<min(try, 10))
	return ceiling/2 + rand.N(ceiling/2)
}
