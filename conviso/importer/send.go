package importer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/judge"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

// batch is one request's items.
type batch struct {
	items []Item
	// first: the integration must be found or created first. probe: the breaker is open.
	first, probe bool
	began        time.Time
	lists        judge.Lists // what is known of the assets
}

type sent struct {
	batch

	stopped []Item // items not sent after all, each with what became of it
	result  conviso.ImportResult
	err     error
}

func (r *runner) fill(ctx, requests, disk context.Context, work queue.Work) error {
	for left := work.ToSend; left > 0 && r.maySend(ctx); {
		if due := work.NextSend; due.After(r.e.now()) {
			return nil
		}
		if !r.confirm() {
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
		b := batch{items: items, first: !r.ensured[items[0].Instance], probe: r.breaker.Open, began: r.clock(), lists: r.lists}
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
	room := r.breaker.Capacity(now, sendersInFlight)
	if room > 1 && r.breaker.Row == 0 {
		room = max(room, min(r.e.Flow().Pace.InFlight, mostInFlight))
	}
	if r.unreachable > 0 {
		// One batch probes the connection for all.
		room = min(room, 1)
	}
	return r.inFlight < room
}

// send sends what still goes of one batch, after ensuring the integration for an instance's first one.
func (e *Engine) send(ctx context.Context, b batch) sent {
	out := sent{batch: b}
	var err error
	if out.items, out.stopped, err = e.stillGo(ctx, b); err != nil {
		out.items, out.stopped, out.err = b.items, nil, unsent(err)
		return out
	}
	if len(out.items) == 0 {
		return out
	}
	if b.first {
		if err := e.ensureIntegration(ctx, b.items[0].Instance); err != nil {
			out.err = unsent(err)
			return out
		}
	}
	out.result, out.err = e.platform.Import(ctx, e.identity.Company.ID, projects(out.items))
	return out
}

// unsent wraps an error that came before the import request, unless it is the queue's.
func unsent(err error) error {
	if errors.Is(err, errQueue) {
		return err
	}
	if errors.Is(err, conviso.ErrAuth) || errors.Is(err, catalog.ErrAuth) {
		return &conviso.SendError{Class: conviso.Auth, Err: err}
	}
	return &conviso.SendError{Class: conviso.NotSent, Err: err}
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
