package importer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/judge"
	"conviso-importer/conviso/importer/queue"
)

// settle matches the unverified items with a read, writes the changes and counts the settled ones.
func (r *runner) settle(ctx context.Context, out assetRead) (int, error) {
	items, err := r.e.queue.Unverified(ctx)
	if err != nil {
		return 0, err
	}
	r.keepRead(out)
	m := newMatcher(r.e.queue, out, items)
	r.reads.conclude, r.reads.strict, r.reads.again = time.Time{}, false, false
	var changed []Item
	settled := 0
	for i := range items {
		item := &items[i]
		if item.State != Failed && !out.began.After(latest(r.sent(item), r.doneAt[item.ID()])) {
			// A read that began before the item's request had ended may show somebody else's asset.
			// The item's own will be in the next read too.
			m.busy[item.Key()] = true
			r.waitFor(item)
			continue
		}
		before := *item
		id, err := m.evidence(ctx, item)
		if err != nil {
			return 0, err
		}
		switch {
		case id != "":
			m.open[item.Key()]--
			m.imported(item, id)
			item.Error = m.double(item.Key(), id)
		case item.State == Failed:
			// A failed item stays failed unless its asset appears.
			continue
		default:
			m.busy[item.Key()] = true
			seen := r.absent(item, out, m.several[item.Key()])
			r.waitFor(item)
			if !seen {
				continue
			}
		}
		if item.State != before.State || item.Lost != before.Lost {
			settled++
			r.forget(item)
			if item.Waits() {
				r.toSend++
			}
		}
		changed = append(changed, *item)
	}
	elsewhere, err := r.importedElsewhere(ctx, &m)
	if err != nil {
		return 0, err
	}
	r.write(ctx, append(changed, elsewhere...))
	return settled + len(elsewhere), nil
}

// importedElsewhere judges queued items whose name has an asset that somebody else made since the plan; see
// judgeWaiting. Names that are still read back are left: the asset may be that item's.
func (r *runner) importedElsewhere(ctx context.Context, m *matcher) ([]Item, error) {
	if !r.foreign(m) {
		return nil, nil
	}
	var changed []Item
	err := r.e.queue.EachPending(ctx, func(page []Item) error {
		for i := range page {
			if is, err := r.elsewhere(ctx, m, &page[i]); err != nil {
				return err
			} else if is {
				changed = append(changed, page[i])
			}
		}
		return nil
	})
	return changed, err
}

// elsewhere judges one item and reports whether it has changed.
func (r *runner) elsewhere(ctx context.Context, m *matcher, item *Item) (bool, error) {
	if !item.Waits() || m.busy[item.Key()] {
		return false, nil
	}
	fresh, err := m.fresh(ctx, item)
	if err != nil || len(fresh) == 0 {
		return false, err
	}
	switch {
	case item.Attempts == 0:
		appeared := judge.Appeared(item, m.set.Named(item.Key()), func(id string) bool { return !slices.Contains(fresh, id) })
		judgeWaiting(item, appeared, judge.Lists{m.set}, nil)
		m.used[item.AssetID] = true
	case !item.Strict, len(fresh) == 1 && m.whole:
		m.imported(item, oldest(fresh))
	default:
		item.State, item.Error = Failed, whichOf(fresh)
	}
	if !item.Waits() {
		r.toSend--
	}
	return true, nil
}

// foreign reports whether a read may concern queued items: a whole list always, the latest assets
// only if one is new and not an item's own. Most reads of a long run show only its own assets, and
// its queue is long.
func (r *runner) foreign(m *matcher) bool {
	found := m.whole
	for _, asset := range m.set.All() {
		if !r.seen[asset.ID] && !m.busy[conviso.NameKey(asset.Name)] {
			r.seen[asset.ID] = true
			found = found || !m.used[asset.ID]
		}
	}
	return found
}

