package conviso

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	nearSkew = time.Minute      // covers clock differences inside the platform and the delay until an asset is visible
	farSkew  = 10 * time.Minute // replaces nearSkew until a response has a date: this machine's clock may be wrong
)

// Recent reads the company's assets of the Backstage integration that were created or changed
// at since or later; all of them if since is zero. It may return more, because it subtracts a
// margin for clock differences and a platform may ignore the filter. The set is never Complete,
// so a list that changes during the read is no error. Errors are those of Assets, and
// ErrFilterRefused; on error it returns the partial set.
func (c *Client) Recent(ctx context.Context, companyID string, since time.Time) (*AssetSet, error) {
	op := operation{doing: "read the latest assets of company " + c.explain.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	readAt := time.Now()
	p := c.assetPager(op, c.clock.toPlatform(since, readAt))
	p.allowChanges, p.apart = true, true
	assets, err := p.read(ctx)
	var fail *failure
	if errors.As(err, &fail) && (fail.own || fail.class == Permanent && fail.kind == nil) {
		// An error of the platform's own that stays may be due to the filter as well.
		fail.kind = ErrFilterRefused
	}
	return NewAssetSet(assets, readAt, false), err
}

// LoadRecent is Client.Recent without the cache; offline it returns ErrOffline and an empty set.
func (s *AssetSource) LoadRecent(ctx context.Context, since time.Time) (*AssetSet, error) {
	if s.client == nil {
		return NewAssetSet(nil, time.Now(), false),
			fmt.Errorf("read the latest assets: %w: nothing is read from the platform; leave out --offline to read them", ErrOffline)
	}
	return s.client.Recent(ctx, s.company, since)
}

// clock tracks how far the platform's clock is behind this machine's, by the latest Date header.
type clock struct {
	mu     sync.Mutex
	dated  bool
	behind time.Duration
	steady steadyClock
}

func (c *clock) observe(header http.Header, sent, now time.Time) {
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dated, c.behind = true, now.Sub(at)
	c.steady.observe(at, sent, now)
}

// toPlatform converts a local time to one that is not later on the platform's clock. It ignores
// a platform that seems ahead: if only a proxy's clock is wrong, believing it would hide
// assets, and it saves nothing but a longer list.
func (c *clock) toPlatform(since, now time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since.IsZero() {
		return since
	}
	if since.After(now) {
		// This machine's clock was set back.
		since = now
	}
	if !c.dated {
		return since.Add(-farSkew)
	}
	return since.Add(-nearSkew).Add(-max(0, c.behind))
}
