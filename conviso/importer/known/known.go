// Package known keeps the assets by which entities were shown as imported, and asks the platform what became of
// those that it does not list any more. It must not know how a status is decided, or when to ask.
package known

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

const (
	// MaxAsked bounds the look-ups for one list, askers those at a time.
	MaxAsked = 200
	askers   = 8
	// rememberAtOnce is how many assets one transaction takes, so that nobody waits long for the file.
	rememberAtOnce = 2000
)

// Assets maps entities to the assets that they were shown as imported by. They are as many as these, so only
// those that were asked for have more than an id.
type Assets map[catalog.Ref]Asset

// Asset is a known asset; Asked is nil until the platform was asked for it.
type Asset struct {
	ID    string
	Asked *queue.Known
}

// Get returns what is known of an entity's asset, if anything.
func (a Assets) Get(ref catalog.Ref) (queue.Known, bool) {
	asset, ok := a[ref]
	switch {
	case !ok:
		return queue.Known{}, false
	case asset.Asked != nil:
		return *asset.Asked, true
	}
	return queue.Known{Ref: ref, AssetID: asset.ID}, true
}

func (a Assets) set(one queue.Known) {
	asset := Asset{ID: one.AssetID}
	if one.Fate != "" || !one.AskedAt.IsZero() {
		asset.Asked = &one
	}
	a[one.Ref] = asset
}

// Platform looks assets up by id; see conviso.Client.
type Platform interface {
	AssetByID(ctx context.Context, id string) (asset conviso.Asset, found bool, err error)
}

// Book is what the queue's file has of known assets. It is safe for concurrent use.
type Book struct {
	queue    queue.Queue
	platform Platform
	now      func() time.Time

	mu     sync.Mutex
	loaded bool
	byRef  Assets // replaced, never changed
	// asked counts the look-ups for the list askedFor.
	askedFor *conviso.AssetSet
	asked    int
}

// NewBook returns a book that is not read yet.
func NewBook(q queue.Queue, p Platform, now func() time.Time) *Book {
	return &Book{queue: q, platform: p, now: now}
}

// Load reads the file, once.
func (b *Book) Load(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.loaded {
		return nil
	}
	all, err := b.queue.Known(ctx)
	if err != nil {
		return err
	}
	b.loaded, b.byRef = true, make(Assets, len(all))
	for _, known := range all {
		b.byRef.set(known)
	}
	return nil
}

// All returns the known assets, nil before Load. Do not modify it.
func (b *Book) All() Assets {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.byRef
}

// Add remembers assets, for this process even if the file cannot be written.
func (b *Book) Add(ctx context.Context, known []queue.Known) error {
	if len(known) == 0 {
		return nil
	}
	b.mu.Lock()
	next := maps.Clone(b.byRef)
	if next == nil {
		next = Assets{}
	}
	for _, one := range known {
		next.set(one)
	}
	b.byRef = next
	b.mu.Unlock()
	for some := range slices.Chunk(known, rememberAtOnce) {
		if err := b.queue.Remember(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

// Ask asks what became of assets that a list lacks, at most MaxAsked for one list, remembers the answers and
// reports whether there were any.
func (b *Book) Ask(ctx context.Context, list *conviso.AssetSet, lost []queue.Known) bool {
	b.mu.Lock()
	if b.askedFor != list {
		b.askedFor, b.asked = list, 0
	}
	lost = lost[:min(len(lost), max(0, MaxAsked-b.asked))]
	b.asked += len(lost)
	b.mu.Unlock()
	answers := LookUp(ctx, b.platform, lost, b.now)
	// What the file does not take is asked for again by the next run.
	_ = b.Add(ctx, answers)
	return len(answers) > 0
}

// LookUp asks for assets and returns the answers. An error ends it; what was answered before counts.
func LookUp(ctx context.Context, p Platform, lost []queue.Known, now func() time.Time) []queue.Known {
	answers := make([]queue.Known, len(lost))
	group, asking := errgroup.WithContext(ctx)
	group.SetLimit(askers)
	for i, one := range lost {
		group.Go(safego.Func(asking, func() error {
			asset, found, err := p.AssetByID(asking, one.AssetID)
			if err != nil {
				return err
			}
			one.Fate, one.NowID, one.NowName, one.AskedAt = queue.FateDeleted, "", "", now()
			if found {
				one.Fate, one.NowID, one.NowName = queue.FateThere, asset.ID, asset.Name
			}
			answers[i] = one
			return nil
		}))
	}
	_ = group.Wait()
	return slices.DeleteFunc(answers, func(k queue.Known) bool { return k.Fate == "" })
}
