package importer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer/mapping"
	"conviso-importer/internal/demo"
)

// TestPlanTellsOverrides protects users from values that a table of the configuration
// decided and nobody remembers: the plan names each, in its file too.
func TestPlanTellsOverrides(t *testing.T) {
	simulate(t, func(t *testing.T) {
		w := newWorld(t, demo.PlatformOptions{})
		d := component("a")
		d.Lifecycle, d.Annotations = "beta", map[string]string{catalog.AnnotationImport: "false"}
		w.catalog.add(d)
		w.catalog.add(component("b"))
		w.config.Mapping = mapping.Tables{Lifecycle: map[string]string{"beta": "homologation"}}
		w.Engine = NewEngine(w.config)
		p := w.plan(Request{Named: w.refs()})
		want := mapping.Override{Field: "lifecycle", From: "beta", To: "homologation"}
		if len(p.Items[0].Overrides) != 1 || p.Items[0].Overrides[0] != want || len(p.Items[0].Defaults) != 0 || !p.Items[0].OptOut {
			t.Errorf("the item is %+v", p.Items[0])
		}
		var lines []string
		for _, f := range p.Findings() {
			lines = append(lines, f.String())
		}
		for _, line := range []string{"1 mapped by your conviso.mapping (lifecycle beta -> homologation 1)", "1 annotated to stay out of bulk imports, marked or named one by one"} {
			if !slices.Contains(lines, line) {
				t.Errorf("%q is missing in %q", line, lines)
			}
		}
		doc, err := json.Marshal(p)
		if err != nil || strings.Count(string(doc), `"overrides":[{"field":"lifecycle","from":"beta","to":"homologation"}]`) != 1 {
			t.Errorf("%v\n%s", err, doc)
		}
		if _, err := w.Recheck(t.Context(), p); err != nil {
			t.Errorf("an unchanged plan: %v", err)
		}
		preview, err := w.Preview(t.Context(), w.refs()[0])
		if err != nil || len(preview.Overrides) != 1 || len(preview.Origins) != 9 || preview.Held == "" {
			t.Errorf("%v, %+v", err, preview)
		}
	})
}
