//go:build slow

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
)

// TestFailuresAreNoSuccess protects from an import that reports success while the platform
// fails: nothing is called imported that is not there, and nothing is given up either.
func TestFailuresAreNoSuccess(t *testing.T) {
	t.Parallel()
	s := newSite(t, 30, demo.PlatformOptions{})
	s.platform.Fail(on(importing, faulty.JSON(500, `{"error":"internal server error"}`)))
	p := s.person(t, "CONVISO_SETTLE=1s")
	var r summary
	errs := p.want(5, &r, "import", "--all-new", "-o", "json", "--timeout", "1500ms")
	if r.Verified != 0 || r.Accepted != 0 || r.Pending != 30 || sentence(errs, "30 are not finished", "resume") == "" {
		t.Errorf("%+v\n%s", r, errs)
	}
	if sentence(errs, "--timeout gives, 1.5s, is up", "HTTP 500") == "" || strings.Contains(errs, "context") {
		t.Errorf("the end is not explained:\n%s", errs)
	}
	s.platform.Fail(nil)
	p.want(0, &r, "resume", "-o", "json")
	if r.Verified != 30 {
		t.Errorf("resume: %+v", r)
	}
	s.delivered(30)
}

// TestFewerThanSent protects the right names: when the platform takes fewer than it was sent
// and does not say which, only those are imported whose assets are there.
func TestFewerThanSent(t *testing.T) {
	t.Parallel()
	refused := []string{"svc-0000", "svc-0001", "svc-0002"}
	s := newSite(t, 10, demo.PlatformOptions{Reject: func(p demo.Project) string {
		if slices.Contains(refused, p.Name) {
			return "no"
		}
		return ""
	}})
	s.platform.Fail(on(importing, answer(true, 7)))
	var r summary
	s.person(t, "CONVISO_SETTLE=1s").want(3, &r, "import", "--all-new", "-o", "json")
	if r.Verified != 7 || r.Failed != 3 {
		t.Errorf("%+v", r)
	}
	for _, name := range refused {
		if state, failure := r.of(name); state != "failed" || !strings.Contains(failure, "7 of 10") {
			t.Errorf("%s is %s: %s", name, state, failure)
		}
	}
}

// TestTwinsBothArrive protects entities that share a name in two namespaces: in bulk the one
// that stays behind is told, by name both arrive, and each has an asset of its own.
func TestTwinsBothArrive(t *testing.T) {
	t.Parallel()
	s := newSite(t, 1, demo.PlatformOptions{})
	s.catalog.Add(demo.Entity{Name: "twin", Type: "service", Owner: "a", Lifecycle: "production"},
		demo.Entity{Namespace: "payments", Name: "Twin", Type: "service", Owner: "a", Lifecycle: "production"})
	p := s.person(t, "CONVISO_SETTLE=1s")
	var r summary
	p.want(0, &r, "import", "--all-new", "-o", "json")
	if r.Verified != 2 || r.Skipped != 1 {
		t.Errorf("in bulk: %+v", r)
	}
	p.want(0, &r, "import", "component:default/twin", "component:payments/twin", "-o", "json")
	s.delivered(3)
	p.onlyImported(3)
}

// TestThousandAtOnce protects a large selection: a plan of a thousand entities with ordinary
// descriptions goes through in one call.
func TestThousandAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, 0, demo.PlatformOptions{})
	for i := range 1000 {
		s.catalog.Add(demo.Entity{Name: fmt.Sprintf("big-%04d", i), Type: "service", Owner: "group:default/team-with-a-name", Lifecycle: "production",
			Description: strings.Repeat("What this part of the house does, in words. ", 8), Tags: []string{"java", "tier-1", "pci"}})
	}
	p := s.person(t)
	_, plan, _ := p.run("import", "--all-new", "--dry-run", "-o", "json")
	if len(plan) < 500_000 {
		t.Errorf("the plan has %d bytes only", len(plan))
	}
	var r summary
	p.want(0, &r, "import", "--plan", p.write("plan.json", plan), "-o", "json")
	if r.Verified != 1000 {
		t.Errorf("%d verified", r.Verified)
	}
	s.delivered(1000)
}

