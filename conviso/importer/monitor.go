package importer

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/safego"
)

// Reader is what a Monitor reads; *Engine implements it.
type Reader interface {
	Identity() Identity
	Kinds() []string
	UseKinds(kinds []string)
	Cached(ctx context.Context) (*catalog.Snapshot, *conviso.AssetSet)
	LoadCatalog(ctx context.Context) iter.Seq2[*catalog.Snapshot, error]
	LoadAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error)
	RefreshAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error)
	Items(ctx context.Context) ([]Item, int64, error)
	Watch(ctx context.Context, since int64) ([]Item, int64, error)
	Shrunk(ctx context.Context) []Shrunk
	// Settle returns v, or a newer view of the same catalog; see Engine.Settle.
	Settle(ctx context.Context, v *View) *View
	Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]Item) *Statuses
	Runner() (string, bool)
}

// Update is an immutable view of what a Monitor knows.
type Update struct {
	Seq             int64 // numbers updates from 1; 0 is the empty one
	View            *View // never nil; its Catalog is nil until a list was read
	Generation      int   // counts changes of the view's kinds
	Disk            bool  // the cache was read for these kinds
	Catalog, Assets Load  // the reads that fill the view
	// QueueRead reports that the queue was read up to QueueSeq; QueueErr is why it cannot be read now.
	QueueRead bool
	QueueSeq  int64
	QueueErr  error
	// Unsettled counts the queue, FailedListed its failed items of the view's kinds.
	Unsettled    Unsettled
	FailedListed int
	// Changed are the items changed since Next's update, oldest first; at first the whole queue.
	Changed []Item
	Runner  string // the other process that drains the queue, or empty
}

// Load is the state of one read.
type Load struct {
	// Read of about Total were read so far.
	Running     bool
	Read, Total int
	Ended       int       // counts finished reads, failed ones included
	Err         error     // the last read's error; a cancelled read has none
	Down        time.Time // since when the server is unavailable; zero if it answers
}

// Monitor keeps a view current: it reads the cache, then both lists, and watches the queue. Statuses of
// large catalogs take long to resolve, so it does so in the background and merges changes. It sends
// nothing. It is safe for concurrent use, except Next: call it from one goroutine.
type Monitor struct {
	ctx context.Context
	r   Reader
	now func() time.Time

	mu sync.Mutex
	// current is the latest update; state is the source of the next one, with the latest resolved View.
	current, state Update
	// snap, assets and items are the source of the next view; items is replaced: views share it.
	snap   *catalog.Snapshot
	assets *conviso.AssetSet
	items  map[catalog.Ref]Item
	stale  bool // the view must be resolved again
	// settled are the complete lists, or those that moved, that were given to Settle last.
	settled View
	// batches are changed items by update; building reports that the next update is closed for changes.
	batches                 []batchOfItems
	building                bool
	dirty                   chan struct{} // wakes the publisher; published is closed for callers of Next
	published               chan struct{}
	stopCatalog, stopAssets context.CancelFunc
}

type batchOfItems struct {
	update int64
	items  []Item
}

// NewMonitor returns a monitor that runs from Start until ctx ends. A nil now means time.Now.
func NewMonitor(ctx context.Context, r Reader, now func() time.Time) *Monitor {
	if now == nil {
		now = time.Now
	}
	m := &Monitor{ctx: ctx, r: r, now: now, items: map[catalog.Ref]Item{}, dirty: make(chan struct{}, 1), published: make(chan struct{}),
		stopCatalog: func() {}, stopAssets: func() {}}
	m.state.View = &View{Kinds: r.Kinds()}
	m.current = m.state
	return m
}

// Start starts the reads: cache first, then network.
func (m *Monitor) Start() {
	safego.Go(m.ctx, m.publish)
	safego.Go(m.ctx, m.open)
	safego.Go(m.ctx, m.watch)
}

// Now returns the latest update.
func (m *Monitor) Now() Update {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.current
}

