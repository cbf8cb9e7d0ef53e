package importer

import (
	"slices"
	"sync"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/internal/demo"
)

// kindWorld is a world that was made with components and can list APIs.
func kindWorld(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, demo.PlatformOptions{}, "payments", "ledger")
	apis := &fakeCatalog{details: w.catalog.details}
	apis.add(catalog.Detail{Entity: catalog.Entity{Kind: "API", Namespace: "default", Name: "payments-api", Owner: "team-a"}})
	w.config.Kinds = []string{"Component"}
	w.config.OfKinds = func(kinds []string) CatalogSource {
		if slices.Equal(kinds, []string{"api"}) {
			return apis
		}
		return &fakeCatalog{}
	}
	w.Engine = NewEngine(w.config)
	return w
}

// TestUseKinds protects what is read and planned after a change of kinds, and the way back.
func TestUseKinds(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := kindWorld(t)
		length := func() int {
			snap, err := w.ReadCatalog(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return snap.Len()
		}
		if n := length(); n != 2 || !slices.Equal(w.Kinds(), []string{"component"}) {
			t.Fatalf("%d of %q", n, w.Kinds())
		}
		w.UseKinds([]string{" API ", "api"})
		if snap, _ := w.Cached(t.Context()); snap != nil {
			t.Error("the components were taken for APIs")
		}
		if n := length(); n != 1 || !slices.Equal(w.Kinds(), []string{"api"}) {
			t.Errorf("%d of %q", n, w.Kinds())
		}
		plan, err := w.Plan(t.Context(), Request{Named: []catalog.Ref{"api:default/payments-api"}})
		if err != nil || len(plan.Items) != 1 {
			t.Errorf("the plan of an API: %+v, %v", plan, err)
		}
		plan, err = w.Plan(t.Context(), Request{Named: w.refs()})
		if err != nil || len(plan.Skipped) != 2 || plan.Skipped[0].Cause != CauseKind {
			t.Errorf("the plan of components: %+v, %v", plan, err)
		}
		w.UseKinds(nil)
		if !slices.Equal(w.Kinds(), []string{"api"}) {
			t.Errorf("no kinds became %q", w.Kinds())
		}
		w.UseKinds([]string{"component"})
		if snap, _ := w.Cached(t.Context()); snap == nil || snap.Len() != 2 {
			t.Error("the components that were read before are forgotten")
		}
	})
}

// TestAutoImportKeepsItsKinds protects the platform from entities of a kind that somebody
// only looked at: what is sent while nobody looks was agreed to with the kinds at the start.
func TestAutoImportKeepsItsKinds(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := kindWorld(t)
		if _, err := w.SetAutoImport(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		w.UseKinds([]string{"api"})
		if _, err := w.ReadCatalog(t.Context()); err != nil {
			t.Fatal(err)
		}
		result, err := w.AutoCheck(t.Context())
		if err != nil || result.Queued() != 2 {
			t.Fatalf("%+v, %v", result, err)
		}
		items, _, err := w.Items(t.Context())
		for i := range items {
			if items[i].Ref.Kind() != "component" {
				t.Errorf("%s was queued", items[i].Ref)
			}
		}
		if err != nil || result.Snapshot == nil || result.Snapshot.Len() != 1 {
			t.Errorf("the list in use is %+v, %v", result.Snapshot, err)
		}
	})
}

// TestKindsChangeWhileReading protects a list from the rows of another: a load that began
// before a change ends as what it was. The race detector is half of this test.
func TestKindsChangeWhileReading(t *testing.T) {
	w := kindWorld(t)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for range 50 {
				for snap, err := range w.LoadCatalog(t.Context()) {
					if err != nil {
						t.Error(err)
					}
					w.UseKinds([]string{[]string{"api", "component", "group"}[snap.Len()]})
				}
				w.Cached(t.Context())
			}
		})
	}
	readers.Wait()
	w.UseKinds([]string{"component"})
	if snap, _ := w.Cached(t.Context()); snap != nil && snap.Len() != 2 {
		t.Errorf("the components are %d", snap.Len())
	}
}

// TestCompanies protects the list of companies to switch to, and that none is asked for
// offline.
func TestCompanies(t *testing.T) {
	w := newWorld(t, demo.PlatformOptions{Companies: []demo.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "2001", Label: "Acme Seguros"}}})
	companies, err := w.Companies(t.Context())
	if want := []conviso.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "2001", Label: "Acme Seguros"}}; err != nil || !slices.Equal(companies, want) {
		t.Errorf("got %v, %v", companies, err)
	}
	w.config.Identity.Offline = true
	if _, err := NewEngine(w.config).Companies(t.Context()); err == nil {
		t.Error("offline the platform was asked")
	}
}
