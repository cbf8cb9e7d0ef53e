package importer

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/cache"
	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/home"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/measure"
	"conviso-importer/conviso/importer/moved"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/sources"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/internal/doing"
	"conviso-importer/internal/safego"
)

// CatalogSource provides the catalog; see backstage.Source.
type CatalogSource interface {
	Judge(believed func(*catalog.Snapshot) bool)
	Cached(ctx context.Context) (*catalog.Snapshot, bool)
	Load(ctx context.Context) iter.Seq2[*catalog.Snapshot, error]
	Details(ctx context.Context, refs []catalog.Ref) (map[catalog.Ref]catalog.Detail, error)
	CachedDetail(ref catalog.Ref) (catalog.Detail, time.Time, bool)
}

// AssetSource provides the platform's assets; see conviso.AssetSource.
type AssetSource interface {
	Judge(believed func(*conviso.AssetSet) bool)
	Cached() (*conviso.AssetSet, bool)
	Load(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error)
	Refresh(ctx context.Context, progress func(read, total int)) (set *conviso.AssetSet, whole bool, err error)
	LoadRecent(ctx context.Context, since time.Time) (*conviso.AssetSet, error)
}

// Platform is the rest of the platform's API; see conviso.Client.
type Platform interface {
	Company(ctx context.Context, id string) (conviso.Company, error)
	Companies(ctx context.Context) ([]conviso.Company, error)
	sources.Platform
	moved.Platform

	Import(ctx context.Context, companyID string, projects []conviso.Project) (conviso.ImportResult, error)
	Integration(ctx context.Context, instanceID string) (*conviso.Integration, error)
	SaveIntegration(ctx context.Context, in conviso.IntegrationInput) (conviso.Integration, error)
}

// Config configures an Engine.
type Config struct {
	Identity Identity
	Catalog  CatalogSource
	Kinds    []string // those that Catalog lists; OfKinds makes a source of others, see UseKinds
	OfKinds  func(kinds []string) CatalogSource
	Assets   AssetSource
	Platform Platform
	Queue    queue.Queue
	Lock     queue.Locker
	Home     *home.Home // where the queue is at home; nil lets everybody send
	Mapping  mapping.Tables
	Namer    Namer
	Sharing  Sharing       // what bulk imports and auto-import do with entities that share a repository
	Settle   time.Duration // how long an item whose answer was lost is read back before it may be sent again
	// AutoInterval, AutoQuery and AutoMax are auto-import's interval, filter and limit per run.
	AutoInterval time.Duration
	AutoQuery    catalog.Query
	AutoMax      int
	Sender       Sender           // noted with what is imported
	QueueKeep    time.Duration    // how long texts, times and attempts of what was imported are kept; zero for ever
	Store        *cache.Store     // caches the list for the next start; nil disables it
	Now          func() time.Time // the clock; nil means time.Now
}

// Sender is who imports, from which machine; empty where that is unknown.
type Sender struct{ User, Host string }

// Engine is the product without its front ends. It is safe for concurrent use.
type Engine struct {
	identity     Identity
	catalog      CatalogSource
	ofKinds      func(kinds []string) CatalogSource
	started      *reading // the list of the kinds given to NewEngine
	assets       AssetSource
	platform     Platform
	queue        queue.Queue
	lock         queue.Locker
	home         *home.Home
	mapping      mapping.Tables
	namer        Namer
	named        atomic.Pointer[Names]
	sharing      Sharing
	settle       time.Duration
	sender       Sender
	keeps        time.Duration
	auto         autoConfig
	autoInterval time.Duration
	openings     openings
	now          func() time.Time

	// draining holds one token: one Drain in this process; lock does the same between processes.
	draining chan struct{}
	control  control
	doing    doing.Board // what reads and plans are at
	inParts  atomic.Bool // an import in parts is still planned
	// unwritten are outcomes that the disk refused; see keep. The draining token guards it.
	unwritten map[queue.ID]Item
	// waited holds from when on sent items are waited for; see waitedFrom. The draining token guards it.
	waited map[itemSend]time.Time

	assetsGuard *measure.Guard
	pasts       pastBook
	known       *known.Book
	others      *sources.Book
	settling    settling

	// mu guards the fields below and identity.Company.Label.
	mu   sync.Mutex
	list *reading
	// latest is the newest complete set of assets; latestWhole: by a whole read, not a refresh.
	latest      *conviso.AssetSet
	latestWhole bool
	doubted     *conviso.AssetSet // the last complete set that is not believed
	moved       *conviso.AssetSet // the last set that moved while it was read, with answers about single names
}

