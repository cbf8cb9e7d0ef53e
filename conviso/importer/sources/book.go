package sources

import (
	"context"
	"sync"
	"time"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/queue"
)

// Platform reads assets of other sources; see conviso.Client.
type Platform interface {
	known.Platform

	OtherAssets(ctx context.Context, companyID string) ([]conviso.OtherAsset, error)
}

// key is where the queue's file keeps the set.
const key = "assets of other sources"

// Book is the set that the queue's file keeps. It is safe for concurrent use.
type Book struct {
	queue    queue.Queue
	platform Platform
	company  string
	now      func() time.Time

	mu     sync.Mutex
	loaded bool
	set    *Set
}

// NewBook returns a book of a company's assets that is not read yet.
func NewBook(q queue.Queue, p Platform, companyID string, now func() time.Time) *Book {
	return &Book{queue: q, platform: p, company: companyID, now: now}
}

// Load reads the file, once.
func (b *Book) Load(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.loaded {
		return nil
	}
	kept, err := b.queue.Blob(ctx, key)
	if err != nil {
		return err
	}
	b.loaded, b.set = true, Decode(kept)
	return nil
}

// Known returns the set, nil for none.
func (b *Book) Known() *Set {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.set
}

// Read reads the assets from the platform.
func (b *Book) Read(ctx context.Context) error {
	began := b.now()
	assets, err := b.platform.OtherAssets(ctx, b.company)
	if err == nil {
		b.change(ctx, func(s *Set) *Set { return s.Read(assets, began) })
	}
	return err
}

// Ask asks the platform for single assets, and reports whether there were answers.
func (b *Book) Ask(ctx context.Context, ids []string) bool {
	wanted := make([]queue.Known, len(ids))
	for i, id := range ids {
		wanted[i].AssetID = id
	}
	answers := map[string]Answer{}
	for _, got := range known.LookUp(ctx, b.platform, wanted, b.now) {
		answers[got.AssetID] = Answer{There: got.Fate == queue.FateThere, At: got.AskedAt}
	}
	if len(answers) > 0 {
		b.change(ctx, func(s *Set) *Set { return s.Answered(answers, b.now()) })
	}
	return len(answers) > 0
}

// change replaces the set. If the file does not take it, the next run asks again.
func (b *Book) change(ctx context.Context, next func(*Set) *Set) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.set = next(b.set)
	_ = b.queue.SetBlob(ctx, key, b.set.Encode())
}
