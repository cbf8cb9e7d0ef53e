package conviso

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// patchedFor is how long after a read of the whole list the set may be kept up to date by what
// has changed alone. What such a refresh takes for granted is that the platform dates what it
// adds: an asset that was put into the integration under an old date while another was taken out
// of it would stay unseen. A day bounds that, and costs whoever works with the table one whole
// read a day.
const patchedFor = 24 * time.Hour

// errTooMany ends a refresh that would read most of the list: reading all of it costs no more.
var errTooMany = errors.New("most of the list has changed")

// basis is a complete set and what a refresh has to know of it.
type basis struct {
	set *AssetSet
	// mark is a moment on the platform's clock that is no later than the read that made the
	// set: with what has changed since, the set is up to date. It is taken when the set is read,
	// since this machine's clock may be set right in between.
	mark time.Time
	// whole is when the last read of the whole list began that the set goes back to.
	whole time.Time
}

// serves reports whether a refresh at now may start from it.
func (b *basis) serves(now time.Time) bool {
	if b.set == nil || !b.set.Complete || b.mark.IsZero() {
		return false
	}
	age := now.Sub(b.whole)
	return age >= 0 && age < patchedFor && !b.set.ReadAt.After(now)
}

// Refresh brings the last complete set up to date, where that can be proven, and reads all of it
// otherwise, as Load does. It asks how many assets there are, and then for those that were made
// or changed since the set was read. If the set with these has as many members as were counted
// it has the very same: everything that was there is in it, since what is missing from the old
// set is new, so that anything that is gone makes it the larger. The count comes first, as what
// is made between the two requests could otherwise make up for what is gone.
//
// Whole reports that the list itself was read: only then does absence rest on the platform's list
// alone, and not on its dates. Errors are those of Load.
func (s *AssetSource) Refresh(ctx context.Context, progress func(read, total int)) (set *AssetSet, whole bool, err error) {
	if s.client == nil {
		set, err = s.Load(ctx, progress)
		return set, false, err
	}
	last := s.basis()
	if !last.serves(time.Now()) {
		set, err = s.Load(ctx, progress)
		return set, err == nil, err
	}
	began := time.Now()
	patched, err := s.client.patch(ctx, s.company, last)
	switch {
	case err == nil && patched != nil:
		s.adopt(basis{set: patched, mark: s.client.clock.theirs(patched.ReadAt, time.Now()), whole: last.whole})
		return patched, false, nil
	case ctx.Err() != nil, errors.Is(err, ErrAuth), errors.Is(err, ErrUnavailable):
		return NewAssetSet(nil, began, false), false, err
	}
	set, err = s.Load(ctx, progress)
	return set, err == nil, err
}

// patch returns the set that a basis is now, nil where that cannot be proven.
func (c *Client) patch(ctx context.Context, companyID string, last basis) (*AssetSet, error) {
	began := time.Now()
	op := operation{doing: "read the assets of company " + c.say.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	total, err := c.countAssets(ctx, op)
	if err != nil {
		return nil, err
	}
	if total < last.set.Len() {
		return nil, nil
	}
	p := c.changedSince(op, last.mark)
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

// countAssets asks how many assets the list has, with the smallest page that there is.
func (c *Client) countAssets(ctx context.Context, op operation) (int, error) {
	p := c.allAssets(op)
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

// merge puts what has changed into a set: in its place what was there, at the end what is new.
func merge(old *AssetSet, changed []Asset, readAt time.Time) *AssetSet {
	anew := make(map[string]Asset, len(changed))
	for _, asset := range changed {
		anew[asset.ID] = asset
	}
	all := old.All()
	for i := range all {
		if asset, ok := anew[all[i].ID]; ok {
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
