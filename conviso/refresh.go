package conviso

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// maxPatchAge is how long a set may be updated by changes alone after a full read. Refresh
// relies on the platform dating what it adds: it would miss an asset added under an old date
// while another was removed. A daily full read limits that.
const maxPatchAge = 24 * time.Hour

// errTooMany stops a refresh that would read most of the list: reading all of it costs no more.
var errTooMany = errors.New("most of the list has changed")

type baseline struct {
	set *AssetSet
	// mark is a platform time not later than the read of set: set plus all changes since mark
	// is up to date. It is computed at the read, because this machine's clock may be corrected
	// later.
	mark  time.Time
	whole time.Time
}

func (b *baseline) usable(now time.Time) bool {
	if b.set == nil || !b.set.Complete || b.mark.IsZero() {
		return false
	}
	age := now.Sub(b.whole)
	return age >= 0 && age < maxPatchAge && !b.set.ReadAt.After(now)
}

// Refresh updates the last complete set if it can prove the result, and otherwise reads the
// whole list as Load does. It counts the assets, then reads those changed since the set was
// read. The merged set contains everything that exists, so equal counts prove that nothing in
// it was deleted. It counts first: otherwise an asset created between the two requests could
// hide a deleted one.
//
// whole reports whether the list itself was read. Only then does a missing asset rest on the
// list and not on the platform's dates. Errors are those of Load.
func (s *AssetSource) Refresh(ctx context.Context, progress func(read, total int)) (set *AssetSet, whole bool, err error) {
	if s.client == nil {
		set, err = s.Load(ctx, progress)
		return set, false, err
	}
	last := s.newest()
	if !last.usable(time.Now()) {
		set, err = s.Load(ctx, progress)
		return set, err == nil, err
	}
	began := time.Now()
	patched, err := s.client.patch(ctx, s.company, last)
	var fail *failure
	switch {
	case err == nil && patched != nil:
		s.adopt(baseline{set: patched, mark: s.client.clock.toPlatform(patched.ReadAt, time.Now()), whole: last.whole})
		return patched, false, nil
	case errors.As(err, &fail) && fail.own:
		// It may be due to the count or the filter; the list itself decides.
	case ctx.Err() != nil, errors.Is(err, ErrAuth), errors.Is(err, ErrUnavailable):
		return NewAssetSet(nil, began, false), false, err
	}
	set, err = s.Load(ctx, progress)
	return set, err == nil, err
}

// patch returns the up-to-date set, or nil if that cannot be proven.
func (c *Client) patch(ctx context.Context, companyID string, last baseline) (*AssetSet, error) {
	began := time.Now()
	op := operation{doing: "read the assets of company " + c.explain.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	total, err := c.countAssets(ctx, op)
	if err != nil {
		return nil, err
	}
	if total < last.set.Len() {
		return nil, nil
	}
	p := c.assetPager(op, last.mark)
	fetch := p.fetch
	p.fetch = func(ctx context.Context, page, limit int) ([]Asset, *metadata, error) {
		assets, meta, err := fetch(ctx, page, limit)
		if err == nil && meta != nil && meta.TotalCount > assetsPage && meta.TotalCount > total/2 {
			return nil, nil, errTooMany
		}
		return assets, meta, err
	}
	changed, err := p.read(ctx)
	if err != nil {
		return nil, err
	}
	merged := merge(last.set, changed, began)
	if merged.Len() != total {
		return nil, nil
	}
	return merged, nil
}

func (c *Client) countAssets(ctx context.Context, op operation) (int, error) {
	p := c.assetPager(op, time.Time{})
	assets, meta, err := p.fetch(ctx, 1, 1)
	if err != nil {
		return 0, err
	}
	if err := p.check(1, assets, meta); err != nil {
		return 0, c.misfit(op, err)
	}
	if len(assets) > meta.TotalCount {
		return 0, c.misfit(op, fmt.Errorf("%d assets came of %d", len(assets), meta.TotalCount))
	}
	return meta.TotalCount, nil
}

func merge(old *AssetSet, changed []Asset, readAt time.Time) *AssetSet {
	byID := make(map[string]Asset, len(changed))
	for _, asset := range changed {
		byID[asset.ID] = asset
	}
	all := old.All()
	for i := range all {
		if asset, ok := byID[all[i].ID]; ok {
			all[i] = asset
		}
	}
	for _, asset := range changed {
		if _, known := old.ByID(asset.ID); !known {
			all = append(all, asset)
		}
	}
	return NewAssetSet(all, readAt, true)
}
