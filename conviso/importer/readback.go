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
	"conviso-importer/conviso/importer/queue"
)

// look is a read of the assets and the moment by the runner's clock at which it began. The
// wall clock may jump between a request and the read that looks for it, so what is concluded
// from their order and distance never rests on it.
type look struct {
	set   *conviso.AssetSet
	began time.Time
	// whole reports that the platform's whole list was read: only then does it mean anything that
	// an asset is absent. A set that was brought up to date by what has changed is Complete and
	// shows what is there, but rests on the platform's dates.
	whole bool
}

// settle matches what waits in the queue with a read of the assets, writes what has changed
// and returns how many items were settled.
func (r *runner) settle(ctx context.Context, l look) (int, error) {
	items, err := r.e.queue.Unverified(ctx)
	if err != nil {
		return 0, err
	}
	m := matcher{set: l.set, whole: l.whole, queue: r.e.queue, used: map[string]bool{}, busy: map[string]bool{}, doubles: map[string][]string{}, several: map[string][]string{}}
	r.reads.conclude, r.reads.strict, r.reads.again = time.Time{}, false, false
	var changed []Item
	settled := 0
	for i := range items {
		item := &items[i]
		if item.State != Failed && !l.began.After(latest(r.sent(item), r.doneAt[item.ID()])) {
			// What a read shows that began before the item's request had ended may be
			// somebody else's; what is the item's own the next read shows as well.
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
			m.imported(item, id)
			item.Error = m.double(item.Key(), id)
		case item.State == Failed:
			// It stays as it is unless its asset appears.
			continue
		default:
			m.busy[item.Key()] = true
			seen := r.absent(item, l, m.several[item.Key()])
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
	meanwhile, err := r.meanwhile(ctx, &m)
	if err != nil {
		return 0, err
	}
	r.write(ctx, append(changed, meanwhile...))
	return settled + len(meanwhile), nil
}

// meanwhile finds queued items whose asset somebody else has made since they were planned:
// they are imported and not sent. Of a shared name an asset says nothing about who made it,
// so it only joins what was there before; so does nothing while another item of the name is
// being looked for, since the asset may be that one's.
func (r *runner) meanwhile(ctx context.Context, m *matcher) ([]Item, error) {
	if !r.foreign(m) {
		return nil, nil
	}
	items, err := r.e.queue.Pending(ctx)
	if err != nil {
		return nil, err
	}
	var changed []Item
	for i := range items {
		item := &items[i]
		if !item.Waits() || m.busy[item.Key()] {
			continue
		}
		fresh, err := m.fresh(ctx, item)
		if err != nil {
			return nil, err
		}
		switch {
		case len(fresh) == 0:
			continue
		case !item.Strict, item.Attempts > 0 && len(fresh) == 1 && m.whole:
			m.imported(item, oldest(fresh))
			r.toSend--
		case item.Attempts > 0:
			item.State, item.Error = Failed, whichOf(fresh)
			r.toSend--
		default:
			item.Baseline = append(item.Baseline, fresh...)
		}
		changed = append(changed, *item)
	}
	return changed, nil
}

// foreign reports whether a read may concern what is still queued: the whole list always does,
// the latest assets where one of them was never seen before and is not one that was looked
// for. Most reads of a long run show nothing but its own assets, and its queue is long. One whose
// name is still looked for is left to the next read.
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

// matcher finds the assets that show that items arrived.
type matcher struct {
	set   *conviso.AssetSet
	whole bool
	queue queue.Queue
	// used holds the assets that this match has found to be an item's own.
	used map[string]bool
	// busy holds the names of the items that are still being looked for.
	busy map[string]bool
	// doubles holds the new assets of each name that got several.
	doubles map[string][]string
	// several holds the new assets of each shared name of which one may be an item's own.
	several map[string][]string
}

// imported marks an item whose asset is there.
func (m *matcher) imported(item *Item, id string) {
	m.used[id] = true
	item.State, item.AssetID, item.Error, item.Lost = Imported, id, "", false
	item.CheckedAt, item.NotBefore = m.set.ReadAt, time.Time{}
}

// evidence returns the id of the asset that shows that an item arrived. Of a shared name it
// takes exactly one new asset on the whole list.
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
	if len(fresh) > 1 {
		m.doubles[item.Key()] = fresh
	}
	return oldest(fresh), nil
}

// double is a note on an item whose name has got a second new asset, which is somebody
// else's; empty for none.
func (m *matcher) double(key, id string) string {
	for _, other := range m.doubles[key] {
		if other != id {
			return fmt.Sprintf("asset %s of the same name appeared as well: somebody else may have imported it at the same time", other)
		}
	}
	return ""
}

// fresh returns the assets of an item's name that were not there when it was planned and that
// belong to no other item.
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

// oldest is the first made of several assets. Ids are numbers in all that is known: the
// shorter, then the smaller is the older.
func oldest(ids []string) string {
	return slices.MinFunc(ids, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	})
}

