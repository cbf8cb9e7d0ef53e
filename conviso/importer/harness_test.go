package importer

import (
	"context"
	"errors"
	"iter"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"conviso-importer/conviso/importer/queue/sqlite"

	"conviso-importer/conviso/importer/queue/queuetest"

	"conviso-importer/cache"
	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// fakeCatalog is a catalog in memory. Engines share it among kinds and goroutines.
type fakeCatalog struct {
	entities []catalog.Entity
	details  map[catalog.Ref]catalog.Detail
	// broken ends every reading of the list, unreadable every look for details.
	broken, unreadable error
	// asked, where not nil, is called with every look for details, from several goroutines, and may fail it.
	asked func(refs []catalog.Ref) error

	mu       sync.Mutex
	believed func(*catalog.Snapshot) bool
	cached   *catalog.Snapshot
}

func (f *fakeCatalog) Judge(believed func(*catalog.Snapshot) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.believed = believed
}

func (f *fakeCatalog) add(d catalog.Detail) {
	d.Ref, d.Annotated = catalog.NewRef(d.Kind, d.Namespace, d.Name), catalog.ReadAnnotations(d.Annotations)
	f.entities = append(f.entities, d.Entity)
	if f.details == nil {
		f.details = map[catalog.Ref]catalog.Detail{}
	}
	f.details[d.Ref] = d
}

func (f *fakeCatalog) Cached(context.Context) (*catalog.Snapshot, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cached, f.cached != nil
}

// keep caches a list that is believed.
func (f *fakeCatalog) keep(snap *catalog.Snapshot) {
	f.mu.Lock()
	believed := f.believed
	f.mu.Unlock()
	if believed(snap) {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.cached = snap
	}
}

func (f *fakeCatalog) Load(context.Context) iter.Seq2[*catalog.Snapshot, error] {
	return func(yield func(*catalog.Snapshot, error) bool) {
		snap := catalog.NewSnapshot(f.entities, time.Now(), len(f.entities), f.broken == nil)
		if f.broken == nil {
			f.keep(snap)
		}
		if yield(snap, nil) && f.broken != nil {
			yield(snap, f.broken)
		}
	}
}

func (f *fakeCatalog) Details(_ context.Context, refs []catalog.Ref) (map[catalog.Ref]catalog.Detail, error) {
	if f.unreadable != nil {
		return nil, f.unreadable
	}
	if f.asked != nil {
		if err := f.asked(refs); err != nil {
			return nil, err
		}
	}
	found := map[catalog.Ref]catalog.Detail{}
	for _, ref := range refs {
		if d, ok := f.details[ref]; ok {
			found[ref] = d
		}
	}
	return found, nil
}

func (f *fakeCatalog) CachedDetail(catalog.Ref) (catalog.Detail, time.Time, bool) {
	return catalog.Detail{}, time.Time{}, false
}

// component is an entity of the default namespace with everything that a catalog requires.
func component(name string) catalog.Detail { return componentIn("default", name) }

func componentIn(namespace, name string) catalog.Detail {
	return catalog.Detail{Entity: catalog.Entity{Kind: "Component", Namespace: namespace, Name: name,
		Owner: "team-a", Type: "service", Lifecycle: "production"}}
}

// world is an engine on a fake catalog and the demo's platform, in one process.
type world struct {
	*Engine
	t        testing.TB
	catalog  *fakeCatalog
	platform *faulty.Platform
	queue    *sqlite.Queue
	client   *conviso.Client
	// dir is the folder of the queue, path its file.
	dir, path string
	config    Config
	// dial, where not nil, may fail the connection that a request needs.
	dial func() error
	// told, where not nil, changes the headers of a response.
	told func(http.Header)
	// lane, where not nil, has a place for each request that may be on its way.
	lane chan struct{}
}

// RoundTrip implements http.RoundTripper: the platform behind a network that may be down.
func (w *world) RoundTrip(req *http.Request) (*http.Response, error) {
	if w.dial != nil {
		if err := w.dial(); err != nil {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: err}
		}
	}
	if w.lane != nil {
		w.lane <- struct{}{}
		defer func() { <-w.lane }()
	}
	resp, err := faulty.RoundTripper(w.platform).RoundTrip(req)
	if err == nil && w.told != nil {
		w.told(resp.Header)
	}
	return resp, err
}

const testCompany = "1042"

