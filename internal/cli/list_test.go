package cli

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/printout"
)

// TestDoubledAssets checks that list reports surplus assets of an entity, and no namesakes.
func TestDoubledAssets(t *testing.T) {
	b := newBench(t)
	b.want(exitDone, nil, "import", "component:default/payment-gateway", "-o", "json")
	b.Platform.AddAssets(b.CompanyID, demo.Asset{Name: "Payment-Gateway", AssetType: "api", LifeCycle: "production"})
	var items []printout.Item
	b.want(exitDone, nil, "refresh")
	b.want(exitDone, &items, "list", "-o", "json")
	for _, item := range items {
		told := strings.HasPrefix(item.Error, "2 assets of this name")
		if told != (item.Ref == "component:default/payment-gateway") {
			t.Errorf("%s (%s): %q", item.Ref, item.Status, item.Error)
		}
	}
}

// TestListUsesTheCache checks that only lists older than CONVISO_CACHE_TTL are read again.
func TestListUsesTheCache(t *testing.T) {
	b := newBench(t)
	b.want(exitDone, nil, "list", "-o", "name")
	b.Catalog.Add(demo.Entity{Kind: "Component", Namespace: "default", Name: "just-added"})
	count := func() int {
		_, out, _ := b.run("list", "just-added", "-o", "name")
		return len(strings.Fields(out))
	}
	if n := count(); n != 0 {
		t.Errorf("a list of a moment ago was read again: %d found", n)
	}
	b.want(exitDone, nil, "refresh")
	if n := count(); n != 1 {
		t.Errorf("after refresh %d found", n)
	}
}

// TestTwoKindsAreNoDouble checks that the asset of another kind is no duplicate, though the queue
// knows all kinds.
func TestTwoKindsAreNoDouble(t *testing.T) {
	b := newBench(t)
	for _, kind := range []string{"Component", "API"} {
		b.Catalog.Add(demo.Entity{Kind: kind, Namespace: "default", Name: "both"})
		b.want(exitDone, nil, "import", strings.ToLower(kind)+":default/both", "--kind", kind)
	}
	for _, kind := range []string{"Component", "API"} {
		var items []printout.Item
		b.want(exitDone, &items, "list", "both", "--kind", kind, "-o", "json")
		if len(items) != 1 || items[0].Status != "imported" || items[0].Error != "" {
			t.Errorf("%s: %+v", kind, items)
		}
	}
}

// TestFormulasOfTheCatalog checks that what somebody writes into the catalog runs in no spreadsheet,
// by list and by an export, and that JSON has it as it is.
func TestFormulasOfTheCatalog(t *testing.T) {
	b := newBench(t)
	b.Catalog.Add(demo.Entity{Kind: "Component", Namespace: "default", Name: "sheet", Title: "=1+1", Description: "\t@SUM(A1)",
		Type: "-5", Lifecycle: " =x", Owner: "+49", Tags: []string{"-a", "b"}})
	var items []printout.Item
	b.want(exitDone, &items, "list", "sheet", "-o", "json")
	if len(items) != 1 || items[0].Title != "=1+1" || items[0].Owner != "+49" {
		t.Fatalf("the JSON has %+v", items)
	}
	_, listed, _ := b.run("list", "sheet", "-o", "csv")
	path, err := export(filepath.Join(t.TempDir(), "x.csv"), items)
	if err != nil {
		t.Fatal(err)
	}
	exported, err := os.ReadFile(path)
	if err != nil || string(exported) != listed {
		t.Errorf("list wrote %q, the export %q, %v", listed, exported, err)
	}
	rows, err := csv.NewReader(strings.NewReader(listed)).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	marked := 0
	for i, cell := range rows[1] {
		if strings.ContainsAny(strings.TrimSpace(cell)[:min(1, len(strings.TrimSpace(cell)))], "=+-@") {
			t.Errorf("%s is %q", rows[0][i], cell)
		}
		if strings.HasPrefix(cell, "'") {
			marked++
		}
	}
	if marked != 6 {
		t.Errorf("%d cells are marked: %q", marked, rows[1])
	}
}
