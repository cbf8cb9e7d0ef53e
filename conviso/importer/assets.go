package importer

import (
	"context"
	"time"

	"conviso-importer/conviso"
)

// LoadAssets reads all assets of the platform and settles the queue's items that they show. On an
// error it returns the part that was read, all of it if it moved; for a list that is not believed, what was known
// before it.
func (e *Engine) LoadAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error) {
	return e.readAssets(ctx, progress, func(told func(read, total int)) (*conviso.AssetSet, bool, error) {
		set, err := e.assets.Load(ctx, told)
		return set, true, err
	})
}

// RefreshAssets reads only what changed since the last complete set, where that is enough to bring
// it up to date. An item's absence from such a set proves nothing.
func (e *Engine) RefreshAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error) {
	return e.readAssets(ctx, progress, func(told func(read, total int)) (*conviso.AssetSet, bool, error) {
		return e.assets.Refresh(ctx, told)
	})
}

func (e *Engine) readAssets(ctx context.Context, progress func(read, total int),
	read func(told func(read, total int)) (set *conviso.AssetSet, whole bool, err error),
) (*conviso.AssetSet, error) {
	if e.identity.Offline {
		return nil, ErrOffline
	}
	began := time.Now()
	work := e.doing.Begin("reading Conviso's assets")
	set, whole, err := read(func(read, total int) {
		work.At(read, total)
		if progress != nil {
			progress(read, total)
		}
	})
	work.End()
	if err != nil && set.Moved {
		e.settleBy(ctx, assetRead{set: set, began: began})
		e.mu.Lock()
		e.moved = set
		e.mu.Unlock()
	}
	if err != nil {
		return set, err
	}
	if e.isDoubted(set) {
		e.settleBy(ctx, assetRead{set: set, began: began})
		return e.beliefs(set), nil
	}
	e.settleBy(ctx, assetRead{set: set, began: began, whole: whole})
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.latest == nil || set.ReadAt.After(e.latest.ReadAt) {
		e.latest, e.latestWhole = set, whole
	}
	return set, nil
}

// settleBy settles items with a read that a front end made, unless a runner is active. It is best
// effort: errors of the queue must not spoil the read.
func (e *Engine) settleBy(ctx context.Context, out assetRead) {
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
	if _, busy := e.home.Busy(e.now()); busy {
		return
	}
	if ok, _, err := e.belongs(ctx); err == nil && ok {
		_, _ = newRunner(e).settle(ctx, out)
	}
}
