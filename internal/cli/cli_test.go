package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/internal/demo"
	"conviso-importer/internal/demo/faulty"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/secret"
)

// bench is a demo world and a user's environment for it.
type bench struct {
	*faulty.World
	t *testing.T
}

func newBench(t *testing.T) *bench {
	t.Helper()
	w, err := faulty.Start(demo.Options{Still: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	for _, name := range []string{"CONVISO_READ_ONLY", "CONVISO_INSTANCE_ID", "CONVISO_RATE", "CONVISO_SETTLE", "NO_COLOR", "ACCESSIBLE",
		"BACKSTAGE_APP_URL", "BACKSTAGE_TOKEN_FILE", "CONVISO_API_KEY_FILE", "CONVISO_CA_FILE", "CONVISO_AUTO_IMPORT_INTERVAL"} {
		t.Setenv(name, "")
	}
	dir := t.TempDir()
	for name, value := range map[string]string{
		"HOME": dir, "XDG_CONFIG_HOME": filepath.Join(dir, "config"), "CONVISO_CACHE_DIR": filepath.Join(dir, "cache"),
		"CONVISO_STATE_DIR": filepath.Join(dir, "state"), "BACKSTAGE_URL": w.CatalogURL, "BACKSTAGE_TOKEN": w.Token.Reveal(),
		"CONVISO_API_KEY": w.Key.Reveal(), "CONVISO_ENVIRONMENT": "local", "CONVISO_API_BASE": w.PlatformURL, "CONVISO_COMPANY_ID": "",
	} {
		t.Setenv(name, value)
	}
	return &bench{World: w, t: t}
}

func (b *bench) run(args ...string) (code int, out, errs string) {
	b.t.Helper()
	var stdout, stderr bytes.Buffer
	null, err := os.Open(os.DevNull)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = null.Close() }()
	code = (&app{in: null, out: &stdout, err: &stderr}).run(b.t.Context(), args)
	return code, stdout.String(), stderr.String()
}

// want runs a command line, checks its exit code and decodes its JSON into v.
func (b *bench) want(code int, v any, args ...string) string {
	b.t.Helper()
	got, out, errs := b.run(args...)
	if got != code {
		b.t.Fatalf("%v: exit %d, want %d\n%s%s", args, got, code, out, errs)
	}
	if v != nil {
		if err := json.Unmarshal([]byte(out), v); err != nil {
			b.t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	return errs
}

func TestList(t *testing.T) {
	b := newBench(t)
	var items []printout.Item
	b.want(exitDone, &items, "list", "-o", "json")
	if len(items) != len(b.Catalog.Components()) {
		t.Errorf("%d listed, the catalog has %d", len(items), len(b.Catalog.Components()))
	}
	states := map[string]int{}
	for _, item := range items {
		states[item.Status]++
		if item.Ref != strings.ToLower(item.Ref) || item.Tags == nil {
			t.Errorf("odd item %+v", item)
		}
	}
	if states["new"] == 0 || states["imported"] == 0 || states["clash"] == 0 || states["unknown"] != 0 {
		t.Errorf("statuses are %v", states)
	}
	_, out, _ := b.run("list", "payment", "-o", "name")
	names := strings.Fields(out)
	_, out, _ = b.run("list", "payment", "-o", "csv")
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil || len(rows) != len(names)+1 || len(names) < 20 || rows[0][0] != "ref" {
		t.Errorf("%d names, %d rows of CSV, %v", len(names), len(rows), err)
	}
	if code, out, _ := b.run("list", "payment"); code != exitDone || strings.Contains(out, "\x1b") || !strings.Contains(out, "payment") {
		t.Errorf("table: exit %d\n%s", code, out)
	}
	var offline []printout.Item
	b.want(exitDone, &offline, "list", "--offline", "-o", "json")
	if len(offline) != len(items) {
		t.Errorf("%d listed offline, want %d", len(offline), len(items))
	}
}

// TestImport checks that everything is read back and a second run has nothing to do.
func TestImport(t *testing.T) {
	b := newBench(t)
	b.Platform.SetReject(nil)
	var r printout.Job
	b.want(exitDone, &r, "import", "--query", "checkout", "-o", "json")
	if r.Requested == 0 || r.Requested != r.Skipped+r.Verified || r.Verified == 0 || r.Failed+r.Pending != 0 || len(r.Items) != r.Requested {
		t.Errorf("first run: %+v", r)
	}
	sent := r.Verified
	for _, item := range r.Items {
		if item.State != "imported" && item.State != "skipped" {
			t.Errorf("%+v", item)
		}
	}
	if got := len(b.Platform.Imports().Deliveries); got != sent {
		t.Errorf("%d projects were delivered, want %d", got, sent)
	}
	b.want(exitDone, &r, "import", "--query", "checkout", "-o", "json")
	if r.Requested == 0 || r.Skipped != r.Requested {
		t.Errorf("second run: %+v", r)
	}
	b.want(exitDone, nil, "resume")
}

// TestImportRejected checks exit code and reasons of refused items.
func TestImportRejected(t *testing.T) {
	b := newBench(t)
	reasons, left := map[string]string{}, 3
	var items []printout.Item
	b.want(exitDone, &items, "list", "payment", "-o", "json")
	for _, item := range items {
		if item.Status == "new" && left > 0 {
			reasons[item.Name] = "refused because of " + item.Name
			left--
		}
	}
	b.Platform.SetReject(demo.RejectNames(reasons))
	var r printout.Job
	b.want(exitSomeFailed, &r, "import", "--query", "payment", "-o", "json")
	if r.Failed != 3 || r.Pending != 0 {
		t.Errorf("%+v", r)
	}
	for _, item := range r.Items {
		if reason, refused := reasons[item.Name]; refused && (item.State != "failed" || !strings.Contains(item.Error, reason)) {
			t.Errorf("%+v, want failed with %q", item, reason)
		}
	}
}

// TestDryRunAndPlan checks that a plan sends nothing, and that --plan sends exactly it.
func TestDryRunAndPlan(t *testing.T) {
	b := newBench(t)
	b.Platform.SetReject(nil)
	_, plan, _ := b.run("import", "--query", "checkout", "--dry-run", "-o", "json")
	if got := b.Platform.Imports().Mutations; got != 0 {
		t.Fatalf("a dry run sent %d mutations", got)
	}
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, []byte("\ufeff"+plan), 0o600); err != nil {
		t.Fatal(err)
	}
	var r printout.Job
	b.want(exitDone, &r, "import", "--plan", path, "-o", "json")
	if r.Verified == 0 || r.Failed+r.Pending != 0 {
		t.Errorf("%+v", r)
	}
	errs := b.want(exitUsage, nil, "import", "--plan", path, "--company", "7")
	if !strings.Contains(errs, "company was 1042") {
		t.Errorf("another company: %s", errs)
	}
	if err := os.WriteFile(path, []byte("nonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.want(exitUsage, nil, "import", "--plan", path)
}

// TestTrouble checks messages and exit codes of errors.
func TestTrouble(t *testing.T) {
	for name, c := range map[string]struct {
		damage func(*bench)
		args   []string
		code   int
		says   string
	}{
		"no catalog":          {func(b *bench) { b.t.Setenv("BACKSTAGE_URL", "") }, []string{"list"}, exitUsage, "BACKSTAGE_URL"},
		"no key":              {func(b *bench) { b.t.Setenv("CONVISO_API_KEY", "") }, []string{"list"}, exitUsage, "CONVISO_API_KEY"},
		"not a url":           {func(b *bench) { b.t.Setenv("BACKSTAGE_URL", "backstage") }, []string{"list"}, exitUsage, "BACKSTAGE_URL"},
		"no token":            {func(b *bench) { b.t.Setenv("BACKSTAGE_TOKEN", "") }, []string{"list"}, exitAuth, "BACKSTAGE_TOKEN"},
		"refused token":       {func(b *bench) { b.t.Setenv("BACKSTAGE_TOKEN", "fake-token") }, []string{"list"}, exitAuth, "externalAccess"},
		"refused key":         {func(b *bench) { b.Platform.SetKey(secret.New("another")) }, []string{"import", "--all-new"}, exitAuth, "CONVISO_API_KEY"},
		"platform down":       {func(b *bench) { b.t.Setenv("CONVISO_API_BASE", "http://127.0.0.1:1") }, []string{"import", "--all-new", "--company", "1042"}, exitUnavailable, "127.0.0.1:1"},
		"unknown entity":      {nil, []string{"import", "no-such-thing"}, exitUsage, "component:default/no-such-thing"},
		"nothing named":       {nil, []string{"import"}, exitUsage, "--all-new"},
		"too much named":      {nil, []string{"import", "a", "--all-new"}, exitUsage, "exclude"},
		"unknown command":     {nil, []string{"imprt"}, exitUsage, "imprt"},
		"unknown flag":        {nil, []string{"list", "--jsno"}, exitUsage, "--jsno"},
		"unknown format":      {nil, []string{"list", "-o", "yaml"}, exitUsage, "json"},
		"no terminal":         {nil, nil, exitUsage, "needs a terminal"},
		"demo, no terminal":   {nil, []string{"demo"}, exitUsage, "terminal"},
		"read-only":           {nil, []string{"import", "--all-new", "--read-only"}, exitUsage, "read-only"},
		"offline import":      {func(b *bench) { b.run("refresh") }, []string{"import", "--all-new", "--offline"}, exitUsage, "--offline"},
		"offline and nothing": {nil, []string{"list", "--offline", "--company", "1"}, exitUnavailable, "cached"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			if c.damage != nil {
				c.damage(b)
			}
			code, out, errs := b.run(c.args...)
			if code != c.code || !strings.Contains(errs, c.says) {
				t.Errorf("exit %d, want %d with %q\n%s%s", code, c.code, c.says, out, errs)
			}
			for _, canary := range []string{b.Key.Reveal(), b.Token.Reveal()} {
				if strings.Contains(out+errs, canary) {
					t.Error("a secret was printed")
				}
			}
			if got := b.Platform.Imports().Mutations; got != 0 {
				t.Errorf("%d mutations were sent", got)
			}
		})
	}
}

// TestUnknownIsNotNew checks that nothing is imported again while the platform is down.
func TestUnknownIsNotNew(t *testing.T) {
	b := newBench(t)
	t.Setenv("CONVISO_API_BASE", "http://127.0.0.1:1")
	var items []printout.Item
	b.want(exitUnavailable, &items, "list", "-o", "json", "--company", "1042")
	for _, item := range items {
		if item.Status != "unknown" {
			t.Fatalf("%s is %s", item.Ref, item.Status)
		}
	}
	if len(items) == 0 {
		t.Error("the catalog's part must be listed all the same")
	}
}

func TestSmallCommands(t *testing.T) {
	b := newBench(t)
	var v build
	b.want(exitDone, &v, "version", "-o", "json")
	if v.Version == "" || v.Go == "" {
		t.Errorf("%+v", v)
	}
	var r printout.Refresh
	b.want(exitDone, &r, "refresh", "-o", "json")
	if r.Entities != demo.DefaultEntities || r.Assets == 0 {
		t.Errorf("%+v", r)
	}
}
