package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/internal/safetext"
)

// record writes the outcomes of all batches that have come back, with one wait for the disk.
func (r *runner) record(ctx context.Context, out sent) {
	var all []Item
	for {
		r.inFlight--
		all = append(all, r.decide(out)...)
		select {
		case out = <-r.sentCh:
			continue
		default:
		}
		r.write(ctx, all)
		return
	}
}

// maxError is the most that is kept of what was said about an item, in bytes: an import may have a hundred thousand,
// and all items of a batch may get all sentences of its answer. The program's own sentences with their advice fit.
const maxError = 600

func (r *runner) decide(out sent) []Item {
	if out.first {
		r.alone = false
	}
	for i := range out.stopped {
		out.stopped[i].Attempts--
	}
	if len(out.items) > 0 {
		r.judge(out)
	}
	all := slices.Concat(out.stopped, out.items)
	for i := range all {
		all[i].Error = safetext.Short(all[i].Error, maxError)
		if all[i].Waits() {
			r.toSend++
		}
		if all[i].State == Accepted || all[i].Lost {
			r.doneAt[all[i].ID()] = r.clock()
		} else {
			r.forget(&all[i])
		}
	}
	return all
}

// judge decides the items' new states and how sending goes on.
func (r *runner) judge(out sent) {
	now := r.clock()
	if out.err == nil {
		r.trouble, r.unreachable, r.rejected = nil, 0, 0
		r.breaker.Answered(out.probe)
		r.ensured[out.items[0].Instance] = true
		answered(out)
		r.readSoon()
		return
	}
	if errors.Is(out.err, errQueue) {
		r.requeue(out.items, &conviso.SendError{Class: conviso.NotSent, Err: out.err})
		r.halt(out.err)
		return
	}
	r.trouble = out.err
	var failure *conviso.SendError
	if !errors.As(out.err, &failure) {
		// An error without a class leaves open whether the request arrived.
		failure = &conviso.SendError{Class: conviso.Ambiguous, Err: out.err}
	}
	switch failure.Class {
	case conviso.NotSent:
		if out.began.After(r.failedAt) {
			r.failedAt, r.resume = now, latest(r.resume, now.Add(max(failure.Wait, backoff(r.unreachable))))
			r.unreachable++
		}
		r.requeue(out.items, failure)
		if r.unreachable >= maxUnreachable {
			r.halt(unreachable(out.err))
		}
	case conviso.Rejected:
		// All senders wait: the limit is the company's.
		if r.rejected == 0 {
			r.rejectedAt = now
		}
		if out.began.After(r.failedAt) {
			r.failedAt, r.resume = now, latest(r.resume, now.Add(refusalBackoff(r.rejected)))
			r.rejected++
		}
		r.resume = latest(r.resume, now.Add(failure.Wait))
		r.requeue(out.items, failure)
		if now.Sub(r.rejectedAt) >= maxRejected {
			r.halt(fmt.Errorf("every import was refused for %d minutes, so sending has stopped and the queue keeps the rest; the last: %w",
				int(maxRejected.Minutes()), unreachable(out.err)))
		}
	case conviso.Auth:
		r.requeue(out.items, failure)
		r.halt(out.err)
	case conviso.Permanent:
		r.unreachable, r.rejected = 0, 0
		r.breaker.Answered(out.probe)
		refused(out.items, failure)
	case conviso.Ambiguous:
		r.loseBatch(out, failure)
	default:
		r.loseBatch(out, failure)
	}
}

// requeue returns a batch to the queue that the platform certainly has not processed.
func (r *runner) requeue(items []Item, failure *conviso.SendError) {
	// It is stored and shown, so it is wall clock time.
	notBefore := r.e.now().Add(r.resume.Sub(r.clock()))
	untried := errors.Is(failure, context.Canceled) || errors.Is(failure, errQueue)
	for i := range items {
		item := &items[i]
		item.State, item.Error, item.NotBefore = Retrying, failure.Error(), notBefore
		item.Attempts--
		switch {
		case untried:
			// Nothing is wrong with it or the platform.
			item.State, item.Error, item.NotBefore = Queued, "", time.Time{}
		case failure.Class == conviso.Auth:
			item.State, item.NotBefore = Queued, time.Time{}
		}
	}
}

