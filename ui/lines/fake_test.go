package lines

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/conviso/importer/status"
	"conviso-importer/ui/session"
)

// fakeEngine imports at once, except names in refuse. Set fields before a run; methods lock.
type fakeEngine struct {
	copied error // what a queue of another machine answers
	// loads counts reads of all assets, refreshes those of changes.
	loads, refreshes atomic.Int32
	// Engine is nil: line mode calls nothing that is not below.
	session.Engine

	id             importer.Identity
	entities       []catalog.Entity
	assets         []conviso.Asset
	now            func() time.Time
	mapping        mapping.Tables
	refuse         map[string]string
	queued         []importer.Item
	cached         bool
	part           int // number of entities before the catalog fails; 0 for all
	holdCatalog    bool
	holdDrain      bool
	release        chan struct{}
	catalogErr     error
	assetsErr      error
	integration    *conviso.Integration
	integrationErr error
	kinds          []string
	companies      []conviso.Company
	stop           chan struct{}
	flow           importer.Flow
	mu             sync.Mutex
	items          map[catalog.Ref]importer.Item
	seq            int64
	changed        chan struct{}
	auto           importer.AutoStatus
	submits        int
	checks         int
	made           *importer.Plan // the answer to each request, unless nil
}

func newFake(entities ...catalog.Entity) *fakeEngine {
	return &fakeEngine{
		id: importer.Identity{CatalogURL: "https://backstage.acme.test", PlatformURL: "https://api.platform.test",
			Company: conviso.Company{ID: "1042", Label: "Acme Bank"}, Environment: "staging", InstanceID: "backstage-5e0c1f"},
		kinds: []string{catalog.DefaultKind}, entities: entities, items: map[catalog.Ref]importer.Item{}, refuse: map[string]string{},
		auto: importer.AutoStatus{Interval: time.Hour}, integration: &conviso.Integration{ID: "77", InstanceID: "backstage-5e0c1f"},
	}
}

func (f *fakeEngine) Identity() importer.Identity { return f.id }

func (f *fakeEngine) snapshot() *catalog.Snapshot {
	var of []catalog.Entity
	for _, e := range f.entities {
		if slices.Contains(f.kinds, e.Ref.Kind()) {
			of = append(of, e)
		}
	}
	return catalog.NewSnapshot(of, f.now(), len(of), true)
}

func (f *fakeEngine) set() *conviso.AssetSet { return conviso.NewAssetSet(f.assets, f.now(), true) }

func (f *fakeEngine) Cached(context.Context) (*catalog.Snapshot, *conviso.AssetSet) {
	if !f.cached {
		return nil, nil
	}
	return f.snapshot(), f.set()
}

func (f *fakeEngine) LoadCatalog(ctx context.Context) iter.Seq2[*catalog.Snapshot, error] {
	return func(yield func(*catalog.Snapshot, error) bool) {
		if f.holdCatalog {
			select {
			case <-f.release:
			case <-ctx.Done():
				yield(nil, ctx.Err())
				return
			}
		}
		if f.catalogErr != nil {
			yield(nil, f.catalogErr)
			return
		}
		f.mu.Lock()
		snap, part := f.snapshot(), f.part
		if part > 0 {
			snap = catalog.NewSnapshot(f.entities[:part], f.now(), len(f.entities), false)
		}
		f.mu.Unlock()
		if yield(snap, nil) && part > 0 {
			yield(nil, errors.New("the catalog broke off"))
		}
	}
}

func (f *fakeEngine) LoadAssets(context.Context, func(read, total int)) (*conviso.AssetSet, error) {
	f.loads.Add(1)
	return f.set(), nil
}

