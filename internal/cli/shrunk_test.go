package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/printout"
)

// empty takes every asset off the platform.
func (b *bench) empty() {
	for _, a := range b.Platform.Assets(b.CompanyID) {
		b.Platform.RemoveAsset(a.ID)
	}
}

// statuses counts the list's items by status.
func (b *bench) statuses(args ...string) map[string]int {
	b.t.Helper()
	var items []printout.Item
	b.want(exitDone, &items, append([]string{"list", "-o", "json"}, args...)...)
	counts := map[string]int{}
	for _, item := range items {
		counts[item.Status]++
	}
	return counts
}

// TestShrunkCommands protects unattended imports from an emptied list: they end with 3 and send nothing, what is
// named goes on, and every command says what is known and what to do.
func TestShrunkCommands(t *testing.T) {
	b := newBench(t)
	before := b.statuses()
	b.empty()
	for _, args := range [][]string{
		{"refresh"}, {"import", "--all-new"}, {"import", "--all-new", "--dry-run"}, {"import", "--query", "payment"},
		{"import", "--all-new", "--accept-shrunk"}, {"refresh", "--accept-shrunk"}, {"import", "--all-new", "-o", "json"},
	} {
		errs := b.want(exitSomeFailed, nil, args...)
		if strings.Count(errs, "is not believed") != 1 || strings.Count(errs, "--accept-shrunk") != 1 || !strings.Contains(errs, "Conviso's list lost ") {
			t.Errorf("%v says\n%s", args, errs)
		}
	}
	if after := b.statuses(); after["imported"] != before["imported"] || after["new"] != before["new"] {
		t.Errorf("%v became %v", before, after)
	}
	errs := b.want(exitDone, nil, "import", "component:default/payment-fees")
	if !strings.Contains(errs, "is not believed") {
		t.Errorf("the named one says\n%s", errs)
	}
	if n := len(b.Platform.Imports().Deliveries); n != 1 {
		t.Errorf("%d were sent", n)
	}
}

// TestGoneCommands protects what was deleted from coming back: not in bulk, not by a plan, and by name with a warning.
func TestGoneCommands(t *testing.T) {
	b := newBench(t)
	b.Platform.SetReject(nil)
	var items []printout.Item
	b.want(exitDone, &items, "list", "status:imported", "-o", "json")
	item := items[0]
	b.Platform.RemoveAsset(item.AssetID)
	b.want(exitDone, nil, "refresh")
	b.want(exitDone, &items, "list", "status:gone", "-o", "json")
	if len(items) != 1 || items[0].Ref != item.Ref || items[0].AssetID != "" || !strings.Contains(items[0].Error, "was deleted at Conviso") {
		t.Fatalf("gone are %+v", items)
	}
	b.want(exitDone, nil, "import", "--all-new")
	b.want(exitDone, nil, "import", "--query", "status:gone")
	_, plan, errs := b.run("import", item.Ref, "--dry-run", "-o", "json")
	if _, out, _ := b.run("import", item.Ref, "--dry-run"); !strings.Contains(out, "imported before and deleted at Conviso") {
		t.Errorf("the dry run says\n%s%s", out, errs)
	}
	var job printout.Job
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, []byte(plan), 0o600); err != nil {
		t.Fatal(err)
	}
	b.want(exitSomeFailed, &job, "import", "--plan", path, "-o", "json")
	if job.Failed != 1 || job.Items[0].State != "failed" || !strings.Contains(job.Items[0].Error, "was deleted at Conviso") {
		t.Errorf("by a plan: %+v", job)
	}
	id := item.Kind + ":" + item.Namespace + "/" + item.Name
	if n := b.Platform.Imports().Deliveries[id]; n != 0 {
		t.Fatalf("%s was sent %d times", id, n)
	}
	if errs := b.want(exitDone, nil, "import", item.Ref); !strings.Contains(errs, "1 imported before and deleted at Conviso; sent again, they are made again") {
		t.Errorf("by name:\n%s", errs)
	}
	if n := b.Platform.Imports().Deliveries[id]; n != 1 {
		t.Errorf("by name it was sent %d times", n)
	}
}