// refused splits a batch that the platform refused as a whole, until the faulty item is alone.
func refused(items []Item, failure *conviso.SendError) {
	for i := range items {
		if len(items) == 1 {
			items[i].State, items[i].Error = Failed, failure.Error()
			continue
		}
		items[i].State, items[i].Error = Queued, failure.Error()
		items[i].BatchMax = (len(items) + 1) / 2
		items[i].Attempts--
	}
}

// loseBatch marks a batch whose answer leaves open what was done: it is read back until the settle time
// before a resend. Where one of its projects may be the cause, it goes in halves then, which count their
// lost sends anew: nobody shall fail with that project. One that the answer names fails unless it appears.
func (r *runner) loseBatch(out sent, failure *conviso.SendError) {
	about := conviso.Attribute(projects(out.items), failure.Said)
	for i := range out.items {
		item := &out.items[i]
		item.State, item.Lost, item.Error = Retrying, true, failure.Error()
		switch {
		case len(about) == 1 && about[i] != "":
			item.Error = uncertainPrefix + about[i]
		case failure.Split && len(out.items) > 1:
			item.BatchMax, item.Attempts = (len(out.items)+1)/2, 1
		}
	}
	r.rejected, r.resume = 0, latest(r.resume, r.clock().Add(failure.Wait))
	r.readSoon()
	if failure.Own && len(out.items) == 1 && !r.breaker.Open {
		// The platform does answer, and others need not wait for this one.
		return
	}
	if r.breaker.Lost(out.probe, r.clock()) {
		r.halt(&SilentError{Batches: r.breaker.Row, Err: failure})
	}
}

// answered decides the items' states by the platform's answer. It has a count and sentences but no
// ids, so a complaint may mark an item failed but never another one imported; an asset that appears
// later corrects it.
func answered(out sent) {
	complaints := conviso.Attribute(projects(out.items), out.result.Errors)
	whole := out.result.Success && len(out.result.Errors) == 0 && out.result.ImportedCount >= len(out.items)
	nothing := !out.result.Success && out.result.ImportedCount == 0
	for i := range out.items {
		item := &out.items[i]
		item.Error, item.Lost = "", false
		switch {
		case whole:
			item.State = Accepted
		case complaints[i] != "":
			item.State, item.Error = Failed, complaints[i]
		case nothing:
			item.State, item.Error = Failed, verdict(out)
		case len(complaints) > 0 && len(complaints) == len(out.items)-out.result.ImportedCount:
			// Every rejected item is named, so the others were accepted.
			item.State = Accepted
		default:
			item.State, item.Error = Accepted, uncertainPrefix+verdict(out)
		}
	}
}

// uncertainPrefix is the prefix of the error of an item that fails unless it appears by the settle time:
// one that the answer leaves uncertain or names.
const uncertainPrefix = "perhaps not taken: "

// uncertain reports whether it is open that an item was taken, so that not to appear by the settle time decides it.
func uncertain(item *Item) bool {
	return item.Lost || item.State == Accepted && strings.HasPrefix(item.Error, uncertainPrefix)
}

// verdict formats the platform's answer in one line.
func verdict(out sent) string {
	said := strings.Join(out.result.Errors, "; ")
	if said == "" {
		said = "no reason given"
	}
	return fmt.Sprintf("the platform took %d of %d: %s", max(0, out.result.ImportedCount), len(out.items), said)
}

func projects(items []Item) []conviso.Project {
	all := make([]conviso.Project, len(items))
	for i := range items {
		all[i] = items[i].Project
	}
	return all
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