// NewEngine returns an engine; it reads and sends nothing.
func NewEngine(c Config) *Engine {
	if c.Now == nil {
		c.Now = time.Now
	}
	e := &Engine{
		ofKinds:  c.OfKinds,
		identity: c.Identity, catalog: c.Catalog, assets: c.Assets, platform: c.Platform, queue: c.Queue, lock: c.Lock, home: c.Home,
		mapping: c.Mapping, namer: c.Namer, sharing: cmp.Or(c.Sharing, ShareFirst), settle: c.Settle, sender: c.Sender, keeps: c.QueueKeep, now: c.Now,
		auto: autoConfig{query: c.AutoQuery, limit: c.AutoMax}, autoInterval: c.AutoInterval,
		openings: newOpenings(c.Store, c.Identity),
		draining: make(chan struct{}, 1), unwritten: map[queue.ID]Item{}, waited: map[itemSend]time.Time{},
		known:       known.NewBook(c.Queue, c.Platform, c.Now),
		others:      sources.NewBook(c.Queue, c.Platform, c.Identity.Company.ID, c.Now),
		assetsGuard: measure.New(c.Queue, "assets "+c.Identity.InstanceID),
	}
	e.assets.Judge(e.judgeAssets)
	e.started = e.newReading(c.Catalog, normalKinds(c.Kinds))
	e.list = e.started
	return e
}

// Identity returns what is connected to what.
func (e *Engine) Identity() Identity {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.identity
}

// Cached returns what the last run stored, each nil where there is none. It uses no network.
func (e *Engine) Cached(ctx context.Context) (*catalog.Snapshot, *conviso.AssetSet) {
	list := e.reading()
	var assets *conviso.AssetSet
	read, queued := make(chan struct{}), make(chan struct{})
	safego.Go(ctx, func() {
		defer close(read)
		assets, _ = e.assets.Cached()
	})
	safego.Go(ctx, func() {
		defer close(queued)
		// Statuses need both; who must have them learns of an error.
		_ = e.remembered(ctx)
		_, _ = e.past(ctx)
	})
	snap, _ := list.source.Cached(ctx)
	<-read
	<-queued
	e.mu.Lock()
	defer e.mu.Unlock()
	if list.snap == nil {
		list.snap = snap
	}
	if e.latest == nil {
		e.latest, e.latestWhole = assets, false
	}
	return list.snap, e.latest
}

// LatestAssets returns the newest complete assets that this process knows, nil for none.
func (e *Engine) LatestAssets() *conviso.AssetSet {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.latest
}

// LoadCatalog reads the catalog and yields growing snapshots, the last one complete; see entities for a list that
// is not believed. After an error the snapshots so far stay valid as a part.
func (e *Engine) LoadCatalog(ctx context.Context) iter.Seq2[*catalog.Snapshot, error] {
	return e.load(ctx, e.reading())
}

func (e *Engine) load(ctx context.Context, list *reading) iter.Seq2[*catalog.Snapshot, error] {
	return func(yield func(*catalog.Snapshot, error) bool) {
		if e.identity.Offline {
			yield(nil, ErrOffline)
			return
		}
		for snap, err := range list.source.Load(ctx) {
			if snap != nil && snap.Complete {
				snap = e.entities(ctx, list, snap)
			}
			if !yield(snap, err) {
				return
			}
		}
	}
}

// Items returns the queue without what was finished before this process first asked, and its newest Seq.
func (e *Engine) Items(ctx context.Context) ([]Item, int64, error) {
	past, err := e.past(ctx)
	if err != nil {
		return nil, 0, err
	}
	return e.queue.Items(ctx, past.Seq())
}

// Unfinished is Items without anything that was finished, for whoever does not ask for statuses.
func (e *Engine) Unfinished(ctx context.Context) ([]Item, int64, error) {
	return e.queue.Items(ctx, math.MaxInt64)
}

// Changes returns the items newer than since, and the newest Seq, without waiting for one.
func (e *Engine) Changes(ctx context.Context, since int64) ([]Item, int64, error) {
	return e.queue.Changed(ctx, since)
}

// Watch blocks until items newer than since exist and returns them with the newest Seq.
func (e *Engine) Watch(ctx context.Context, since int64) ([]Item, int64, error) {
	for {
		items, seq, err := e.queue.Changed(ctx, since)
		if err != nil || len(items) > 0 {
			return items, seq, err
		}
		if err := e.queue.Wait(ctx); err != nil {
			return nil, since, err
		}
	}
}

// Resolve decides statuses with what the engine has.
func (e *Engine) Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]Item) *Statuses {
	return status.Decide(e.names(snap), e.sharing, assets, status.Evidence{Items: items, Past: e.pastRead(), Known: e.known.All(), Others: e.others.Known()})
}

// names keeps the names of the latest snapshot: statuses are resolved again with every change of the queue.
func (e *Engine) names(snap *catalog.Snapshot) *Names {
	if kept := e.named.Load(); kept != nil && kept.Of(snap) {
		return kept
	}
	names := e.namer.Names(snap)
	e.named.Store(names)
	return names
}

