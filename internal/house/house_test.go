package house

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestHouse(t *testing.T) {
	all, err := load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(all, func(s source) bool { return s.name == "internal/house/doc.go" }) {
		t.Fatal("the project's files were not found")
	}
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			for _, sentence := range rule.check(all) {
				t.Error(sentence)
			}
		})
	}
}

// TestRulesCatch tests the rules: each tree breaks exactly one of them, or none.
func TestRulesCatch(t *testing.T) {
	doc := func(pkg string) string { return "// Package " + pkg + " is a part.\npackage " + pkg + "\n" }
	long := strings.Repeat("\n", maxLines)
	cases := map[string]struct {
		file, text string
		rule, want string
	}{
		"a short file":         {"cache/a.go", doc("cache"), "", ""},
		"a long file":          {"cache/a.go", doc("cache") + long, "file length", "cache/a.go has 402 lines"},
		"a long test":          {"cache/a_test.go", doc("cache") + long, "file length", "cache/a_test.go has 402 lines"},
		"a long main":          {"main.go", "// Command x.\npackage main\n" + long[:maxMainLines], "file length", "main.go has 42 lines"},
		"data is passed over":  {"cache/testdata/a.go", "no Go at all", "", ""},
		"packages of others":   {"e2e/backstage/node_modules/x/a.go", "package x\n", "", ""},
		"no package comment":   {"cache/a.go", "package cache\n", "package comments", "cache has no package comment"},
		"a strange comment":    {"cache/a.go", "// Caches.\npackage cache\n", "package comments", "cache/a.go: the package comment"},
		"an external test":     {"cache/a_test.go", "package cache_test\n", "", ""},
		"the catalog looks up": {"catalog/a.go", doc("catalog") + `import _ "conviso-importer/ui"`, "arrows point down", "catalog/a.go imports ui"},
		"the catalog looks aside": {
			"catalog/a.go", doc("catalog") + `import _ "conviso-importer/conviso"`,
			"arrows point down", "catalog/a.go imports conviso",
		},
		"the client looks down": {"catalog/backstage/a.go", doc("backstage") + `import _ "conviso-importer/catalog"`, "", ""},
		"HTTP in the client":    {"catalog/backstage/a.go", doc("backstage") + `import _ "net/http"`, "", ""},
		"HTTP in the catalog":   {"catalog/a.go", doc("catalog") + `import _ "net/http"`, "who may import what", "catalog/a.go imports net/http"},
		"a client in the table": {
			"ui/a.go", doc("ui") + `import _ "conviso-importer/catalog/backstage"`,
			"who may import what", "ui/a.go imports conviso-importer/catalog/backstage",
		},
		"a client in line mode": {
			"ui/lines/a.go", doc("lines") + `import _ "conviso-importer/catalog/backstage"`,
			"who may import what", "ui/lines/a.go imports conviso-importer/catalog/backstage",
		},
		"a client in the engine": {
			"conviso/importer/a.go", doc("importer") + `import _ "conviso-importer/catalog/backstage"`,
			"who may import what", "conviso/importer/a.go imports conviso-importer/catalog/backstage",
		},
		"the commands' client": {"internal/cli/a.go", doc("cli") + `import _ "conviso-importer/catalog/backstage"`, "", ""},
		"the platform looks aside": {
			"conviso/a.go", doc("conviso") + `import _ "conviso-importer/catalog"`,
			"arrows point down", "conviso/a.go imports catalog",
		},
		"the platform looks up": {"conviso/a.go", doc("conviso") + `import _ "conviso-importer/conviso/importer"`, "arrows point down", "conviso/a.go imports conviso/importer"},
		"a helper looks up":     {"internal/secret/a.go", doc("secret") + `import _ "conviso-importer/cache"`, "arrows point down", "internal/secret/a.go imports cache"},
		"a part of a part":      {"cache/disk/a.go", doc("disk") + `import _ "conviso-importer/cache"`, "", ""},
		"helpers among helpers": {"internal/demo/a.go", doc("demo") + `import _ "conviso-importer/conviso/schema"`, "", ""},
		"the engine looks down": {"conviso/importer/a.go", doc("importer") + `import _ "conviso-importer/catalog"`, "", ""},
		"the engine looks at a queue on disk": {
			"conviso/importer/a.go", doc("importer") + `import _ "conviso-importer/conviso/importer/queue/sqlite"`,
			"arrows point down", "conviso/importer/a.go imports conviso/importer/queue/sqlite",
		},
		"a queue on disk looks up": {
			"conviso/importer/queue/sqlite/a.go", doc("sqlite") + `import _ "conviso-importer/conviso/importer"`,
			"arrows point down", "conviso/importer/queue/sqlite/a.go imports conviso/importer",
		},
		"SQL in the engine":      {"conviso/importer/a.go", doc("importer") + `import _ "database/sql"`, "who may import what", "conviso/importer/a.go imports database/sql"},
		"locks in the engine":    {"conviso/importer/a.go", doc("importer") + `import _ "conviso-importer/internal/lockfile"`, "who may import what", "conviso/importer/a.go imports conviso-importer/internal/lockfile"},
		"SQL of a queue":         {"conviso/importer/queue/sqlite/a.go", doc("sqlite") + `import _ "database/sql"`, "", ""},
		"a test looks anywhere":  {"catalog/a_test.go", doc("catalog") + `import _ "conviso-importer/internal/cli"`, "", ""},
		"a folder with no place": {"extra/a.go", doc("extra"), "arrows point down", "extra/a.go: its folder has no place"},
		"the platform's library": {"conviso/a.go", doc("conviso") + `import _ "github.com/shurcooL/graphql"`, "", ""},
		"the library elsewhere":  {"catalog/a.go", doc("catalog") + `import _ "github.com/shurcooL/graphql"`, "who may import what", "catalog/a.go imports github.com/shurcooL/graphql"},
		"the library's engine": {
			"conviso/importer/a.go", doc("importer") + `import _ "github.com/shurcooL/graphql"`,
			"who may import what", "conviso/importer/a.go imports github.com/shurcooL/graphql",
		},
		"HTTP in the engine":   {"conviso/importer/a.go", doc("importer") + `import _ "net/http"`, "who may import what", "conviso/importer/a.go imports net/http"},
		"HTTP in the table":    {"ui/a.go", doc("ui") + `import _ "net/http"`, "who may import what", "ui/a.go imports net/http"},
		"SQL in the table":     {"ui/a.go", doc("ui") + `import _ "database/sql"`, "who may import what", "ui/a.go imports database/sql"},
		"faults in the demo":   {"internal/cli/a.go", doc("cli") + `import _ "conviso-importer/internal/demo/faulty"`, "who may import what", "internal/cli/a.go imports conviso-importer/internal/demo/faulty"},
		"URLs in the table":    {"ui/a.go", doc("ui") + `import _ "net/url"`, "", ""},
		"files in the table":   {"ui/a.go", doc("ui") + "import o \"os\"\nvar _ = o.ReadFile", "the table touches no file", "ui/a.go uses os.ReadFile"},
		"lines over the table": {"ui/lines/a.go", doc("lines") + `import _ "conviso-importer/ui"`, "", ""},
		"whose program it is":  {"ui/program/a.go", doc("program") + `import _ "conviso-importer/ui/session"`, "arrows point down", "ui/program/a.go imports ui/session"},
		"the table over lines": {"ui/a.go", doc("ui") + `import _ "conviso-importer/ui/lines"`, "arrows point down", "ui/a.go imports ui/lines"},
		"lines that draw": {
			"ui/lines/a.go", doc("lines") + `import _ "github.com/charmbracelet/lipgloss"`,
			"line mode draws nothing", "ui/lines/a.go imports github.com/charmbracelet/lipgloss",
		},
		"goldens of the table": {"ui/a_test.go", doc("ui") + "import \"os\"\nvar _ = os.ReadFile", "", ""},
		"a bare goroutine": {
			"conviso/a.go", doc("conviso") + "func f() {\n\tgo f()\n}",
			"goroutines are started by safego", "conviso/a.go starts a goroutine in line 4",
		},
		"a group's goroutine": {
			"conviso/a.go", doc("conviso") + "func f(g group) {\n\tg.Go(func() error { return nil })\n}",
			"goroutines are started by safego", "conviso/a.go starts a goroutine in line 4",
		},
		"a guarded group":    {"conviso/a.go", doc("conviso") + "func f(g group) {\n\tg.Go(safego.Func(ctx, nil))\n}", "", ""},
		"a guarded one":      {"conviso/a.go", doc("conviso") + "func f() {\n\tsafego.Go(ctx, f)\n}", "", ""},
		"a test's goroutine": {"conviso/a_test.go", doc("conviso") + "func f() {\n\tgo f()\n}", "", ""},
		"a writer that knows who draws": {
			"internal/celldiff/a.go", doc("celldiff") + `import _ "github.com/charmbracelet/bubbletea"`,
			"who may import what", "internal/celldiff/a.go imports github.com/charmbracelet/bubbletea",
		},
		"a file of somebody's": {
			"internal/workspace/a.go", doc("workspace") + "import \"os\"\nvar _ = os.ReadFile",
			"files are opened by ownfile", "internal/workspace/a.go uses os.ReadFile",
		},
		"a guard with company": {
			"internal/termguard/a.go", doc("termguard") + `import _ "os"`,
			"the start-up guard imports lipgloss alone", "internal/termguard/a.go imports os",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			all, err := load(fstest.MapFS{c.file: &fstest.MapFile{Data: []byte(c.text)}})
			if err != nil {
				t.Fatal(err)
			}
			for _, rule := range rules {
				got := rule.check(all)
				switch {
				case rule.name != c.rule && len(got) > 0:
					t.Errorf("%s complains: %q", rule.name, got)
				case rule.name == c.rule && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)):
					t.Errorf("%s says %q, want one sentence that begins with %q", rule.name, got, c.want)
				}
			}
		})
	}
}
