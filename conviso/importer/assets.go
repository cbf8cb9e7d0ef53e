package importer

import (
	"context"
	"time"

	"conviso-importer/conviso"
)

// LoadAssets reads all of the platform's assets anew and settles the queue's items that they
// show. On an error the part that was read is returned with it.
func (e *Engine) LoadAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error) {
	return e.readAssets(ctx, func() (*conviso.AssetSet, bool, error) {
		set, err := e.assets.Load(ctx, progress)
		return set, true, err
	})
}

// RefreshAssets is LoadAssets that reads no more than what has changed since the last complete
// set, where it can be shown that this brings the set up to date. Such a set shows what is
// there; that an item is absent from it concludes nothing about the item.
func (e *Engine) RefreshAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error) {
	return e.readAssets(ctx, func() (*conviso.AssetSet, bool, error) { return e.assets.Refresh(ctx, progress) })
}

func (e *Engine) readAssets(ctx context.Context, read func() (set *conviso.AssetSet, whole bool, err error)) (*conviso.AssetSet, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	began := time.Now()
	set, whole, err := read()
	if err != nil {
		return set, err
	}
	e.settleBy(ctx, look{set: set, began: began, whole: whole})
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.latest == nil || set.ReadAt.After(e.latest.ReadAt) {
		e.latest, e.latestWhole = set, whole
	}
	return set, nil
}

// settleBy lets a read that a front end asked for settle what an earlier run left, unless a
// runner is at work, which does so itself. It is a courtesy: a queue that cannot be locked or
// written spoils no reading, and says so when something is to be sent.
func (e *Engine) settleBy(ctx context.Context, l look) {
	if e.identity.ReadOnly {
		return
	}
	select {
	case e.draining <- struct{}{}:
		defer func() { <-e.draining }()
	default:
		return
	}
	if locked, err := e.lock.TryLock(e.now()); err != nil || !locked {
		return
	}
	defer e.lock.Unlock()
	if ok, _, err := e.belongs(ctx); err == nil && ok {
		_, _ = newRunner(e).settle(ctx, l)
	}
}