// newWorld builds an engine whose settle time is a minute. Names become components.
func newWorld(t testing.TB, o demo.PlatformOptions, names ...string) *world {
	t.Helper()
	w := &world{t: t, catalog: &fakeCatalog{}, platform: faulty.NewPlatform(o)}
	for _, name := range names {
		w.catalog.add(component(name))
	}
	base, err := url.Parse("http://127.0.0.1:9")
	if err != nil {
		t.Fatal(err)
	}
	client, err := conviso.NewClient(conviso.Options{Base: base, Key: o.Key, Transport: w})
	if err != nil {
		t.Fatal(err)
	}
	w.client = client
	store := w.store()
	w.dir = worldDir(t)
	w.path = filepath.Join(w.dir, "queue.db")
	w.queue, err = sqlite.Open(w.dir, "queue", "backstage-test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.queue.Close() })
	w.config = Config{
		Identity: Identity{PlatformURL: base.String(), CatalogAppURL: "http://127.0.0.1:3000",
			Company: conviso.Company{ID: testCompany, Label: "Acme Bank"}, InstanceID: "backstage-test"},
		Catalog: w.catalog, Assets: conviso.NewAssetSource(client, store, base.String(), testCompany), Platform: client,
		Queue: w.queue, Lock: sqlite.NewLock(w.dir, "queue"), Settle: time.Minute, AutoInterval: time.Hour, AutoMax: 200,
	}
	w.Engine = NewEngine(w.config)
	return w
}

// store is an empty cache.
func (w *world) store() *cache.Store {
	store := cache.Open("", cache.Options{})
	w.t.Cleanup(func() { _ = store.Close() })
	return store
}

// inMemory gives a world's engine a queue in memory, so that it imports hundreds of entities many
// times over.
func (w *world) inMemory() *world {
	w.config.Queue = queue.NewMemory(w.config.Identity.InstanceID)
	w.Engine = NewEngine(w.config)
	return w
}

// worldDir is the folder of a world's queue. What a test wants to know of it does not depend on
// how long the disk takes, which a benchmark measures.
func worldDir(t testing.TB) string {
	t.Helper()
	if t, ok := t.(*testing.T); ok {
		return queuetest.MemoryDir(t)
	}
	return t.TempDir()
}

// simulate runs a test in fake time, so that settle times cost nothing.
func simulate(t *testing.T, run func(*testing.T)) {
	t.Helper()
	synctest.Test(t, run)
}

func (w *world) refs() []catalog.Ref {
	refs := make([]catalog.Ref, len(w.catalog.entities))
	for i := range refs {
		refs[i] = w.catalog.entities[i].Ref
	}
	return refs
}

// sends returns the imports that the platform got so far, oldest first.
func (w *world) sends() []faulty.Request { return w.requests("importAssetToIntegration") }

// requests returns the requests of an operation that the platform got so far.
func (w *world) requests(operation string) []faulty.Request {
	var found []faulty.Request
	for _, r := range w.platform.Requests() {
		if r.Operation == operation {
			found = append(found, r)
		}
	}
	return found
}

// plan plans or fails the test.
func (w *world) plan(r Request) *Plan {
	w.t.Helper()
	p, err := w.Plan(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

// submit puts a plan of the request into the queue.
func (w *world) submit(r Request) *Plan {
	w.t.Helper()
	p := w.plan(r)
	if err := w.Submit(w.t.Context(), p); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// items maps the queue's refs to their items.
func (w *world) items() map[catalog.Ref]Item {
	w.t.Helper()
	items, _, err := w.Changes(w.t.Context(), 0)
	if err != nil {
		w.t.Fatal(err)
	}
	return queue.ByRef(items)
}

func (w *world) wantStates(want State, refs ...catalog.Ref) {
	w.t.Helper()
	items := w.items()
	for _, ref := range refs {
		if got := items[ref]; got.State != want {
			w.t.Errorf("%s is %q (%s), want %q", ref, got.State, got.Error, want)
		}
	}
}

// wantOnce checks that the platform took each component exactly once.
func (w *world) wantOnce(names ...string) {
	w.t.Helper()
	deliveries := w.platform.Imports().Deliveries
	for _, name := range names {
		if got := deliveries["Component:default/"+name]; got != 1 {
			w.t.Errorf("%s was delivered %d times, want once", name, got)
		}
	}
}

// mortalQueue dies with its process: after so many changes nothing reaches the disk any more,
// and nothing is known of it.
type mortalQueue struct {
	queue.Queue

	left int
	// after reports that the last change is still on disk, but nobody learns that.
	after bool
	// claiming reports that it dies as soon as items are on their way, whatever is left.
	claiming bool
	dead     bool
	kill     func()
}

var errDead = errors.New("the process is dead")

// change makes one change, or dies before or after it.
func (q *mortalQueue) change(do func() error) error {
	if q.dead {
		return errDead
	}
	if q.left--; q.left > 0 {
		return do()
	}
	q.dead = true
	q.kill()
	if q.after {
		_ = do()
	}
	return errDead
}

func (q *mortalQueue) Claim(ctx context.Context, limit int, now, platform time.Time) (items []Item, err error) {
	err = q.change(func() error { items, err = q.Queue.Claim(ctx, limit, now, platform); return err })
	if q.claiming && len(items) > 0 {
		q.dead, err = true, errDead
		q.kill()
	}
	if err != nil {
		return nil, err
	}
	return items, nil
}

func (q *mortalQueue) Record(ctx context.Context, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	return q.change(func() error { return q.Queue.Record(ctx, items) })
}

func (q *mortalQueue) Recover(ctx context.Context) (int, error) {
	if q.dead {
		return 0, errDead
	}
	return q.Queue.Recover(ctx)
}

// countingQueue counts what is remembered at once.
type countingQueue struct {
	queue.Queue

	written []int
}

func (q *countingQueue) Remember(ctx context.Context, known []queue.Known) error {
	q.written = append(q.written, len(known))
	return q.Queue.Remember(ctx, known)
}
