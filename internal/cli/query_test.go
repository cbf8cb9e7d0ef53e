package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/printout"
)

func TestListQuery(t *testing.T) {
	b := newBench(t)
	var all []printout.Item
	b.want(exitDone, &all, "list", "-o", "json")
	for query, want := range map[string]func(i *printout.Item) bool{
		"status:new":                   func(i *printout.Item) bool { return i.Status == "new" },
		"!status:new,imported":         func(i *printout.Item) bool { return i.Status != "new" && i.Status != "imported" },
		"type:service,website":         func(i *printout.Item) bool { return i.Type == "service" || i.Type == "website" },
		"lifecycle:prod* status:clash": func(i *printout.Item) bool { return strings.HasPrefix(i.Lifecycle, "prod") && i.Status == "clash" },
	} {
		var items []printout.Item
		if errs := b.want(exitDone, &items, "list", query, "-o", "json"); errs != "" {
			t.Errorf("%s says %s", query, errs)
		}
		count := 0
		for i := range all {
			if want(&all[i]) {
				count++
			}
		}
		if len(items) != count || count == 0 || count == len(all) {
			t.Errorf("%s: %d listed, want %d of %d", query, len(items), count, len(all))
		}
		for i := range items {
			if !want(&items[i]) {
				t.Errorf("%s lists %+v", query, items[i])
			}
		}
	}
	if errs := b.want(exitUsage, nil, "list", "payment", "is:selected"); !strings.Contains(errs, "no marks") {
		t.Errorf("is:selected: %s", errs)
	}
}

// TestTypos checks that no command acts on a query with a mistake, and that each names what was meant.
func TestTypos(t *testing.T) {
	b := newBench(t)
	for query, want := range map[string]string{
		"!typ:job":                `unknown field typ; did you mean type? Text with a colon is quoted: "typ:job"`,
		"owner:team-pay !typ:job": `unknown field typ; did you mean type?`,
		"onwer:x":                 `unknown field onwer; did you mean owner?`,
		"status:nwe":              `unknown value nwe in status:nwe; did you mean new?`,
		"is:foo":                  `unknown value foo in is:foo; it takes selected`,
		"owner:":                  `owner: has no value; owner:- finds entities that have none`,
		"kind:componnet":          `unknown value componnet in kind:componnet; did you mean component?`,
		"type:service owner:":     `owner: has no value`,
		"!status:":                `!status: has no value; it takes new, imported`,
	} {
		for _, command := range [][]string{{"list", query}, {"list", query, "-o", "json"}, {"import", "--query", query},
			{"import", "--query", query, "--dry-run"}, {"import", "--query", query, "--dry-run", "-o", "json"}} {
			if code, out, errs := b.run(command...); code != exitUsage || out != "" || !strings.Contains(errs, "conviso-importer: nothing was done, since the query may not mean what it seems to: ") || !strings.Contains(errs, want) {
				t.Errorf("%s: exit %d, %s%s", command, code, out, errs)
			}
		}
	}
	if code, _, errs := b.run("list", `"typ:job"`); code != exitDone || errs != "" {
		t.Errorf("text in quotation marks: exit %d, %s", code, errs)
	}
	if code, _, errs := b.run("list", "kind:widget", "--kind", "widget", "--kind", "component"); strings.Contains(errs, "unknown value") {
		t.Errorf("a kind of the list: exit %d, %s", code, errs)
	}
	if n := b.Platform.Imports().Mutations; n > 0 {
		t.Errorf("%d imports were sent", n)
	}
}

// TestImportQuery checks that a query without a meaning imports nothing.
func TestImportQuery(t *testing.T) {
	b := newBench(t)
	for query, want := range map[string]string{
		" ":           "--all-new",
		"is:selected": "no marks",
	} {
		if errs := b.want(exitUsage, nil, "import", "--query", query); !strings.Contains(errs, want) {
			t.Errorf("%q: %s", query, errs)
		}
	}
	var list []printout.Item
	b.want(exitDone, &list, "list", "checkout status:new", "-o", "json")
	var r printout.Job
	errs := b.want(exitDone, &r, "import", "--query", "checkout status:new", "-o", "json")
	if r.Requested != len(list) || r.Skipped != 0 || r.Verified == 0 {
		t.Errorf("%d asked for, %+v\n%s", len(list), r, errs)
	}
	b.want(exitDone, &r, "import", "--query", "checkout status:new", "-o", "json")
	if r.Requested != 0 {
		t.Errorf("nothing is new any more: %+v", r)
	}
	if b.Platform.Imports().Mutations == 0 {
		t.Error("nothing was sent")
	}
}

func TestAutoQuery(t *testing.T) {
	b := newBench(t)
	file := filepath.Join(t.TempDir(), "app-config.yaml")
	for query, want := range map[string]string{
		"type:service !lifecycle:deprecated": "",
		"ownr:pay":                           `conviso.autoImport.query: unknown field ownr; did you mean owner?`,
		"!kind:apii":                         `conviso.autoImport.query: unknown value apii in !kind:apii; did you mean api?`,
		"pay owner:":                         `conviso.autoImport.query: owner: has no value`,
		"status:new":                         "cannot use status: or is:",
		"!is:selected":                       "cannot use status: or is:",
	} {
		if err := os.WriteFile(file, []byte("conviso:\n  autoImport:\n    query: '"+query+"'\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, errs := b.run("list", "-o", "name", "--config", file)
		if want == "" && code != exitDone || want != "" && (code != exitUsage || !strings.Contains(errs, want)) {
			t.Errorf("%s: exit %d, %s", query, code, errs)
		}
	}
}

func TestQueryHelp(t *testing.T) {
	b := newBench(t)
	for _, command := range []string{"list", "import"} {
		_, out, _ := b.run(command, "--help")
		if !strings.Contains(out, "owner:team-*") || !strings.Contains(out, "status:new,failed") || strings.Contains(out, selectedTerm) {
			t.Errorf("%s --help:\n%s", command, out)
		}
	}
}
