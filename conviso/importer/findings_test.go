package importer_test

import (
	"slices"
	"testing"

	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/plantest"
)

// TestFindings protects who agrees to a plan from what they do not know of it: every kind of
// finding is there with its figures, the gravest first.
func TestFindings(t *testing.T) {
	var got []plantest.Line
	for _, f := range plantest.Plan().Findings() {
		got = append(got, plantest.Line{N: len(f.Entries), Text: f.Text(), Note: f.Note()})
	}
	if want := plantest.Lines(); !slices.Equal(got, want) {
		t.Errorf("the findings are\n%+v, want\n%+v", got, want)
	}
}

// TestFindingEntries protects the list behind a finding: an entity stands there once, with all that
// is to be said of it.
func TestFindingEntries(t *testing.T) {
	for _, f := range plantest.Plan().Findings() {
		if f.Kind != importer.FindingOverride {
			continue
		}
		want := `lifecycle "beta" is sent as homologation by conviso.mapping.lifecycle; type "lambda" is sent as api by conviso.mapping.type`
		if len(f.Entries) != 1 || f.Entries[0].Ref != "component:default/mapped" || f.Entries[0].Note != want {
			t.Errorf("the entries are %+v", f.Entries)
		}
		return
	}
	t.Error("no finding is about the user's own tables")
}
