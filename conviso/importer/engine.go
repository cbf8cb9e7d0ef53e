package importer

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"conviso-importer/cache"
	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/safego"
)

// CatalogSource is what the engine needs of the catalog; backstage.Source provides it.
type CatalogSource interface {
	Cached(ctx context.Context) (*catalog.Snapshot, bool)
	Load(ctx context.Context) iter.Seq2[*catalog.Snapshot, error]
	Details(ctx context.Context, refs []catalog.Ref) (map[catalog.Ref]catalog.Detail, error)
	CachedDetail(ref catalog.Ref) (catalog.Detail, time.Time, bool)
}

// AssetSource is what the engine needs of the platform's asset list; conviso.AssetSource
// provides it.
type AssetSource interface {
	Cached() (*conviso.AssetSet, bool)
	Load(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error)
	Refresh(ctx context.Context, progress func(read, total int)) (set *conviso.AssetSet, whole bool, err error)
	LoadRecent(ctx context.Context, since time.Time) (*conviso.AssetSet, error)
}

// Platform is what the engine asks of the platform beside its assets; conviso.Client
// provides it.
type Platform interface {
	Company(ctx context.Context, id string) (conviso.Company, error)
	Companies(ctx context.Context) ([]conviso.Company, error)
	Import(ctx context.Context, companyID string, projects []conviso.Project) (conviso.ImportResult, error)
	Integration(ctx context.Context, instanceID string) (*conviso.Integration, error)
	SaveIntegration(ctx context.Context, in conviso.IntegrationInput) (conviso.Integration, error)
}

// Config is what an Engine is made of.
type Config struct {
	Identity Identity
	Catalog  CatalogSource
	// Kinds are those that Catalog lists, OfKinds makes a source of others; see UseKinds.
	Kinds    []string
	OfKinds  func(kinds []string) CatalogSource
	Assets   AssetSource
	Platform Platform
	Queue    queue.Queue
	Lock     queue.Locker
	Mapping  Mapping
	Namer    Namer
	// Settle is how long an item whose fate is unknown is looked for before it may be sent
	// again.
	Settle time.Duration
	// AutoInterval, AutoQuery and AutoMax say when auto-import checks, which entities it may
	// take and how many in one run.
	AutoInterval time.Duration
	AutoQuery    catalog.Query
	AutoMax      int
	// Store keeps how the list looked for the next start; nil keeps nothing.
	Store *cache.Store
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Engine is the product without its front ends. Its methods may be called from several
// goroutines.
type Engine struct {
	identity Identity
	catalog  CatalogSource
	ofKinds  func(kinds []string) CatalogSource
	// started is the list of the kinds that the engine was made with.
	started  *reading
	assets   AssetSource
	platform Platform
	queue    queue.Queue
	lock     queue.Locker
	mapping  Mapping
	namer    Namer
	settle   time.Duration
	auto     autoConfig
	// autoInterval is the time between two checks of auto-import.
	autoInterval time.Duration
	openings     openings
	now          func() time.Time

	// draining holds one token: one Drain runs at a time in this process, as the lock has
	// it between processes.
	draining chan struct{}
	control  control
	// held are outcomes that the queue's disk has refused so far; see keep. Who holds the
	// draining token may touch it.
	held map[queue.ID]Item

	// mu guards what follows and the company's label.
	mu sync.Mutex
	// list is the catalog's list in use.
	list *reading
	// latest is the newest complete set of assets; latestWhole says that the list itself was
	// read for it, and not only what had changed.
	latest      *conviso.AssetSet
	latestWhole bool
}

// NewEngine returns an engine; it reads and sends nothing.
func NewEngine(c Config) *Engine {
	if c.Now == nil {
		c.Now = time.Now
	}
	started := &reading{source: c.Catalog, kinds: normalKinds(c.Kinds)}
	return &Engine{
		ofKinds: c.OfKinds, started: started, list: started,
		identity: c.Identity, catalog: c.Catalog, assets: c.Assets, platform: c.Platform, queue: c.Queue, lock: c.Lock,
		mapping: c.Mapping, namer: c.Namer, settle: c.Settle, now: c.Now,
		auto: autoConfig{query: c.AutoQuery, limit: c.AutoMax}, autoInterval: c.AutoInterval,
		openings: newOpenings(c.Store, c.Identity),
		draining: make(chan struct{}, 1), held: map[queue.ID]Item{},
	}
}

// Identity says what is connected to what.
func (e *Engine) Identity() Identity {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.identity
}

// Cached returns what the last run left: the catalog and the assets, each nil where there is
// none. It asks no server.
func (e *Engine) Cached(ctx context.Context) (*catalog.Snapshot, *conviso.AssetSet) {
	list := e.reading()
	var assets *conviso.AssetSet
	read := make(chan struct{})
	safego.Go(ctx, func() {
		defer close(read)
		assets, _ = e.assets.Cached()
	})
	snap, _ := list.source.Cached(ctx)
	<-read
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

// LoadCatalog reads the catalog anew: growing snapshots, the last of them complete. An error
// ends it; what came before stays valid as a part.
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
				e.mu.Lock()
				list.snap = snap
				e.mu.Unlock()
			}
			if !yield(snap, err) {
				return
			}
		}
	}
}

