package backstage

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/internal/safetext"
)

// TestRelations checks that details have safe relations, up to a limit.
func TestRelations(t *testing.T) {
	one, many := item("Component", "default", "one"), item("Domain", "default", "many")
	one["relations"] = []any{map[string]string{"type": "dependsOn", "targetRef": "resource:default/db\x1b[2J"}, 5, map[string]any{"type": 5, "targetRef": "x"},
		map[string]string{"type": "ownedBy", "targetRef": "group:default/a"}, map[string]string{"type": "ownedBy", "targetRef": "user:default/b"}}
	var parts []map[string]string
	for i := range 5000 {
		parts = append(parts, map[string]string{"type": "hasPart", "targetRef": fmt.Sprintf("system:default/s%d", i)})
	}
	many["relations"] = append(parts, map[string]string{"type": "ownedBy", "targetRef": "group:default/z"})
	var asks []int
	c := serve(t, refsServer(t, map[string]map[string]any{"component:default/one": one, "domain:default/many": many}, &asks))
	details, err := c.ByRefs(context.Background(), []catalog.Ref{"component:default/one", "domain:default/many"})
	if err != nil {
		t.Fatal(err)
	}
	d := details["component:default/one"]
	want := []catalog.Relation{{Type: "dependsOn", Target: "resource:default/db\x1b[2J"}, {Type: "ownedBy", Target: "user:default/b"}}
	if !slices.Equal(d.Relations, want) || d.OwnerRef != "group:default/a" {
		t.Errorf("%+v, owned by %q", d.Relations, d.OwnerRef)
	}
	if s := d.Safe(); safetext.Changed(fmt.Sprint(s.Relations)) || d.Relations[0].Target != want[0].Target {
		t.Errorf("safe: %q of %q", s.Relations, d.Relations)
	}
	if d := details["domain:default/many"]; len(d.Relations) != maxRelations || d.OwnerRef != "group:default/z" {
		t.Errorf("%d relations, owned by %q", len(d.Relations), d.OwnerRef)
	}
}
