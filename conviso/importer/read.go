package importer

import (
	"context"
	"errors"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

// ErrNothingCached is returned offline where no earlier run has read the catalog.
var ErrNothingCached = errors.New("nothing is cached for this catalog; run it once without --offline")

// ReadOptions say how current a View must be. Offline it is the cache.
type ReadOptions struct {
	MaxAge    time.Duration // the maximum age of a cached list; 0 reads both
	AllAssets bool          // forces a whole read, which alone proves that an asset is absent
}

// Read reads the catalog and the assets concurrently, unless cached copies are young enough, and
// joins them with the queue. On an error it returns what could be read; nil without a catalog. Assets that moved
// while they were read are no error, see View.Moved.
func (e *Engine) Read(ctx context.Context, o ReadOptions) (*View, error) {
	list := e.reading()
	if e.identity.Offline {
		snap, assets := e.Cached(ctx)
		if snap == nil {
			return nil, ErrNothingCached
		}
		return e.view(ctx, list, snap, assets)
	}
	if o.MaxAge > 0 {
		// Load the cache of an earlier run.
		e.Cached(ctx)
	}
	var assets *conviso.AssetSet
	assetErr := make(chan error, 1)
	safego.Go(ctx, func() {
		err := safego.ErrPanicked
		_ = safego.Call(ctx, func() error { assets, err = e.currentAssets(ctx, o); return nil })
		assetErr <- err
	})
	snap, err := e.currentCatalog(ctx, list, o.MaxAge)
	err = errors.Join(err, <-assetErr)
	if snap == nil {
		return nil, err
	}
	view, viewErr := e.view(ctx, list, snap, assets)
	return view, errors.Join(err, viewErr)
}

// view joins what was read with the queue.
func (e *Engine) view(ctx context.Context, list *reading, snap *catalog.Snapshot, assets *conviso.AssetSet) (*View, error) {
	items, seq, err := e.Items(ctx)
	if err != nil {
		return nil, err
	}
	if err := e.remembered(ctx); err != nil {
		return nil, err
	}
	v := &View{Catalog: snap, Kinds: list.kinds, Assets: assets, Items: queue.ByRef(items), Seq: seq}
	v.Shrunk = e.shrunk(ctx, list)
	v.Statuses = e.Resolve(snap, assets, v.Items)
	return e.Settle(ctx, v), nil
}

// currentCatalog returns a complete list younger than maxAge, reading it if needed.
func (e *Engine) currentCatalog(ctx context.Context, list *reading, maxAge time.Duration) (*catalog.Snapshot, error) {
	e.mu.Lock()
	snap := list.snap
	e.mu.Unlock()
	if snap != nil && snap.Complete && e.young(snap.ReadAt, maxAge) {
		return snap, nil
	}
	return e.readWhole(ctx, list)
}

func (e *Engine) currentAssets(ctx context.Context, o ReadOptions) (*conviso.AssetSet, error) {
	e.mu.Lock()
	set, whole, moved := e.latest, e.latestWhole, e.moved
	e.mu.Unlock()
	if set != nil && set.Complete && (whole || !o.AllAssets) && e.young(set.ReadAt, o.MaxAge) {
		return set, nil
	}
	if moved != nil && (set == nil || moved.ReadAt.After(set.ReadAt)) && e.young(moved.ReadAt, o.MaxAge) {
		return moved, nil
	}
	read := e.RefreshAssets
	if o.AllAssets {
		read = e.LoadAssets
	}
	set, err := read(ctx, nil)
	if err != nil && set != nil && set.Moved {
		// What it leaves open is asked for by name, or stops who needs it.
		return set, nil
	}
	if err == nil && !set.Complete {
		if err := believed(e.Shrunk(ctx), e.now()); err != nil {
			return set, err
		}
		err = &IncompleteError{What: "the platform's assets", Err: errors.New("the list ended early; try again")}
	}
	return set, err
}

// young reports whether readAt is less than maxAge ago; a future time (clock set back) is not.
func (e *Engine) young(readAt time.Time, maxAge time.Duration) bool {
	age := e.now().Sub(readAt)
	return age >= 0 && age < maxAge
}
