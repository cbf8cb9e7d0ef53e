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
	"conviso-importer/internal/safego"
)

// Reader is what a Monitor reads; *Engine is one.
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
	Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]Item) *Statuses
	Runner() (string, bool)
}

// Update is what a Monitor knows at one moment. It does not change.
type Update struct {
	// Seq numbers the updates from 1; 0 is the one before anything is known.
	Seq int64
	// View is never nil; its Catalog is nil before a list was found.
	View *View
	// Generation counts the changes of the kinds that the view has.
	Generation int
	// Disk reports that what an earlier run left on disk of these kinds was looked for.
	Disk bool
	// Catalog and Assets are the reads that fill the view.
	Catalog, Assets Load
	// QueueRead reports that the queue was read, up to the change QueueSeq; QueueErr is why it
	// cannot be read now.
	QueueRead bool
	QueueSeq  int64
	QueueErr  error
	// Unsettled counts the queue, and FailedListed its failed items that are of the view's kinds.
	Unsettled    Unsettled
	FailedListed int
	// Changed are items of the queue that have changed since the update that Next was asked
	// for, the oldest change first; the first time they are the whole queue.
	Changed []Item
	// Runner is the other process that drains the queue, or empty.
	Runner string
}

// Load is how one of the two reads goes.
type Load struct {
	// Running reports that it goes on; Read of about Total are there.
	Running     bool
	Read, Total int
	// Ended counts the reads that have ended, whether well or not.
	Ended int
	// Err is why the last one ended, nil after a good one. A read that was given up has none.
	Err error
	// Down is since when the other side has been unavailable; zero where it answers.
	Down time.Time
}

// Monitor keeps a view current for whoever stays: it reads what is on disk, then both lists, and
// watches the queue. Resolving statuses takes long for large catalogs, so all of it happens beside
// the caller, and what comes quickly is gathered. It sends nothing. Its methods may be called from
// several goroutines; Next from one.
type Monitor struct {
	ctx context.Context
	r   Reader
	now func() time.Time

	mu sync.Mutex
	// told is the latest update. state is what is known by now, of which the next one is made; its
	// View is the latest that was resolved.
	told, state Update
	// snap, assets and items are what the next view is made of; items is replaced as a whole,
	// since views keep it.
	snap   *catalog.Snapshot
	assets *conviso.AssetSet
	items  map[catalog.Ref]Item
	// stale reports that the view is older than these.
	stale bool
	// batches are changed items by the update that brings them; building reports that one is
	// being made, to which nothing can be added any more.
	batches  []batchOfItems
	building bool
	// dirty wakes the publisher, published whoever waits in Next.
	dirty     chan struct{}
	published chan struct{}
	// stopCatalog and stopAssets end the reads under way.
	stopCatalog, stopAssets context.CancelFunc
}

type batchOfItems struct {
	update int64
	items  []Item
}

// NewMonitor returns a monitor that does nothing before Start; ctx ends it. Now is the clock; nil
// means time.Now.
func NewMonitor(ctx context.Context, r Reader, now func() time.Time) *Monitor {
	if now == nil {
		now = time.Now
	}
	m := &Monitor{ctx: ctx, r: r, now: now, items: map[catalog.Ref]Item{}, dirty: make(chan struct{}, 1), published: make(chan struct{}),
		stopCatalog: func() {}, stopAssets: func() {}}
	m.state.View = &View{Kinds: r.Kinds()}
	m.told = m.state
	return m
}

// Start begins to read: what is on disk first, then the network.
func (m *Monitor) Start() {
	safego.Go(m.ctx, m.publish)
	safego.Go(m.ctx, m.open)
	safego.Go(m.ctx, m.watch)
}

// Now returns the latest update.
func (m *Monitor) Now() Update {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.told
}

// Next waits for an update newer than the one numbered after, and returns the latest: what happens
// meanwhile is told at once. Items that changed up to after are forgotten.
func (m *Monitor) Next(ctx context.Context, after int64) (Update, error) {
	for {
		m.mu.Lock()
		u, published := m.told, m.published
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

// Refresh reads both lists again; with all every asset, however little seems to have changed. What
// is known stays until there is better. Offline it does nothing.
func (m *Monitor) Refresh(all bool) {
	m.readCatalog()
	m.readAssets(all)
}

// UseKinds makes the list one of other kinds: of what is cached of them, then of what the catalog
// has. The view is empty until then.
func (m *Monitor) UseKinds(kinds []string) {
	m.mu.Lock()
	m.stopCatalog()
	m.r.UseKinds(kinds)
	m.state.Generation++
	generation := m.state.Generation
	m.snap, m.stale = nil, true
	m.state.View = &View{Kinds: m.r.Kinds(), Assets: m.assets, Items: m.items, Seq: m.state.QueueSeq}
	m.state.Disk, m.state.Catalog = false, Load{Running: true, Ended: m.state.Catalog.Ended}
	// The old list goes at once, not when the next update is made.
	m.told = m.state
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

// Take takes over what somebody else has read: lists that are complete, and items.
func (m *Monitor) Take(snap *catalog.Snapshot, generation int, assets *conviso.AssetSet, items []Item, seq int64) {
	m.change(func() {
		if snap != nil && snap.Complete && generation == m.state.Generation {
			m.snap, m.stale = snap, true
		}
		if assets != nil && assets.Complete {
			m.assets, m.stale = assets, true
		}
		m.merge(items, seq)
	})
}

// change changes what is known and has it published.
func (m *Monitor) change(do func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	do()
	m.wake()
}

// wake has what is known published. The caller holds the lock.
func (m *Monitor) wake() {
	select {
	case m.dirty <- struct{}{}:
	default:
	}
}

// publish makes updates of what is known, one at a time.
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
		}
		next.countQueue(m.now())
		m.mu.Lock()
		m.building = false
		m.state.Seq++
		m.state.Unsettled, m.state.FailedListed = next.Unsettled, next.FailedListed
		if next.Generation == m.state.Generation {
			m.state.View = next.View
			m.told = next
		}
		// A list of kinds that have been given up meanwhile is not shown any more; the next update
		// has another.
		m.told.Seq = m.state.Seq
		close(m.published)
		m.published = make(chan struct{})
		m.mu.Unlock()
	}
}

// countQueue counts the view's items. What is late depends on the time too.
func (u *Update) countQueue(now time.Time) {
	u.Unsettled, u.FailedListed = UnsettledOf(maps.Values(u.View.Items), now), 0
	if u.Unsettled.Failed == 0 {
		return
	}
	for ref, item := range u.View.Items {
		if item.State == Failed && slices.Contains(u.View.Kinds, ref.Kind()) {
			u.FailedListed++
		}
	}
}