// TestSlowPlatformIsNotSentTwice protects from a platform that shows an import seconds after
// it took it: what is on its way is not new, refresh or not.
func TestSlowPlatformIsNotSentTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t, 30, demo.PlatformOptions{MinDelay: 2 * time.Second, MaxDelay: 2 * time.Second})
	p := s.person(t)
	p.want(0, nil, "import", "--all-new", "--no-wait")
	p.want(0, nil, "refresh")
	if states := p.states(); states["new"] != 0 || states["accepted"] != 30 {
		t.Errorf("list shows %v", states)
	}
	p.want(0, nil, "import", "--all-new")
	s.delivered(30)
	p.onlyImported(30)
}

// TestPagesOfAMovingCatalog protects entities that are there from the first page to the last
// while others come and go: every one of them is listed.
func TestPagesOfAMovingCatalog(t *testing.T) {
	t.Parallel()
	s := siteOf(t, faulty.NewCatalog(demo.CatalogOptions{Entities: 6000}), faulty.NewPlatform(demo.PlatformOptions{}))
	all := s.catalog.Components()
	gone := map[string]bool{}
	pages := 0
	s.catalog.Fail(func(faulty.Request) faulty.Fault {
		if pages++; pages == 3 {
			for i := range 200 {
				ref := all[i*len(all)/200].Ref()
				gone[ref] = s.catalog.Remove(ref)
				s.catalog.Add(demo.Entity{Name: fmt.Sprintf("late-%03d", i), Type: "service", Owner: "a", Lifecycle: "production"})
			}
		}
		return faulty.Fault{}
	})
	_, out, errs := s.person(t).run("list", "-o", "name")
	listed := map[string]bool{}
	for _, ref := range strings.Fields(out) {
		listed[ref] = true
	}
	missed := 0
	for i := range all {
		if ref := all[i].Ref(); !gone[ref] && !listed[ref] {
			missed++
		}
	}
	t.Logf("%d of %d survivors missed in %d pages", missed, len(all)-len(gone), pages)
	if missed > 0 || pages < 4 || len(gone) != 200 {
		t.Errorf("%d survivors missed in %d pages, %d were removed\n%s", missed, pages, len(gone), errs)
	}
}

// TestHungPlatform protects from waiting without end: an import comes back when its time is
// up, nothing is lost, and what hung is looked for before it goes again.
func TestHungPlatform(t *testing.T) {
	t.Parallel()
	s := newSite(t, 5, demo.PlatformOptions{})
	s.platform.Fail(on(importing, faulty.Fault{Delay: time.Hour}))
	p := s.person(t, "CONVISO_SETTLE=1s")
	began := time.Now()
	var r summary
	p.want(3, &r, "import", "--all-new", "-o", "json", "--timeout", "500ms")
	if took := time.Since(began); took > 20*time.Second || r.Pending != 5 {
		t.Errorf("it took %s, %+v", took, r)
	}
	s.platform.Fail(nil)
	p.want(0, nil, "resume")
	s.delivered(5)
}

// TestSameProjectByEveryRoute protects against two mappers: what is sent for an entity is the
// same by name, by query, as everything new and by a plan.
func TestSameProjectByEveryRoute(t *testing.T) {
	t.Parallel()
	entity := demo.Entity{Name: "pay", Type: "website", Lifecycle: "sunset", Owner: "group:default/team-pay", Tags: []string{"go"},
		Annotations: map[string]string{"backstage.io/source-location": "url:https://github.com/acme/pay/tree/main/"},
		Links:       []demo.Link{{URL: "https://pay.acme.example", Title: "Production"}}}
	var first demo.Project
	for i, args := range [][]string{{"component:default/pay"}, {"--query", "pay"}, {"--all-new"}} {
		s := newSite(t, 0, demo.PlatformOptions{})
		s.catalog.Add(entity)
		s.person(t).want(0, nil, append([]string{"import"}, args...)...)
		sent := s.platform.Imports().Projects
		if len(sent) != 1 {
			t.Fatalf("%v sent %v", args, sent)
		}
		if i == 0 {
			first = sent[0]
		}
		if fmt.Sprint(sent[0]) != fmt.Sprint(first) || strings.HasPrefix(first.RepoURL, "url:") ||
			first.Lifecycle != "discontinued" || first.AssetType != "web" || first.URL != "https://pay.acme.example" {
			t.Errorf("%v sent %+v", args, sent[0])
		}
	}
}
