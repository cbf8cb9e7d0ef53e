package importer

import (
	"context"
	"errors"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/safego"
)

// ErrNothingCached is the refusal to work offline where no earlier run has read the catalog.
var ErrNothingCached = errors.New("nothing is cached for this catalog; run it once without --offline")

// ReadOptions say how current a View has to be. Offline it is what the cache holds.
type ReadOptions struct {
	// MaxAge is how old a complete list may be to be taken from the cache; 0 reads both now.
	MaxAge time.Duration
	// AllAssets reads every asset where less would do: only then does it mean anything that
	// an asset is absent.
	AllAssets bool
}

// Read reads the catalog and the assets side by side, as far as what is cached is too old, and
// joins them with the queue. With an error comes the part that could be read: assets that are nil
// make every status unknown. Without any catalog the view is nil.
func (e *Engine) Read(ctx context.Context, o ReadOptions) (*View, error) {
	list := e.reading()
	if e.identity.Offline {
		snap, assets := e.Cached(ctx)
		if snap == nil {
			return nil, ErrNothingCached
		}
		return e.view(ctx, list.kinds, snap, assets)
	}
	if o.MaxAge > 0 {
		// What an earlier run left becomes what this one knows.
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
	view, viewErr := e.view(ctx, list.kinds, snap, assets)
	return view, errors.Join(err, viewErr)
}

// view joins what was read with the queue and resolves the statuses.
func (e *Engine) view(ctx context.Context, kinds []string, snap *catalog.Snapshot, assets *conviso.AssetSet) (*View, error) {
	items, seq, err := e.queue.Changed(ctx, 0)
	if err != nil {
		return nil, err
	}
	v := &View{Catalog: snap, Kinds: kinds, Assets: assets, Items: ByRef(items), Seq: seq}
	v.Statuses = Resolve(snap, assets, v.Items, e.namer)
	return v, nil
}

// currentCatalog returns a complete list that is younger than maxAge, else reads it; with an error
// comes the part that was read.
func (e *Engine) currentCatalog(ctx context.Context, list *reading, maxAge time.Duration) (*catalog.Snapshot, error) {
	e.mu.Lock()
	snap := list.snap
	e.mu.Unlock()
	if snap != nil && snap.Complete && e.young(snap.ReadAt, maxAge) {
		return snap, nil
	}
	return e.readWhole(ctx, list)
}

// currentAssets is currentCatalog for the platform's assets.
func (e *Engine) currentAssets(ctx context.Context, o ReadOptions) (*conviso.AssetSet, error) {
	e.mu.Lock()
	set, whole := e.latest, e.latestWhole
	e.mu.Unlock()
	if set != nil && set.Complete && (whole || !o.AllAssets) && e.young(set.ReadAt, o.MaxAge) {
		return set, nil
	}
	read := e.RefreshAssets
	if o.AllAssets {
		read = e.LoadAssets
	}
	set, err := read(ctx, nil)
	if err == nil && !set.Complete {
		err = &IncompleteError{What: "the platform's assets", Err: errors.New("the list ended early; try again")}
	}
	return set, err
}

// young reports whether something was read less than maxAge ago, and not in the future, which a
// clock that was set back leaves behind.
func (e *Engine) young(readAt time.Time, maxAge time.Duration) bool {
	age := e.now().Sub(readAt)
	return age >= 0 && age < maxAge
}
