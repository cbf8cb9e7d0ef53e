package cli

import (
	"strings"
	"testing"

	"conviso-importer/catalog/backstage"
	"conviso-importer/internal/demo"
)

// TestUnknownKind protects from a kind that is a typo, which would list nothing and import nothing with exit code 0:
// the kinds that there are are named. Backstage's own kinds and those that the catalog has are accepted in any case.
func TestUnknownKind(t *testing.T) {
	b := newBench(t)
	b.Catalog.Add(demo.Entity{Kind: "Dashboard", Name: "board"})
	for kind, code := range map[string]int{"banana": exitUsage, "Componnt": exitUsage, "dashboard": exitDone, "DASHBOARD": exitDone,
		"Domain": exitDone, "api": exitDone, "cOMPONENT": exitDone} {
		for _, args := range [][]string{{"list"}, {"list", "--kind", "component"}, {"import", "--all-new", "--dry-run"}} {
			got, _, errs := b.run(append(args, "--kind", kind)...)
			if got != code {
				t.Errorf("%q of kind %s: exit %d, want %d: %s", args, kind, got, code, errs)
			}
			if code == exitUsage && (!strings.Contains(errs, "kind "+strings.ToLower(kind)) || !strings.Contains(errs, "API, Component, Dashboard, Group")) {
				t.Errorf("kind %s is not explained: %s", kind, errs)
			}
		}
	}
	code, _, errs := b.run("list", "--offline", "--kind", "banana", "--company", b.CompanyID)
	if code != exitUsage || !strings.Contains(errs, strings.Join(backstage.StandardKinds(), ", ")) {
		t.Errorf("offline: exit %d: %s", code, errs)
	}
	if code, _, errs = b.run("list", "--offline", "--kind", "dashboard", "--company", b.CompanyID); code != exitDone {
		t.Errorf("a cached kind, offline: exit %d: %s", code, errs)
	}
}

// TestBulkLeavesOut protects what every command says of entities that bulk imports leave out: an opt-out of any form,
// an orphan, and entities that share a repository. They are counted, and are no failure.
func TestBulkLeavesOut(t *testing.T) {
	b := newBench(t)
	for name, annotations := range map[string]map[string]string{
		"zz-no": {"conviso.com/import": "no"}, "zz-odd": {"conviso.com/import": "nope"}, "zz-orphan": {"backstage.io/orphan": "true"},
		"zz-mono-1": {"conviso.com/repo-url": "https://git.example/zz/mono"}, "zz-mono-2": {"conviso.com/repo-url": "https://git.example/zz/mono.git"},
	} {
		b.Catalog.Add(demo.Entity{Name: name, Owner: "team-zz", Type: "service", Lifecycle: "production", Annotations: annotations})
	}
	_, out, _ := b.run("import", "--query", "owner:team-zz", "--dry-run")
	for _, line := range []string{
		"skip  component:default/zz-no: new (conviso.com/import says no)",
		`skip  component:default/zz-odd: new (conviso.com/import: "nope" is not understood, so it counts as no)`,
		"skip  component:default/zz-orphan: new (backstage.io/orphan: its location does not name it any more)",
		"skip  component:default/zz-mono-2: new (covered by the same repository: component:default/zz-mono-1 goes first)",
		"2 entities share 1 repository; one of each goes unless one is imported", "1 skipped: covered by the same repository", "1 skipped: orphan of the catalog",
		"2 skipped: annotated to stay out of bulk imports", "1 would be sent in 1 request, 4 skipped",
	} {
		if !strings.Contains(out, line) {
			t.Errorf("the dry run does not say %q but\n%s", line, out)
		}
	}
	var job struct {
		Requested, Skipped, Verified, Failed, Pending int
		Items                                         []struct{ Ref, State, Error string }
	}
	b.want(exitDone, &job, "import", "--query", "owner:team-zz", "-o", "json")
	if job.Requested != 5 || job.Skipped != 4 || job.Verified != 1 || job.Failed != 0 {
		t.Errorf("the report is %+v", job)
	}
	b.want(exitDone, &job, "import", "--query", "owner:team-zz", "-o", "json")
	for _, item := range job.Items {
		if item.Ref == "component:default/zz-mono-2" && (item.State != "skipped" ||
			item.Error != "new (covered by the same repository: component:default/zz-mono-1 is imported or on its way)") {
			t.Errorf("in a second run it is %+v", item)
		}
	}
	b.want(exitDone, &job, "import", "component:default/zz-mono-2", "component:default/zz-no", "component:default/zz-orphan", "-o", "json")
	if job.Verified != 3 {
		t.Errorf("by hand: %+v", job)
	}
}