// Next waits for an update newer than after and returns the latest. It forgets item changes up to after.
func (m *Monitor) Next(ctx context.Context, after int64) (Update, error) {
	for {
		m.mu.Lock()
		u, published := m.current, m.published
		if u.Seq > after {
			for len(m.batches) > 0 && m.batches[0].update <= after {
				m.batches = m.batches[1:]
			}
			for _, b := range m.batches {
				if b.update <= u.Seq {
					u.Changed = append(u.Changed, b.items...)
				}
			}
			m.mu.Unlock()
			return u, nil
		}
		m.mu.Unlock()
		select {
		case <-published:
		case <-ctx.Done():
			return u, ctx.Err()
		}
	}
}

// Refresh reads both lists again; all forces a whole read of the assets. Data stays until replaced.
// Offline it does nothing.
func (m *Monitor) Refresh(all bool) {
	m.readCatalog()
	m.readAssets(all)
}

// UseKinds switches to other kinds. The view is empty until the cache, then the catalog, was read.
func (m *Monitor) UseKinds(kinds []string) {
	m.mu.Lock()
	m.stopCatalog()
	m.r.UseKinds(kinds)
	m.state.Generation++
	generation := m.state.Generation
	m.snap, m.stale = nil, true
	m.state.View = &View{Kinds: m.r.Kinds(), Assets: m.assets, Items: m.items, Seq: m.state.QueueSeq}
	m.state.Disk, m.state.Catalog = false, Load{Running: true, Ended: m.state.Catalog.Ended}
	// Replace the old list now, not with the next update.
	m.current = m.state
	m.wake()
	m.mu.Unlock()
	safego.Go(m.ctx, func() {
		snap, _ := m.r.Cached(m.ctx)
		m.change(func() {
			if generation == m.state.Generation {
				m.snap, m.stale = snap, true
				m.state.Disk, m.state.Catalog.Running = true, false
			}
		})
		m.readCatalogOf(generation)
	})
}

// Take merges complete lists and items that the caller has read.
func (m *Monitor) Take(snap *catalog.Snapshot, generation int, assets *conviso.AssetSet, items []Item, seq int64) {
	m.change(func() {
		if snap != nil && snap.Complete && generation == m.state.Generation {
			m.snap, m.stale = snap, true
		}
		if assets != nil && assets.Complete && (m.assets == nil || assets.ReadAt.After(m.assets.ReadAt)) {
			m.assets, m.stale = assets, true
		}
		m.merge(items, seq)
	})
}

// Resolve decides the statuses again, by what the engine has learned meanwhile.
func (m *Monitor) Resolve() { m.change(func() { m.stale = true }) }

// change changes the state and wakes the publisher.
func (m *Monitor) change(do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do()
	m.wake()
}

// wake wakes the publisher. The caller holds the lock.
func (m *Monitor) wake() {
	select {
	case m.dirty <- struct{}{}:
	default:
	}
}

func (m *Monitor) publish() {
	for {
		select {
		case <-m.dirty:
		case <-m.ctx.Done():
			return
		}
		m.mu.Lock()
		next, stale := m.state, m.stale
		if stale {
			next.View = &View{Catalog: m.snap, Kinds: m.r.Kinds(), Assets: m.assets, Items: m.items, Seq: m.state.QueueSeq}
		}
		m.stale, m.building = false, true
		m.mu.Unlock()
		if stale && next.View.Catalog != nil {
			next.View.Statuses = m.r.Resolve(next.View.Catalog, next.View.Assets, next.View.Items)
			next.View.Shrunk = m.r.Shrunk(m.ctx)
			m.settle(next.View)
		}
		next.countQueue(m.now())
		m.mu.Lock()
		m.building = false
		m.state.Seq++
		m.state.Unsettled, m.state.FailedListed = next.Unsettled, next.FailedListed
		if next.Generation == m.state.Generation {
			m.state.View = next.View
			m.current = next
		}
		// A list of kinds no longer in use is dropped; another update follows.
		m.current.Seq = m.state.Seq
		close(m.published)
		m.published = make(chan struct{})
		m.mu.Unlock()
	}
}

// countQueue counts the view's items. It depends on the time: items become late.
func (u *Update) countQueue(now time.Time) {
	u.Unsettled, u.FailedListed = status.UnsettledOf(maps.Values(u.View.Items), now), 0
	if u.Unsettled.Failed == 0 {
		return
	}
	for ref, item := range u.View.Items {
		if item.State == Failed && slices.Contains(u.View.Kinds, ref.Kind()) {
			u.FailedListed++
		}
	}
}
