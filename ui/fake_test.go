package ui

import (
	"context"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/status"
)

// fakeEngine is an engine in memory. It imports at once, except names in refuse, which fail.
type fakeEngine struct {
	copied error // what a queue of another machine answers
	shrunk []importer.Shrunk
	known  importer.Known

	// loads and refreshes count the readings of all assets and of what has changed.
	loads, refreshes atomic.Int32
	id               importer.Identity
	pages            [][]catalog.Entity
	assets           []conviso.Asset
	now              func() time.Time
	refuse           map[string]string
	// mapping is the user's own tables, details what the catalog has beyond its list.
	mapping  mapping.Tables
	details  map[catalog.Ref]catalog.Detail
	queued   []importer.Item
	cached   bool
	cachedAt time.Time
	opening  *importer.Opening
	runner   string
	// These keep loads and drains from ending until release is closed.
	holdCached, holdCatalog, holdAssets, holdDrain                 bool
	release                                                        chan struct{}
	catalogErr, assetsErr, drainErr, previewErr, planErr, checkErr error
	// watchErr fails the next watch of the queue, once.
	watchErr    error
	switchedOff bool
	// flow is the answer of Flow. Closing stop ends a held drain unless it lingers.
	flow    importer.Flow
	stop    chan struct{}
	lingers bool
	// answersLate reports that requests are answered only after the table was left.
	answersLate bool
	integration *conviso.Integration
	// companies are those that the key can access; kinds are those of the list.
	companies    []conviso.Company
	companiesErr error
	kindsMu      sync.Mutex
	kinds        []string

	mu      sync.Mutex
	items   map[catalog.Ref]importer.Item
	seq     int64
	changed chan struct{}
	auto    importer.AutoStatus
	// Calls that would write on the platform, for tests that forbid them.
	submits, drains, switches, checks, previews int
}

func newFake(now func() time.Time, entities ...catalog.Entity) *fakeEngine {
	return &fakeEngine{
		id: importer.Identity{
			CatalogURL: "https://backstage.acme.test", CatalogAppURL: "https://portal.acme.test",
			PlatformURL: "https://api.platform.test", PlatformAppURL: "https://app.platform.test",
			Company:     conviso.Company{ID: "1042", Label: "Acme Bank"},
			Environment: "staging", InstanceID: "backstage-5e0c1f",
		},
		companies: []conviso.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "2001", Label: "Acme Seguros"}, {ID: "2002", Label: "Banco do Exemplo"}},
		kinds:     []string{"component"},
		pages:     [][]catalog.Entity{entities}, now: now, items: map[catalog.Ref]importer.Item{},
		refuse: map[string]string{}, changed: make(chan struct{}), auto: importer.AutoStatus{Interval: time.Hour},
		integration: &conviso.Integration{ID: "77", BackstageURL: "https://portal.acme.test", InstanceID: "backstage-5e0c1f", UpdatedAt: "2026-11-20T08:00:00Z"},
	}
}

func (f *fakeEngine) Identity() importer.Identity { return f.id }

func (f *fakeEngine) Cached(context.Context) (*catalog.Snapshot, *conviso.AssetSet) {
	if f.holdCached {
		<-f.release
	}
	if !f.cached {
		return nil, nil
	}
	all := f.all()
	return catalog.NewSnapshot(all, f.cachedAt, len(all), true), conviso.NewAssetSet(f.assets, f.cachedAt, true)
}

func (f *fakeEngine) LoadCatalog(ctx context.Context) iter.Seq2[*catalog.Snapshot, error] {
	return func(yield func(*catalog.Snapshot, error) bool) {
		pages := f.listed()
		b := catalog.NewBuilder(f.now())
		total := 0
		for _, page := range pages {
			total += len(page)
		}
		for i, page := range pages {
			b.Add(page...)
			last := i == len(pages)-1
			if last && f.catalogErr != nil {
				yield(nil, f.catalogErr)
				return
			}
			// A page without entities is one that has not come yet.
			if (last || len(page) > 0) && !yield(b.Snapshot(total, last), nil) {
				return
			}
			if !last && f.holdCatalog {
				select {
				case <-f.release:
				case <-ctx.Done():
					yield(nil, ctx.Err())
					return
				}
			}
		}
	}
}

func (f *fakeEngine) RefreshAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error) {
	f.refreshes.Add(1)
	return f.readAssets(ctx, progress)
}

func (f *fakeEngine) LoadAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error) {
	f.loads.Add(1)
	return f.readAssets(ctx, progress)
}

