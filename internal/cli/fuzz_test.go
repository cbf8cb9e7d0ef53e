package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
)

// FuzzPlan protects an import from any plan file: no panic, and what is taken for a plan has
// the right format and names entities that may be shown.
func FuzzPlan(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `{"version":1}`, `{"version":2}`, `{"version":"1"}`, `{"version":1,"items":[{}]}`,
		`{"version":1,"items":[{"ref":"component:default/a","project":{"id":"Component:default/a","tags":null}}],"skipped":null}`,
		`{"version":1,"items":[{"ref":"\u001b[2J"}]}`, `{"version":1,"madeAt":"x"}`, `{"version":1,"items":[null]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		plan, err := parsePlan("plan.json", doc)
		if (plan == nil) == (err == nil) {
			t.Fatalf("%v, %v", plan, err)
		}
		if err != nil {
			if safetext.Changed(err.Error()) || exitCode(err) != exitUsage {
				t.Fatalf("exit %d: %q", exitCode(err), err)
			}
			return
		}
		if plan.Version != importer.PlanVersion {
			t.Fatalf("version %d was taken", plan.Version)
		}
		for i := range plan.Items {
			if ref := string(plan.Items[i].Ref); ref == "" || safetext.Changed(ref) {
				t.Fatalf("%q is taken for an entity", ref)
			}
		}
		for _, f := range plan.Findings() {
			if line := f.String(); safetext.Changed(line) {
				t.Fatalf("%q is not safe to show", line)
			}
		}
		importer.NewJob(plan.MadeAt).AddPlan(plan)
	})
}

// FuzzCompanies protects the start from any file of remembered companies: what is taken from
// it is a number and a name that may be shown, and it is replaced when a company is kept.
func FuzzCompanies(f *testing.F) {
	const key = "https://backstage.example https://platform.example"
	for _, seed := range []string{
		``, `{}`, `[]`, `null`, `{"` + key + `":{"ID":"7","Label":"Acme"}}`, `{"` + key + `":{"ID":"../../x","Label":"\u001b[2J"}}`,
		`{"` + key + `":{"ID":7}}`, `{"` + key + `":null}`, `{"x":{"ID":"7"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		m := memory{path: filepath.Join(t.TempDir(), "companies.json"), key: key}
		if err := os.WriteFile(m.path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		if company, ok := m.company(); ok && (strings.Trim(company.ID, "0123456789") != "" || company.ID == "" || safetext.Changed(company.Label)) {
			t.Fatalf("%+v was taken", company)
		}
		m.keep(conviso.Company{ID: "12", Label: "Acme"})
		if company, ok := m.company(); !ok || company.ID != "12" {
			t.Fatalf("%+v, %t after it was kept", company, ok)
		}
	})
}

// TestQueueStaysInItsFolder protects other files from a company whose id is a path.
func TestQueueStaysInItsFolder(t *testing.T) {
	for in, want := range map[string]string{"1042": "1042", "../../etc/x": ".._.._etc_x", "a\x00b\x1b": "a_b_", "api.example:8443": "api.example_8443"} {
		if got := fileName(in); got != want {
			t.Errorf("%q is the file %q, want %q", in, got, want)
		}
	}
}
