package cli

import (
	"testing"

	"conviso-importer/conviso/importer"
	"conviso-importer/internal/safetext"
)

// FuzzPlan checks that any accepted plan has the right format and printable names.
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