type matcher struct {
	set     *conviso.AssetSet
	whole   bool
	queue   queue.Queue
	open    map[string]int      // how many items of a name have no asset yet
	pending []Item              // read when it is first needed
	used    map[string]bool     // assets matched to an item
	busy    map[string]bool     // names still being read back
	doubles map[string][]string // the new assets of names that got several
	several map[string][]string // like doubles, for shared names
}

// newMatcher sorts the items: of several of one name, the one that was sent last gets the asset that has
// appeared since, and one that has failed only what nobody else can own.
func newMatcher(q queue.Queue, out assetRead, items []Item) matcher {
	m := matcher{
		set: out.set, whole: out.whole, queue: q, open: map[string]int{},
		used: map[string]bool{}, busy: map[string]bool{}, doubles: map[string][]string{}, several: map[string][]string{},
	}
	failed := func(i *Item) int {
		if i.State == Failed {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(items, func(a, b Item) int {
		return cmp.Or(failed(&a)-failed(&b), b.SentAt.Compare(a.SentAt))
	})
	for i := range items {
		m.open[items[i].Key()]++
	}
	return m
}

func (m *matcher) imported(item *Item, id string) {
	m.used[id] = true
	item.State, item.AssetID, item.Error, item.Lost = Imported, id, "", false
	item.CheckedAt, item.NotBefore = m.set.ReadAt, time.Time{}
}

// evidence returns the asset that proves arrival. A shared name needs one new asset in a whole list.
func (m *matcher) evidence(ctx context.Context, item *Item) (string, error) {
	if item.Strict && !m.whole {
		return "", nil
	}
	fresh, err := m.fresh(ctx, item)
	if err != nil || len(fresh) == 0 {
		return "", err
	}
	if len(fresh) > 1 && item.Strict {
		m.several[item.Key()] = fresh
		return "", nil
	}
	if item.State == Failed {
		if contested, err := m.contested(ctx, item); err != nil || contested {
			return "", err
		}
	}
	if len(fresh) > 1 {
		m.doubles[item.Key()] = fresh
	}
	return oldest(fresh), nil
}

// contested reports whether another item of the name may own what a failed one would get: one that is
// read back or has failed as well, or one that waits to be sent again.
func (m *matcher) contested(ctx context.Context, item *Item) (_ bool, err error) {
	if m.busy[item.Key()] || m.open[item.Key()] > 1 {
		return true, nil
	}
	if m.pending == nil {
		if m.pending, err = m.queue.Pending(ctx); err != nil {
			return false, err
		}
	}
	return slices.ContainsFunc(m.pending, func(other Item) bool {
		return other.Waits() && other.Attempts > 0 && other.Key() == item.Key()
	}), nil
}

// double returns a note if the name has a second new asset, somebody else's.
func (m *matcher) double(key, id string) string {
	for _, other := range m.doubles[key] {
		if other != id {
			return fmt.Sprintf("asset %s of the same name appeared as well: somebody else may have imported it at the same time", other)
		}
	}
	return ""
}

// fresh returns the assets of an item's name that are not in its baseline and belong to no other item.
func (m *matcher) fresh(ctx context.Context, item *Item) ([]string, error) {
	named := m.set.Named(item.Key())
	if len(named) == 0 {
		return nil, nil
	}
	claimed, err := m.queue.Claims(ctx, item.Key())
	if err != nil {
		return nil, err
	}
	var fresh []string
	for _, asset := range named {
		if !slices.Contains(item.Baseline, asset.ID) && !slices.Contains(claimed, asset.ID) && !m.used[asset.ID] {
			fresh = append(fresh, asset.ID)
		}
	}
	return fresh, nil
}

// oldest returns the lowest id: platform ids are increasing numbers.
func oldest(ids []string) string {
	return slices.MinFunc(ids, judge.CompareIDs)
}

// absent updates an item that a whole list does not show, and reports whether it changed. several
// are candidates of a shared name; with one, the item is never sent again.
func (r *runner) absent(item *Item, out assetRead, several []string) bool {
	if !out.whole && !(out.set.Moved && out.set.Lacks(item.Key())) {
		return false
	}
	item.Reads++
	item.CheckedAt = out.set.ReadAt
	if out.began.Sub(r.waitedFrom(item)) < r.e.settle {
		return true
	}
	switch open := uncertain(item); {
	case item.Reads < 2:
		r.reads.again = r.reads.again || open
	case item.Lost && len(several) > 0:
		item.State, item.Lost, item.Error = Failed, false, whichOf(several)
	case open && strings.HasPrefix(item.Error, uncertainPrefix):
		item.State, item.Lost, item.Error = Failed, false, strings.TrimPrefix(item.Error, uncertainPrefix)
	case item.Lost && item.Error == queue.NoteInterrupted:
		// The process died, which says nothing about the platform, so it does not count as a send
		// that was tried. One remains, since it may have arrived.
		item.Attempts = max(1, item.Attempts-1)
		item.State, item.Lost, item.NotBefore = Queued, false, time.Time{}
	case item.Lost && item.Attempts >= maxLostSends && r.breaker.Row >= maxLostSends:
		// Nothing has been answered meanwhile, so the platform is at fault and not this item.
		item.State, item.Lost, item.Attempts = Queued, false, 1
		r.halt(&SilentError{Batches: r.breaker.Row, Err: r.trouble})
	case item.Lost && item.Attempts >= maxLostSends:
		item.State, item.Lost = Failed, false
		item.Error = fmt.Sprintf("sent %d times, never seen; the last error was: %s", item.Attempts, item.Error)
	case item.Lost:
		item.State, item.Lost, item.NotBefore = Queued, false, time.Time{}
	}
	return true
}

// whichOf is the error of an item that several new assets may belong to.
func whichOf(ids []string) string {
	return fmt.Sprintf("its answer was lost, and assets %s of its name have appeared, which several entities share: one of them may be its own; look there before you import it again",
		strings.Join(ids[:min(len(ids), 5)], ", "))
}

// waitFor schedules the reads for an item that is still read back.
func (r *runner) waitFor(item *Item) {
	switch {
	case uncertain(item):
		if end := r.waitedFrom(item).Add(r.e.settle); r.reads.conclude.IsZero() || end.Before(r.reads.conclude) {
			r.reads.conclude = end
		}
	case item.State != Accepted:
		return
	}
	r.reads.strict = r.reads.strict || item.Strict
}

// sent returns when an item was last sent by the runner's clock. For an earlier run's items it is
// derived from the wall clock, and a future time counts as now: how far reads look back and what is
// late depend on it, and not what may be sent again, see waitedFrom.
func (r *runner) sent(item *Item) time.Time {
	at, ok := r.sentAt[item.ID()]
	if !ok {
		at = r.clock().Add(-max(0, r.e.now().Sub(item.SentAt)))
		r.sentAt[item.ID()] = at
	}
	return at
}

// lastAccepted is when the newest accepted item was sent, by the runner's clock once it has looked
// for it and by the wall clock before.
func (r *runner) lastAccepted(work queue.Work) time.Time {
	if len(r.sentAt) == 0 {
		return r.clock().Add(-max(0, r.e.now().Sub(work.LastAccepted)))
	}
	return slices.MaxFunc(slices.Collect(maps.Values(r.sentAt)), time.Time.Compare)
}

func (r *runner) forget(item *Item) {
	delete(r.sentAt, item.ID())
	delete(r.e.waited, sendOf(item))
	delete(r.doneAt, item.ID())
}

// oldestWait returns the longest time that an item has been read back for.
func (r *runner) oldestWait(now time.Time) time.Duration {
	wait := time.Duration(0)
	for _, at := range r.sentAt {
		wait = max(wait, now.Sub(at))
	}
	return wait
}
