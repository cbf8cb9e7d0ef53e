package importer

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"conviso-importer/conviso"
)

// record writes down what became of a batch.
func (r *runner) record(ctx context.Context, out sent) error {
	now := r.e.now()
	r.probing = false
	if out.err == nil {
		r.trouble, r.unreachable, r.rejected, r.lost = nil, 0, 0, 0
		r.ensured[out.items[0].Instance] = true
		r.answered(out)
		r.readSoon(now)
		return r.e.queue.Record(ctx, out.items)
	}
	r.trouble = out.err
	var failure *conviso.SendError
	if !errors.As(out.err, &failure) {
		// An error without a class says nothing of the request's fate.
		failure = &conviso.SendError{Class: conviso.Ambiguous, Err: out.err}
	}
	switch failure.Class {
	case conviso.NotSent:
		r.unreachable++
		r.again(out.items, failure, now.Add(max(failure.Wait, backoff(r.unreachable))))
		if r.unreachable >= maxUnreachable {
			r.stop = out.err
		}
	case conviso.Rejected:
		// All senders wait together: the limit is the company's, not the batch's.
		r.resume = now.Add(max(failure.Wait, politeness(r.rejected)))
		r.rejected++
		r.again(out.items, failure, r.resume)
	case conviso.Auth:
		r.again(out.items, failure, time.Time{})
		r.stop = out.err
	case conviso.Permanent:
		refused(out.items, failure)
	case conviso.Ambiguous:
		r.loseBatch(out.items, failure, now)
	default:
		r.loseBatch(out.items, failure, now)
	}
	return r.e.queue.Record(ctx, out.items)
}

// again puts a batch back that the platform has certainly not worked on.
func (r *runner) again(items []Item, failure *conviso.SendError, notBefore time.Time) {
	for i := range items {
		items[i].State, items[i].Error, items[i].NotBefore = Retrying, failure.Error(), notBefore
		items[i].Attempts--
		if failure.Class == conviso.Auth {
			items[i].State = Queued
		}
	}
}

// refused deals with a batch that the platform refuses as a whole: it is split until the
// item at fault stands alone.
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

// loseBatch marks a batch whose fate is unknown: nothing of it is sent before the assets
// have been read until the settle time.
func (r *runner) loseBatch(items []Item, failure *conviso.SendError, now time.Time) {
	for i := range items {
		items[i].State, items[i].Lost, items[i].Error = Retrying, true, failure.Error()
	}
	if r.lost++; r.lost >= maxLostBatches {
		r.resume, r.lost = now.Add(lostPause), 0
	}
	r.readSoon(now)
}

// answered judges the items of a batch that the platform answered. Its answer counts and
// complains in sentences but never names what went in, so a complaint only ever marks an
// item failed, never another one imported; and an asset that appears all the same corrects
// it.
func (r *runner) answered(out sent) {
	complaints := attribute(out.items, out.result.Errors)
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
			// Every item that is missing from the count is named, so the others are in it.
			item.State = Accepted
		default:
			item.State, item.Error = Accepted, doubt+verdict(out)
		}
	}
}

// doubt begins the note of an accepted item of which the platform's answer leaves open
// whether it was taken; such an item fails when it has not appeared by the settle time.
const doubt = "perhaps not taken: "

// verdict is the platform's answer to a batch in one line.
func verdict(out sent) string {
	said := strings.Join(out.result.Errors, "; ")
	if said == "" {
		said = "no reason given"
	}
	return fmt.Sprintf("the platform took %d of %d: %s", max(0, out.result.ImportedCount), len(out.items), said)
}

// attribute finds the item that each sentence is about: the one whose id or name it names,
// as a whole word, and no other's. The result maps indexes of items to sentences.
func attribute(items []Item, sentences []string) map[int]string {
	about := map[int]string{}
	for _, sentence := range sentences {
		found := -1
		for i := range items {
			if !names(sentence, items[i].Project.ID) && !names(sentence, items[i].Project.Name) {
				continue
			}
			if found >= 0 && len(items[i].Project.Name) == len(items[found].Project.Name) {
				found = -1
				break
			}
			// "payment-gateway-v2: refused" names payment-gateway as well; the longer wins.
			if found < 0 || len(items[i].Project.Name) > len(items[found].Project.Name) {
				found = i
			}
		}
		if found >= 0 && about[found] == "" {
			about[found] = sentence
		}
	}
	return about
}

// names says whether a sentence holds a word as it stands, not as a part of a longer one.
func names(sentence, word string) bool {
	if word == "" {
		return false
	}
	for from := 0; ; {
		at := strings.Index(sentence[from:], word)
		if at < 0 {
			return false
		}
		start, end := from+at, from+at+len(word)
		if (start == 0 || !wordByte(sentence[start-1])) && (end == len(sentence) || !wordByte(sentence[end])) {
			return true
		}
		from = start + 1
	}
}

// wordByte says whether a byte may be part of an entity's name.
func wordByte(b byte) bool {
	return b == '-' || b == '_' || b >= 0x80 || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