func (f *fakeEngine) RefreshAssets(context.Context, func(read, total int)) (*conviso.AssetSet, error) {
	f.refreshes.Add(1)
	if f.assetsErr != nil {
		return conviso.NewAssetSet(nil, f.now(), false), f.assetsErr
	}
	return f.set(), nil
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

// put needs the lock.
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

func (f *fakeEngine) wake() {
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fakeEngine) Watch(ctx context.Context, since int64) ([]importer.Item, int64, error) {
	for {
		f.mu.Lock()
		items, seq, changed := f.since(since), f.seq, f.changed
		f.mu.Unlock()
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
	return status.Resolve(snap, assets, items, importer.Namer{})
}

func (f *fakeEngine) Plan(_ context.Context, r importer.Request) (*importer.Plan, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.made != nil {
		return f.made, nil
	}
	p := &importer.Plan{MadeAt: f.now(), CreateIntegration: f.integration == nil, Items: []importer.PlanItem{}}
	snap := f.snapshot()
	statuses := f.Resolve(snap, f.set(), f.items)
	for _, ref := range append(r.Named, r.Bulk...) {
		row, ok := snap.Row(ref)
		if !ok {
			p.Skipped = append(p.Skipped, importer.PlanSkip{Ref: ref, State: importer.Unknown, Reason: "the catalog does not have it"})
			continue
		}
		switch s := statuses.At(row); s.State {
		case importer.New, importer.Failed, importer.Clash:
			trace := f.mapping.Trace(catalog.Detail{Entity: snap.At(row)}, snap.At(row).Name)
			item := importer.PlanItem{Ref: ref, Project: trace.Project, Defaults: trace.Defaults, Overrides: trace.Overrides, Clash: s.State == importer.Clash}
			if s.State == importer.Failed {
				item.FailedBefore = s.Reason
			}
			p.Items = append(p.Items, item)
		default:
			p.Skipped = append(p.Skipped, importer.PlanSkip{Ref: ref, State: s.State, Reason: s.Reason})
		}
	}
	return p, nil
}

func (f *fakeEngine) AutoPlan(ctx context.Context) (*importer.Plan, error) {
	var r importer.Request
	f.mu.Lock()
	snap := f.snapshot()
	statuses := f.Resolve(snap, f.set(), f.items)
	f.mu.Unlock()
	for row := range snap.Len() {
		if statuses.At(row).State == importer.New {
			r.Bulk = append(r.Bulk, snap.At(row).Ref)
		}
	}
	return f.Plan(ctx, r)
}

func (f *fakeEngine) Submit(_ context.Context, p *importer.Plan) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.submits++
	for _, item := range p.Items {
		f.put(importer.Item{Ref: item.Ref, Project: item.Project, State: importer.Queued, AddedAt: f.now()})
	}
	f.wake()
	return nil
}

func (f *fakeEngine) Drain(ctx context.Context) error {
	if f.holdDrain {
		select {
		case <-f.release:
		case <-f.stop:
			return importer.ErrStopped
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for ref, item := range f.items {
		if !item.State.Pending() || item.Late(f.now()) {
			continue
		}
		item.State, item.Attempts, item.SentAt, item.CheckedAt = importer.Imported, item.Attempts+1, f.now(), f.now()
		item.AssetID, item.Error = fmt.Sprint(88000+item.Seq), ""
		if why := f.refuse[ref.Name()]; why != "" {
			item.State, item.Error, item.AssetID = importer.Failed, why, ""
		} else {
			f.assets = append(f.assets, conviso.Asset{ID: item.AssetID, Name: ref.Name()})
		}
		f.put(item)
	}
	f.wake()
	return nil
}

func (f *fakeEngine) Wait() {}

func (f *fakeEngine) Preview(_ context.Context, ref catalog.Ref) (importer.Preview, error) {
	for _, e := range f.entities {
		if e.Ref == ref {
			detail := catalog.Detail{Entity: e}
			project, defaults := mapping.Tables{}.Project(detail, e.Name)
			return importer.Preview{Detail: detail, ReadAt: f.now(), Project: mapping.SafeProject(project), Defaults: defaults}, nil
		}
	}
	return importer.Preview{}, importer.ErrGone
}

func (f *fakeEngine) Integration(context.Context) (*conviso.Integration, error) {
	if f.integrationErr != nil {
		return nil, f.integrationErr
	}
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
	f.auto.Flag, f.auto.Here, f.auto.FlagReadAt, f.auto.Next = on, on, f.now(), f.now()
	return f.auto, nil
}

func (f *fakeEngine) AutoCheck(ctx context.Context) (importer.AutoResult, error) {
	plan, err := f.AutoPlan(ctx)
	if err == nil && len(plan.Items) > 0 {
		err = f.Submit(ctx, plan)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.checks++
	f.auto.LastCheck, f.auto.Next = f.now(), f.now().Add(f.auto.Interval)
	return importer.AutoResult{Plan: plan, Snapshot: f.snapshot(), Assets: f.set()}, err
}

func (f *fakeEngine) Runner() (string, bool) { return "", false }

func entity(name, owner, kind, lifecycle string) catalog.Entity {
	return catalog.Entity{Ref: catalog.NewRef(catalog.DefaultKind, "", name), Kind: "Component", Namespace: "default", Name: name,
		Owner: owner, Type: kind, Lifecycle: lifecycle}
}

// bank has six entities, one of them imported.
func bank() *fakeEngine {
	f := newFake(
		entity("checkout-api", "team-shop", "service", "production"),
		entity("payment-gateway", "team-pay", "service", "production"),
		entity("payment-ledger", "team-pay", "service", "beta"),
		entity("payment-portal", "team-pay", "website", "production"),
		entity("payment-risk", "team-risk", "service", "production"),
		entity("payment-vault", "team-pay", "lambda", "production"),
	)
	f.assets = []conviso.Asset{{ID: "501", Name: "payment-risk"}}
	return f
}

func (f *fakeEngine) Shrunk(context.Context) []importer.Shrunk { return nil }

func (f *fakeEngine) Settle(_ context.Context, v *importer.View) *importer.View { return v }

func (f *fakeEngine) AcceptShrunk(context.Context) error { return nil }

func (f *fakeEngine) Copied(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.copied
}

func (f *fakeEngine) Adopt(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.copied = nil
	return nil
}