func (f *fakeEngine) readAssets(ctx context.Context, progress func(read, total int)) (*conviso.AssetSet, error) {
	if progress != nil {
		progress(len(f.assets)/2, len(f.assets))
	}
	if f.holdAssets {
		select {
		case <-f.release:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if f.assetsErr != nil {
		return nil, f.assetsErr
	}
	return conviso.NewAssetSet(f.assets, f.now(), true), nil
}

func (f *fakeEngine) Items(context.Context) ([]importer.Item, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, item := range f.queued {
		f.put(item)
	}
	f.queued = nil
	return f.since(0), f.seq, nil
}

// put stores an item as the queue does, with a new Seq. The caller holds the lock.
func (f *fakeEngine) put(item importer.Item) {
	f.seq++
	item.Seq = f.seq
	f.items[item.Ref] = item
}

func (f *fakeEngine) since(seq int64) []importer.Item {
	var items []importer.Item
	for _, item := range f.items {
		if item.Seq > seq {
			items = append(items, item)
		}
	}
	return items
}

// set changes items and wakes who watches.
func (f *fakeEngine) set(change func(*importer.Item), refs ...catalog.Ref) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, ref := range refs {
		item := f.items[ref]
		change(&item)
		if item.State == importer.Imported {
			// What was never sent would be somebody else's.
			item.Attempts = max(1, item.Attempts)
		}
		f.put(item)
	}
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fakeEngine) Watch(ctx context.Context, since int64) ([]importer.Item, int64, error) {
	for {
		f.mu.Lock()
		items, seq, changed, err := f.since(since), f.seq, f.changed, f.watchErr
		f.watchErr = nil
		f.mu.Unlock()
		if err != nil {
			return nil, since, err
		}
		if len(items) > 0 {
			return items, seq, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, since, ctx.Err()
		}
	}
}

func (f *fakeEngine) Resolve(snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]importer.Item) *importer.Statuses {
	return status.ResolveKnown(snap, assets, items, f.known, importer.Namer{})
}

func (f *fakeEngine) Plan(_ context.Context, r importer.Request) (*importer.Plan, error) {
	if f.planErr != nil {
		return nil, f.planErr
	}
	p := &importer.Plan{MadeAt: f.now(), CreateIntegration: f.integration == nil, Items: []importer.PlanItem{}}
	all := f.all()
	snap := catalog.NewSnapshot(all, f.now(), len(all), true)
	f.mu.Lock()
	defer f.mu.Unlock()
	statuses := f.Resolve(snap, conviso.NewAssetSet(f.assets, f.now(), true), f.items)
	for _, ref := range append(r.Named, r.Bulk...) {
		row, ok := snap.Row(ref)
		if !ok {
			p.Skipped = append(p.Skipped, importer.PlanSkip{Ref: ref, Name: ref.Name(), State: importer.Unknown, Reason: "the catalog does not have it"})
			continue
		}
		switch s := statuses.At(row); s.State {
		case importer.New, importer.Failed, importer.Clash:
			p.Items = append(p.Items, f.planItem(snap.At(row), s))
		default:
			p.Skipped = append(p.Skipped, importer.PlanSkip{Ref: ref, Name: ref.Name(), State: s.State, Reason: s.Reason})
		}
	}
	return p, nil
}

func (f *fakeEngine) planItem(e catalog.Entity, s importer.Status) importer.PlanItem {
	t := f.mapping.Trace(catalog.Detail{Entity: e, Annotations: annotations(e)}, e.Name)
	item := importer.PlanItem{Ref: e.Ref, Project: t.Project, Defaults: t.Defaults, Overrides: t.Overrides, Clash: s.State == importer.Clash}
	item.OptOut = f.details[e.Ref].Annotations["conviso.com/import"] == "false"
	if s.State == importer.Failed {
		item.FailedBefore = s.Reason
	}
	return item
}

func annotations(e catalog.Entity) map[string]string {
	if e.Type == "job" {
		return nil
	}
	return map[string]string{"backstage.io/source-location": "url:https://git.acme.test/pay/" + e.Name}
}

func (f *fakeEngine) AutoPlan(ctx context.Context) (*importer.Plan, error) {
	var refs []catalog.Ref
	all := f.all()
	snap := catalog.NewSnapshot(all, f.now(), len(all), true)
	f.mu.Lock()
	statuses := f.Resolve(snap, conviso.NewAssetSet(f.assets, f.now(), true), f.items)
	f.mu.Unlock()
	for row := range snap.Len() {
		if statuses.At(row).State == importer.New {
			refs = append(refs, snap.At(row).Ref)
		}
	}
	return f.Plan(ctx, importer.Request{Bulk: refs})
}