// absent decides what a read that does not show an item means for it, and reports whether it
// means anything: only the whole list does. Several are assets of which one may be the item's
// own: then it is never sent again.
func (r *runner) absent(item *Item, l look, several []string) bool {
	if !l.whole {
		return false
	}
	item.Reads++
	item.CheckedAt = l.set.ReadAt
	if l.began.Sub(r.sent(item)) < r.e.settle {
		return true
	}
	uncertain := item.Lost || item.State == Accepted && strings.HasPrefix(item.Error, doubt)
	switch {
	case item.Reads < 2:
		r.reads.again = r.reads.again || uncertain
	case item.State == Accepted && uncertain:
		item.State, item.Error = Failed, strings.TrimPrefix(item.Error, doubt)
	case item.Lost && len(several) > 0:
		item.State, item.Lost, item.Error = Failed, false, whichOf(several)
	case item.Lost && item.Error == queue.NoteInterrupted:
		// That the process died says nothing about the platform: it does not count as one of
		// the sends that are tried. One stays, since it may have gone.
		item.Attempts = max(1, item.Attempts-1)
		item.State, item.Lost, item.NotBefore = Queued, false, time.Time{}
	case item.Lost && item.Attempts >= maxLostSends:
		item.State, item.Lost = Failed, false
		item.Error = fmt.Sprintf("sent %d times, never answered and never seen; the last error was: %s", item.Attempts, item.Error)
	case item.Lost:
		item.State, item.Lost, item.NotBefore = Queued, false, time.Time{}
	}
	return true
}

// whichOf is the reason why an item is not sent again whose own asset is not to be told from
// somebody else's.
func whichOf(ids []string) string {
	return fmt.Sprintf("its answer was lost, and assets %s of its name have appeared, which several entities share: one of them may be its own; look there before you import it again",
		strings.Join(ids[:min(len(ids), 5)], ", "))
}

// waitFor plans the reads that an item needs which is still being looked for.
func (r *runner) waitFor(item *Item) {
	switch {
	case item.Lost, item.State == Accepted && strings.HasPrefix(item.Error, doubt):
		if end := r.sent(item).Add(r.e.settle); r.reads.conclude.IsZero() || end.Before(r.reads.conclude) {
			r.reads.conclude = end
		}
	case item.State != Accepted:
		return
	}
	r.reads.strict = r.reads.strict || item.Strict
}

// sent is when an item was last sent by the runner's clock. Of an item that an earlier run
// sent only the wall clock knows: a moment in the future, which a clock that was set back
// leaves, counts as now, so that the item is looked for its whole settle time and no longer.
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

// forget ends the looking for an item.
func (r *runner) forget(item *Item) {
	delete(r.sentAt, item.ID())
	delete(r.doneAt, item.ID())
}

// oldestWait is how long ago the first of the items was sent that are being looked for.
func (r *runner) oldestWait(now time.Time) time.Duration {
	wait := time.Duration(0)
	for _, at := range r.sentAt {
		wait = max(wait, now.Sub(at))
	}
	return wait
}
