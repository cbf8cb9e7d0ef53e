package importer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/judge"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/status"
)

// refetchAfter is the age at which a queued entity is looked up again before it is sent.
const refetchAfter = 10 * time.Minute

// anotherEntity stands for one that owns an asset by the queue, which does not say which one it is.
const anotherEntity = catalog.Ref("another entity")

// keepRead keeps a read for the judgement before first sends: the last whole list, and the latest read, which goes
// back to that list.
func (r *runner) keepRead(out assetRead) {
	if out.whole || out.doubted || len(r.lists) == 0 {
		r.lists = judge.Lists{out.set}
		return
	}
	r.lists = judge.Lists{r.lists[0], out.set}
}

// stillGo separates from a batch what a plan made now would not send, by what is newly so since it was queued.
// What was sent before is read back instead. It makes no request but that of stillThere.
func (e *Engine) stillGo(ctx context.Context, b batch) (goes, stopped []Item, err error) {
	there, stopped, err := e.stillThere(ctx, b.items)
	if err != nil {
		return nil, nil, err
	}
	for i := range there {
		item := &there[i]
		if item.Attempts > 1 {
			goes = append(goes, *item)
			continue
		}
		appeared := judge.Appeared(item, b.lists.Named(item.Key()), func(string) bool { return false })
		var claimed []string
		if len(appeared) > 0 {
			if claimed, err = e.queue.Claims(ctx, item.Key()); err != nil {
				return nil, nil, fmt.Errorf("%w: %w", errQueue, err)
			}
		}
		if judgeWaiting(item, appeared, b.lists, claimed) {
			goes = append(goes, *item)
		} else {
			stopped = append(stopped, *item)
		}
	}
	return goes, stopped, nil
}

// judgeWaiting judges an item before its first send and reports whether it goes. One that does not is imported or
// skipped then. For one that goes the assets that have appeared are no evidence later.
func judgeWaiting(item *Item, appeared []conviso.Asset, lists judge.Lists, claimed []string) (goes bool) {
	state, id, reason := judge.Waiting(item, appeared, lists, func(id string) (catalog.Ref, bool) {
		return anotherEntity, slices.Contains(claimed, id)
	})
	switch state {
	case queue.Imported:
		item.State, item.AssetID, item.Error, item.Lost = Imported, id, "", false
		item.CheckedAt, item.NotBefore = lists[len(lists)-1].ReadAt, time.Time{}
		return false
	case queue.Skipped:
		item.State, item.Error, item.NotBefore = Skipped, reason, time.Time{}
		return false
	default:
	}
	for _, asset := range appeared {
		if !slices.Contains(claimed, asset.ID) {
			item.Baseline = append(slices.Clip(item.Baseline), asset.ID)
		}
	}
	return true
}

// stillThere separates items whose entities have left the catalog, or are kept out of bulk imports by annotations
// that their sender has not seen. It asks only for old items of this instance. Items are sent as the user reviewed
// them, even if the entity changed.
func (e *Engine) stillThere(ctx context.Context, items []Item) (there, stopped []Item, err error) {
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
		item := items[i]
		detail, found := details[item.Ref]
		held := status.HeldBy(catalog.ReadAnnotations(detail.Annotations))
		switch {
		case !e.mayBeGone(&item, now):
			there = append(there, item)
		case !found:
			item.State, item.Error = Failed, "its entity is gone from the catalog, so it was not sent; refresh to see what is there"
			stopped = append(stopped, item)
		case held != "" && !item.Agreed.Held && item.Attempts == 1:
			item.State, item.Error = Skipped, "not sent: "+held+" by now"
			stopped = append(stopped, item)
		default:
			there = append(there, item)
		}
	}
	return there, stopped, nil
}

// mayBeGone reports whether an item was queued long ago, or in the future.
func (e *Engine) mayBeGone(item *Item, now time.Time) bool {
	age := now.Sub(item.AddedAt)
	return item.Instance == e.identity.InstanceID && (age > refetchAfter || age < 0)
}
