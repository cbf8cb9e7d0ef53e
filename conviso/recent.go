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
	// nearSkew is what may lie between the clock that dates the platform's answers and the
	// one that dates its assets, and between an asset's date and its becoming visible.
	nearSkew = time.Minute
	// farSkew takes its place where no answer was dated, so that this machine's clock, which
	// nobody may be setting, is all there is.
	farSkew = 10 * time.Minute
)

// Recent reads the company's assets of the Backstage integration that were created or
// changed at since or later; the zero time means all of them. It reaches back further than that by a margin for clocks that
// differ, and a platform that ignores the filter sends everything: more than was asked for
// does no harm. The set is never Complete, and a list that changed while it was read is no
// error, since absence from it means nothing. It fails as Assets does, and with
// ErrFilterRefused where the platform will not filter; with an error comes the partial set.
func (c *Client) Recent(ctx context.Context, companyID string, since time.Time) (*AssetSet, error) {
	op := operation{doing: "read the latest assets of company " + c.say.safe(companyID, maxExcerpt), field: "assets", company: companyID}
	readAt := time.Now()
	p := c.changedSince(op, c.clock.theirs(since, readAt))
	p.loose = true
	assets, err := p.read(ctx)
	var fail *failure
	if errors.As(err, &fail) && fail.class == Permanent && fail.kind == nil {
		fail.kind = ErrFilterRefused
	}
	return NewAssetSet(assets, readAt, false), err
}

// LoadRecent reads what Client.Recent does. It neither uses nor changes what Cached returns:
// a part is no whole. Offline it fails with ErrOffline and an empty set.
func (s *AssetSource) LoadRecent(ctx context.Context, since time.Time) (*AssetSet, error) {
	if s.client == nil {
		return NewAssetSet(nil, time.Now(), false),
			fmt.Errorf("read the latest assets: %w: nothing is read from the platform; leave out --offline to read them", ErrOffline)
	}
	return s.client.Recent(ctx, s.company, since)
}

// clock knows how far the platform's clock is behind this machine's, by the Date header of
// its latest answer.
type clock struct {
	mu     sync.Mutex
	dated  bool
	behind time.Duration
}

// heard notes an answer that came at now.
func (c *clock) heard(header http.Header, now time.Time) {
	at, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dated, c.behind = true, now.Sub(at)
}

// theirs turns a moment of this machine into one that is not later on the platform's clock.
// A platform that seems to be ahead is not believed: that would hide assets if only the
// proxy that dates its answers were, while believing it saves nothing but a longer list.
func (c *clock) theirs(since, now time.Time) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if since.IsZero() {
		return since
	}
	if since.After(now) {
		// This machine's clock has been set back meanwhile.
		since = now
	}
	if !c.dated {
		return since.Add(-farSkew)
	}
	return since.Add(-nearSkew).Add(-max(0, c.behind))
}
