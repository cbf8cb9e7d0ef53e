package conformance

import (
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/queue/sqlite"
	"conviso-importer/internal/config"
	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/workspace"
)

const (
	// guard is how long anything may take; only a fault takes so long.
	guard = 30 * time.Second
	// instance is how the platform knows the catalog of every world.
	instance = "backstage-conformance"
	// nobody is an address where nothing listens.
	nobody = "http://127.0.0.1:1"
)

// companies counts the companies that were given out, one to a world: the queue's file is named
// after it, and two worlds may have the same port one after the other.
var companies atomic.Int64

// world is a catalog and a platform on loopback, for one front end in one story.
type world struct {
	t        *testing.T
	catalog  *faulty.Catalog
	platform *faulty.Platform
	// file is the configuration, address the platform's, company its company.
	file, address, company string
	readOnly               bool
}

// newWorld serves a world as a story wants it.
func newWorld(t *testing.T, s *story) *world {
	t.Helper()
	w := &world{t: t, catalog: faulty.NewCatalog(demo.CatalogOptions{}), company: strconv.FormatInt(2000+companies.Add(1), 10), readOnly: s.readOnly}
	w.platform = faulty.NewPlatform(demo.PlatformOptions{
		Companies: []demo.Company{{ID: w.company, Label: "Acme Bank"}},
		Reject:    demo.RejectNames(map[string]string{"refused": "tags has invalid value"}),
	})
	w.catalog.Add(entities()...)
	w.platform.AddAssets(w.company, demo.Asset{ID: "1", Name: "portal"}, demo.Asset{ID: "2", Name: "mailer"})
	backstage, platform := httptest.NewServer(w.catalog), httptest.NewServer(w.platform)
	t.Cleanup(backstage.Close)
	t.Cleanup(platform.Close)
	w.address = platform.URL
	if s.down {
		w.address = nobody
	}
	sharing := ""
	if s.sharing != "" {
		sharing = ", sharedRepository: " + s.sharing
	}
	w.file = filepath.Join(t.TempDir(), "app-config.yaml")
	text := fmt.Sprintf("backend: {baseUrl: '%s'}\napp: {baseUrl: 'https://backstage.example.com'}\n"+
		"conviso: {apiKey: not-a-real-key, companyId: '%s', environment: local, apiBase: '%s', instanceId: %s%s}\n",
		backstage.URL, w.company, w.address, instance, sharing)
	if err := os.WriteFile(w.file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.prepare != nil {
		s.prepare(w)
	}
	return w
}

// entities are the catalog of every world: what bulk imports take, what they leave alone, and
// what the platform refuses.
func entities() []demo.Entity {
	in := func(repository string) map[string]string {
		return map[string]string{"github.com/project-slug": "acme/" + repository}
	}
	ordinary := func(namespace, name string) demo.Entity {
		return demo.Entity{Namespace: namespace, Name: name, Owner: "team-pay", Type: "service", Lifecycle: "production", Annotations: in(namespace + "-" + name)}
	}
	site := demo.Entity{Name: "checkout", Owner: "team-shop", Type: "website", Lifecycle: "production"}
	odd := demo.Entity{Name: "batch", Owner: "team-shop", Type: "lambda", Lifecycle: "beta", Annotations: in("batch")}
	private := demo.Entity{Name: "private", Owner: "team-pay", Type: "library", Lifecycle: "production",
		Annotations: map[string]string{"conviso.com/import": "false"}}
	return []demo.Entity{
		ordinary("default", "billing"), site, odd, private,
		// Two entities of a name that has no asset yet, and two of one that has.
		ordinary("default", "ledger"), ordinary("legacy", "ledger"),
		ordinary("default", "portal"), ordinary("legacy", "portal"),
		ordinary("default", "mailer"), ordinary("default", "refused"),
		{Kind: "API", Name: "orders", Owner: "team-shop", Type: "openapi", Lifecycle: "production"},
	}
}

// leftOut adds what bulk imports leave out: an opt-out that is not understood, an orphan, and three entities of one
// repository.
func (w *world) leftOut() {
	of := func(name, annotation, value string) {
		w.catalog.Add(demo.Entity{Name: name, Owner: "team-left", Type: "service", Lifecycle: "production", Annotations: map[string]string{
			annotation: value, "conviso.com/repo-url": map[bool]string{true: "https://git.example/acme/mono", false: "https://git.example/acme/" + name}[annotation == "mono"]}})
	}
	of("left-nope", "conviso.com/import", "nope")
	of("left-orphan", "backstage.io/orphan", "true")
	for _, name := range []string{"mono-c", "mono-a", "mono-b"} {
		of(name, "mono", "")
	}
}

// open opens an engine: one that table and line mode are handed, and that reads the queue
// afterwards. Whoever opens it closes it.
func (w *world) open() *workspace.Workspace {
	w.t.Helper()
	c, err := config.Load(config.Options{Files: []string{w.file}, Flags: config.Flags{ReadOnly: &w.readOnly}})
	if err != nil {
		w.t.Fatal(err)
	}
	opened, err := workspace.Open(w.t.Context(), c, workspace.Options{Kinds: []string{catalog.DefaultKind}})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(opened.Notes) > 0 {
		w.t.Errorf("the workspace says %q", opened.Notes)
	}
	return opened
}

// promise puts entities into the queue as a run does that ends before it has sent anything.
func (w *world) promise(refs ...catalog.Ref) {
	w.t.Helper()
	opened := w.open()
	defer opened.Close()
	plan, err := opened.Engine.Plan(w.t.Context(), importer.Request{Named: refs})
	if err == nil {
		err = opened.Engine.Submit(w.t.Context(), plan)
	}
	if err != nil || len(plan.Items) != len(refs) {
		w.t.Fatalf("%d of %d entities are planned: %v", len(plan.Items), len(refs), err)
	}
}

// taken makes accepted items of everything that was promised, as if the platform had taken it
// some time ago and never shown it.
func (w *world) taken(ago time.Duration) {
	w.t.Helper()
	dir := os.Getenv("CONVISO_STATE_DIR")
	files, err := filepath.Glob(filepath.Join(dir, "queue-*-"+w.company+".db"))
	if err != nil || len(files) != 1 {
		w.t.Fatalf("the world's queue is one of %q: %v", files, err)
	}
	queue, err := sqlite.Open(dir, strings.TrimSuffix(filepath.Base(files[0]), ".db"), instance)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = queue.Close() }()
	then := time.Now().Add(-ago)
	items, err := queue.Claim(w.t.Context(), importer.BatchSize, then, time.Time{})
	for i := range items {
		items[i].State, items[i].SentAt = importer.Accepted, then
	}
	if err == nil {
		err = queue.Record(w.t.Context(), items)
	}
	if err != nil || len(items) == 0 {
		w.t.Fatalf("%d items were taken: %v", len(items), err)
	}
}

// fail puts entities on record that the platform has refused, and refuses nothing any more.
func (w *world) fail(refs ...catalog.Ref) {
	w.t.Helper()
	w.promise(refs...)
	opened := w.open()
	defer opened.Close()
	w.platform.SetReject(func(demo.Project) string { return "tags has invalid value" })
	if err := opened.Engine.Drain(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.platform.SetReject(nil)
}