// Items returns this catalog's queue, settled items included, and its newest Seq.
func (e *Engine) Items(ctx context.Context) ([]Item, int64, error) { return e.queue.Changed(ctx, 0) }

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

// Resolve decides the statuses of a snapshot's rows; see the function Resolve.
func (e *Engine) Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]Item) *Statuses {
	return Resolve(snap, assets, items, e.namer)
}

// Preview returns an entity's details and what would be sent for it, from the cache where it
// holds them.
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
	return Preview{Detail: detail.Safe(), ReadAt: readAt, Project: SafeProject(t.Project), Defaults: t.Defaults,
		Overrides: t.Overrides, Origins: t.Origins, OptOut: optsOut(detail)}, nil
}

// assetName is the name under which an entity goes, as the last snapshot has it.
func (e *Engine) assetName(d catalog.Detail) string {
	e.mu.Lock()
	snap := e.list.snap
	e.mu.Unlock()
	if snap == nil || e.namer.ClashTemplate == "" {
		return d.Name
	}
	if row, ok := snap.Row(d.Ref); ok {
		return e.namer.Names(snap).Name(row)
	}
	return d.Name
}

// Submit puts a plan's items into the queue, on disk when it returns nil. Drain sends them.
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
	// What was there when the plan was made is no evidence later; what has come since, and a
	// newer read shows already, is somebody else's import.
	assets := p.assets
	entries := make([]queue.Entry, len(p.Items))
	for i := range p.Items {
		entry := queue.Entry{Ref: p.Items[i].Ref, Project: p.Items[i].Project, Strict: p.Items[i].Clash, After: p.after,
			Again: !p.Items[i].TakenAt.IsZero()}
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

// Wait returns when no Drain runs in this process: requests on their way are given the time
// to be answered, so that the queue may be closed behind it.
func (e *Engine) Wait() {
	e.draining <- struct{}{}
	defer func() { <-e.draining }()
	e.lastTry(context.Background()) //nolint:forbidigo // A local file is written, or not; nobody waits who could give up.
}

// Runner says which other process drains the queue, if one does.
func (e *Engine) Runner() (string, bool) {
	info, ok := e.lock.Holder()
	if !ok {
		return "", false
	}
	return info.String(), true
}

// completeSnapshot returns the last complete read of the catalog, reading it where there is
// none or where it is too old to plan by.
func (e *Engine) completeSnapshot(ctx context.Context, list *reading) (*catalog.Snapshot, error) {
	e.mu.Lock()
	snap := list.snap
	e.mu.Unlock()
	if snap != nil && snap.Complete && e.now().Sub(snap.ReadAt) < planCatalogAge {
		return snap, nil
	}
	return e.readWhole(ctx, list)
}

// planCatalogAge is how old a complete read of the catalog may be for a plan: it decides
// only which names are shared, since the details of what goes are read anew.
const planCatalogAge = 15 * time.Minute

// ReadCatalog reads the catalog whole. With an error comes the part that was read, or nil.
func (e *Engine) ReadCatalog(ctx context.Context) (*catalog.Snapshot, error) {
	return e.readWhole(ctx, e.reading())
}

func (e *Engine) readWhole(ctx context.Context, list *reading) (*catalog.Snapshot, error) {
	var last *catalog.Snapshot
	for snap, err := range e.load(ctx, list) {
		if snap != nil && snap.Len() > 0 {
			last = snap
		}
		if err != nil {
			return last, err
		}
	}
	if last == nil {
		return catalog.NewSnapshot(nil, e.now(), 0, true), nil
	}
	if !last.Complete {
		return last, &IncompleteError{What: "the catalog", Err: errors.New("it ended early; try again")}
	}
	return last, nil
}