// Preview returns an entity's details, cached if fresh, and what would be sent for it.
func (e *Engine) Preview(ctx context.Context, ref catalog.Ref) (Preview, error) {
	detail, readAt, ok := e.catalog.CachedDetail(ref)
	if !e.identity.Offline && (!ok || e.now().Sub(readAt) > freshFor) {
		details, err := e.catalog.Details(ctx, []catalog.Ref{ref})
		if err != nil && !ok {
			return Preview{}, err
		}
		if fresh, found := details[ref]; found {
			detail, readAt, ok = fresh, e.now(), true
		}
	}
	if !ok {
		if e.identity.Offline {
			return Preview{}, errors.New("its details are not in the cache, and --offline was given")
		}
		return Preview{}, ErrGone
	}
	t := e.mapping.Trace(detail, e.assetName(detail))
	return Preview{Detail: detail.Safe(), ReadAt: readAt, Project: mapping.SafeProject(t.Project), Defaults: t.Defaults,
		Overrides: t.Overrides, Origins: t.Origins, Held: status.HeldBy(catalog.ReadAnnotations(detail.Annotations))}, nil
}

// assetName is the entity's asset name by the last snapshot.
func (e *Engine) assetName(d catalog.Detail) string {
	e.mu.Lock()
	snap := e.list.snap
	e.mu.Unlock()
	if snap == nil || e.namer.ClashTemplate == "" {
		return d.Name
	}
	if row, ok := snap.Row(d.Ref); ok {
		return e.names(snap).Name(row)
	}
	return d.Name
}

// Doing says in one line what is read and planned just now; empty for nothing. It returns at once.
func (e *Engine) Doing() string { return e.doing.String() }

// Submit adds a plan's items to the queue, durably when it returns nil. Drain sends them.
func (e *Engine) Submit(ctx context.Context, p *Plan) error {
	switch {
	case e.identity.ReadOnly:
		return ErrReadOnly
	case e.identity.Offline:
		return ErrOffline
	}
	if err := e.bound(p); err != nil {
		return err
	}
	// Assets that existed at planning time are no evidence later; newer ones are somebody else's import.
	assets := p.assets
	entries := make([]queue.Entry, len(p.Items))
	for i := range p.Items {
		entry := queue.Entry{Ref: p.Items[i].Ref, Project: p.Items[i].Project, Strict: p.Items[i].Clash, After: p.after,
			Agreed: p.agreed(&p.Items[i]), Again: !p.Items[i].TakenAt.IsZero()}
		if assets != nil {
			for _, asset := range assets.Named(conviso.NameKey(entry.Project.Name)) {
				entry.Baseline = append(entry.Baseline, asset.ID)
			}
		}
		entries[i] = entry
	}
	if err := e.bind(ctx); err != nil {
		return err
	}
	if err := e.queue.SetMeta(ctx, metaBackstageURL+p.InstanceID, p.BackstageURL); err != nil {
		return err
	}
	_, err := e.queue.Add(ctx, entries, e.now())
	return err
}

// Runner returns the other process that drains the queue, if any.
func (e *Engine) Runner() (string, bool) {
	info, ok := e.lock.Holder()
	if !ok {
		info, ok = e.home.Busy(e.now())
	}
	if !ok {
		return "", false
	}
	return info.String(), true
}

// completeSnapshot returns a complete read that is younger than planCatalogAge.
func (e *Engine) completeSnapshot(ctx context.Context, list *reading) (*catalog.Snapshot, error) {
	e.mu.Lock()
	snap := list.snap
	e.mu.Unlock()
	if snap != nil && snap.Complete && e.now().Sub(snap.ReadAt) < planCatalogAge {
		return snap, nil
	}
	return e.readWhole(ctx, list)
}

// planCatalogAge is the maximum age of a catalog read for a plan: only shared names depend on it,
// since details are read again.
const planCatalogAge = 15 * time.Minute

// ReadCatalog reads the whole catalog. On an error it returns the part that was read, or nil.
func (e *Engine) ReadCatalog(ctx context.Context) (*catalog.Snapshot, error) {
	return e.readWhole(ctx, e.reading())
}

func (e *Engine) readWhole(ctx context.Context, list *reading) (*catalog.Snapshot, error) {
	work := e.doing.Begin("reading the catalog")
	defer work.End()
	var last *catalog.Snapshot
	for snap, err := range e.load(ctx, list) {
		if snap != nil && snap.Len() > 0 {
			last = snap
			work.At(snap.Len(), snap.Total)
		}
		if err != nil {
			return last, err
		}
	}
	if last == nil {
		return catalog.NewSnapshot(nil, e.now(), 0, true), nil
	}
	if !last.Complete {
		if err := believed(e.shrunk(ctx, list), e.now()); err != nil {
			return last, err
		}
		return last, &IncompleteError{What: "the catalog", Err: errors.New("it ended early; try again")}
	}
	return last, nil
}
