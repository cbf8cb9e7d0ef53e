package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"conviso-importer/conviso"
)

// readSoon makes the next read of the assets an early one: something was just sent. A read
// that is due earlier stays, so that steady sending does not put it off.
func (r *runner) readSoon(now time.Time) {
	r.readGap = firstRead
	if soon := now.Add(max(firstRead, readShare*r.readCost)); r.nextRead.IsZero() || r.nextRead.After(soon) {
		r.nextRead = soon
	}
}

// readShare bounds reading to a part of the time: after a read comes a pause of at least so
// many times its length.
const readShare = 4

// verify looks for the items in what was read and plans the next read.
func (r *runner) verify(ctx context.Context, out read) error {
	r.readCost = out.took
	if out.err != nil {
		r.trouble = out.err
		r.unreachable++
		if errors.Is(out.err, conviso.ErrAuth) || r.unreachable >= maxUnreachable {
			r.stop = out.err
		}
		r.slower()
		return nil
	}
	r.unreachable = 0
	if r.inFlight == 0 && r.lost == 0 {
		r.trouble = nil
	}
	settled, err := r.settle(ctx, out.set)
	if err != nil {
		return err
	}
	if settled > 0 {
		r.nextRead = time.Time{}
		r.readSoon(r.e.now())
	} else {
		r.slower()
	}
	r.e.mu.Lock()
	defer r.e.mu.Unlock()
	r.e.latest = out.set
	return nil
}

// slower doubles the time to the next read.
func (r *runner) slower() {
	r.readGap = min(slowestRead, 2*r.readGap)
	r.nextRead = r.e.now().Add(max(r.readGap, readShare*r.readCost))
}

// settle matches the items that wait for evidence with a read of the assets, writes what
// has changed and returns how many were settled.
func (r *runner) settle(ctx context.Context, set *conviso.AssetSet) (int, error) {
	items, err := r.e.queue.Unverified(ctx)
	if err != nil {
		return 0, err
	}
	used := map[string]bool{}
	var changed []Item
	settled := 0
	for i := range items {
		item := &items[i]
		before := item.State
		id, err := r.evidence(ctx, set, item, used)
		if err != nil {
			return 0, err
		}
		switch {
		case id != "":
			used[id] = true
			item.State, item.AssetID, item.Error, item.Lost = Imported, id, "", false
			item.CheckedAt = set.ReadAt
		case item.State == Failed || !set.Complete || !set.ReadAt.After(item.SentAt):
			// A failed item stays as it is, and a read that began before the item was sent
			// says nothing about it.
			continue
		default:
			r.absent(item, set)
		}
		if item.State != before {
			settled++
		}
		changed = append(changed, *item)
	}
	return settled, r.e.queue.Record(ctx, changed)
}

// evidence returns the id of the asset that shows that an item arrived: one of its name that
// was not there before it was sent and was not read back for another item.
func (r *runner) evidence(ctx context.Context, set *conviso.AssetSet, item *Item, used map[string]bool) (string, error) {
	named := set.Named(item.Key())
	if len(named) == 0 {
		return "", nil
	}
	claimed, err := r.e.queue.Claims(ctx, item.Key())
	if err != nil {
		return "", err
	}
	var fresh []string
	for _, asset := range named {
		if !slices.Contains(item.Baseline, asset.ID) && !slices.Contains(claimed, asset.ID) && !used[asset.ID] {
			fresh = append(fresh, asset.ID)
		}
	}
	if len(fresh) == 0 || item.Strict && len(fresh) > 1 {
		return "", nil
	}
	return slices.MinFunc(fresh, func(a, b string) int {
		// Ids are numbers in all that is known: the shorter, then the smaller is the older.
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	}), nil
}

// absent decides what a complete read that does not show an item means for it.
func (r *runner) absent(item *Item, set *conviso.AssetSet) {
	item.Reads++
	item.CheckedAt = set.ReadAt
	overdue := item.Reads >= 2 && set.ReadAt.Sub(item.SentAt) >= r.e.settle
	switch {
	case !overdue:
	case item.State == Accepted && strings.HasPrefix(item.Error, doubt):
		item.State, item.Error = Failed, strings.TrimPrefix(item.Error, doubt)
	case item.Lost && item.Attempts >= maxLostSends:
		item.State, item.Lost = Failed, false
		item.Error = fmt.Sprintf("sent %d times, never answered and never seen; the last error was: %s", item.Attempts, item.Error)
	case item.Lost:
		item.State, item.Lost, item.NotBefore = Queued, false, time.Time{}
	}
}