func (f *fakeEngine) Submit(_ context.Context, p *importer.Plan) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.submits++
	for _, item := range p.Items {
		f.put(importer.Item{Ref: item.Ref, Project: item.Project, State: importer.Queued, AddedAt: f.now()})
	}
	close(f.changed)
	f.changed = make(chan struct{})
	return nil
}

func (f *fakeEngine) Drain(ctx context.Context) error {
	f.mu.Lock()
	f.drains++
	stop := make(chan struct{})
	f.flow.Stopping, f.stop = false, stop
	f.mu.Unlock()
	if f.holdDrain {
		select {
		case <-f.release:
		case <-stop:
			return importer.ErrStopped
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if f.drainErr != nil {
		return f.drainErr
	}
	f.set(func(item *importer.Item) {
		item.State, item.Attempts, item.SentAt, item.CheckedAt = importer.Imported, item.Attempts+1, f.now(), f.now()
		item.AssetID, item.Error = fmt.Sprint(88000+item.Seq), ""
		if why := f.refuse[item.Project.Name]; why != "" {
			item.State, item.Error, item.AssetID = importer.Failed, why, ""
		}
	}, f.pending()...)
	return nil
}

func (f *fakeEngine) Preview(_ context.Context, ref catalog.Ref) (importer.Preview, error) {
	f.mu.Lock()
	f.previews++
	f.mu.Unlock()
	if f.previewErr != nil {
		return importer.Preview{}, f.previewErr
	}
	for _, e := range f.all() {
		if e.Ref == ref {
			detail := catalog.Detail{Entity: e, Annotations: annotations(e), Links: []catalog.Link{{URL: "https://" + e.Name + ".acme.test", Title: "site"}}}
			if own, ok := f.details[ref]; ok {
				detail = own
			}
			t := f.mapping.Trace(detail, e.Name)
			held := ""
			if detail.Annotations["conviso.com/import"] == "false" {
				held = "conviso.com/import says no"
			}
			return importer.Preview{Detail: detail, ReadAt: f.now(), Project: t.Project, Defaults: t.Defaults, Overrides: t.Overrides,
				Origins: t.Origins, Held: held}, nil
		}
	}
	return importer.Preview{}, importer.ErrGone
}

func (f *fakeEngine) Integration(context.Context) (*conviso.Integration, error) {
	if f.integration == nil {
		return nil, conviso.ErrNoIntegration
	}
	return f.integration, nil
}

func (f *fakeEngine) AutoImport() importer.AutoStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.auto
}

func (f *fakeEngine) SetAutoImport(_ context.Context, on bool) (importer.AutoStatus, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.switches++
	f.auto.Flag, f.auto.Here, f.auto.FlagReadAt, f.auto.Next = on, on, f.now(), f.now()
	return f.auto, nil
}

func (f *fakeEngine) AutoCheck(ctx context.Context) (importer.AutoResult, error) {
	f.mu.Lock()
	f.checks++
	if f.switchedOff {
		f.auto.Here, f.auto.Flag, f.auto.Next = false, false, time.Time{}
	}
	f.mu.Unlock()
	if f.checkErr != nil || f.switchedOff {
		return importer.AutoResult{SwitchedOff: f.switchedOff}, f.checkErr
	}
	plan, err := f.AutoPlan(ctx)
	if err != nil {
		return importer.AutoResult{}, err
	}
	if len(plan.Items) > 0 {
		if err := f.Submit(ctx, plan); err != nil {
			return importer.AutoResult{}, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.auto.LastCheck, f.auto.Next = f.now(), f.now().Add(f.auto.Interval)
	all := f.all()
	return importer.AutoResult{Plan: plan, Snapshot: catalog.NewSnapshot(all, f.now(), len(all), true),
		Assets: conviso.NewAssetSet(f.assets, f.now(), true)}, nil
}

func (f *fakeEngine) Runner() (string, bool) { return f.runner, f.runner != "" }

func (f *fakeEngine) Shrunk(context.Context) []importer.Shrunk { return f.shrunk }

func (f *fakeEngine) Settle(_ context.Context, v *importer.View) *importer.View { return v }

func (f *fakeEngine) AcceptShrunk(context.Context) error { return nil }
