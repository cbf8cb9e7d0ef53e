package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/printout"
	"conviso-importer/internal/workspace"
)

func TestSavePlan(t *testing.T) {
	dir, day := t.TempDir(), time.Date(2026, 11, 23, 6, 40, 0, 0, time.UTC)
	for _, want := range []string{"plan-2026-11-23-1.json", "plan-2026-11-23-2.json"} {
		path, err := savePlan(dir, day, &importer.Plan{Version: importer.PlanVersion, CompanyID: want})
		if err != nil || path != filepath.Join(dir, want) {
			t.Fatal(path, err)
		}
		doc, _ := os.ReadFile(path)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 || !strings.Contains(string(doc), want) {
			t.Errorf("%s: %v %v\n%s", path, info.Mode(), err, doc)
		}
	}
	if path, err := savePlan(filepath.Join(dir, "none"), day, &importer.Plan{}); err == nil || !strings.Contains(err.Error(), "the plan cannot be saved") {
		t.Errorf("a folder that is not there: %q, %v", path, err)
	}
}

// TestSavedPlanIsSent checks that the table's saved plan and command line, run by a shell, send
// what was reviewed.
func TestSavedPlanIsSent(t *testing.T) {
	b := newBench(t)
	b.Platform.SetReject(nil)
	folder := filepath.Join(t.TempDir(), "it's a $HOME; folder")
	settings := filepath.Join(folder, "app-config.yaml")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(settings, []byte("conviso: {mapping: {lifecycle: {production: homologation}}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	var refs []string
	_, out, _ := b.run("list", "checkout", "-o", "name")
	refs = strings.Fields(out)
	var stdout, stderr bytes.Buffer
	a := &app{out: &stdout, err: &stderr}
	root := a.root()
	if err := root.PersistentFlags().Parse([]string{"--config", "app-config.yaml", "--kind", "Component", "--kind", "API"}); err != nil {
		t.Fatal(err)
	}
	var saved, whole, named string
	var plan *importer.Plan
	if err := a.withWorkspace(t.Context(), func(w *workspace.Workspace) error {
		view, err := w.Engine.Read(t.Context(), importer.ReadOptions{})
		if err != nil {
			return err
		}
		list, err := namedRefs(view, refs)
		if err != nil {
			return err
		}
		if plan, err = w.Engine.Plan(t.Context(), importer.Request{Bulk: list}); err != nil {
			return err
		}
		o := a.outside(t.Context(), w, false, &stdout)
		if saved, err = o.SavePlan(plan); err != nil {
			return err
		}
		whole, named = o.Command(nil, "import", "--plan", saved), o.Command([]string{"component"}, "import", string(plan.Items[0].Ref), string(plan.Items[1].Ref))
		return nil
	}); err != nil {
		t.Fatal(err, stderr.String())
	}
	if len(plan.Items) < 3 || len(plan.Items[0].Overrides)+len(plan.Items[1].Overrides)+len(plan.Items[2].Overrides) == 0 {
		t.Fatalf("the plan has %d items: %+v", len(plan.Items), plan.Items)
	}
	t.Chdir(t.TempDir())
	code, out, errs := b.run(append(words(t, named)[1:], "--dry-run")...)
	if code != exitDone || !strings.Contains(out, "2 would be sent") || !strings.Contains(out, `lifecycle "production" is sent as homologation by conviso.mapping.lifecycle`) {
		t.Errorf("%s: exit %d\n%s%s", named, code, out, errs)
	}
	var r printout.Job
	errs = b.want(exitDone, &r, append(words(t, whole)[1:], "-o", "json")...)
	if r.Verified != len(plan.Items) || len(b.Platform.Imports().Deliveries) != len(plan.Items) || !strings.Contains(errs, "mapped by your conviso.mapping (lifecycle production -> homologation") {
		t.Errorf("%s: %+v\n%s", whole, r, errs)
	}
}

// words splits a command line with a shell.
func words(t *testing.T, line string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", "printf '%s\\n' "+line).Output()
	if err != nil {
		t.Fatal(line, err)
	}
	got := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if got[0] != programName {
		t.Fatalf("%q begins with %q", line, got[0])
	}
	return got
}

func TestCommandQuotes(t *testing.T) {
	a := &app{kinds: []string{catalog.DefaultKind}}
	for _, word := range []string{"", "a b", "it's", "$(x)", "`x`", "a;b", "~", "*", "-x", "\\", "é", "!x", "a\tb", "#"} {
		if got := words(t, a.command("")(nil, "import", word, "end")); len(got) != 4 || got[2] != word {
			t.Errorf("%q became %q", word, got)
		}
	}
	for want, kinds := range map[string][]string{
		"conviso-importer --company 1042 import x":                             nil,
		"conviso-importer --company 1042 --kind api --kind component import x": {"api", "component"},
	} {
		if got := a.command("1042")(kinds, "import", "x"); got != want {
			t.Errorf("a command for %q is %q", kinds, got)
		}
	}
}
