package importer

import (
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/status"
)

// TestPresence protects entities from being taken for gone: only a complete list of their kind
// proves that, and neither a part of it nor a list of other kinds does.
func TestPresence(t *testing.T) {
	e := catalog.Entity{Ref: "component:default/a", Kind: "Component", Namespace: "default", Name: "a"}
	taken := catalog.Entity{Ref: "component:default/b", Kind: "Component", Namespace: "default", Name: "b"}
	whole := catalog.NewSnapshot([]catalog.Entity{e, taken}, time.Time{}, 2, true)
	part := catalog.NewSnapshot([]catalog.Entity{e, taken}, time.Time{}, 9, false)
	assets := conviso.NewAssetSet([]conviso.Asset{{ID: "1", Name: "b"}}, time.Time{}, true)
	components := []string{"component"}
	for name, c := range map[string]struct {
		ref    catalog.Ref
		snap   *catalog.Snapshot
		kinds  []string
		want   Presence
		reason string
	}{
		"on the list":                        {e.Ref, whole, components, Present, ""},
		"imported":                           {taken.Ref, whole, components, Present, "imported already"},
		"in a part":                          {e.Ref, part, components, Present, ""},
		"not in a complete list":             {"component:default/x", whole, components, LeftCatalog, "gone from the catalog"},
		"not in a part":                      {"component:default/x", part, components, NotRead, ""},
		"nothing read":                       {e.Ref, nil, components, NotRead, "nothing is read yet"},
		"of another kind":                    {"api:default/x", whole, components, OtherKind, "not on the list now (kind api)"},
		"of another kind, in a part":         {"api:default/x", part, components, OtherKind, "not on the list now (kind api)"},
		"of another kind, nothing read":      {"api:default/x", nil, components, OtherKind, "nothing is read yet"},
		"of several kinds":                   {"api:default/x", whole, []string{"api", "component"}, LeftCatalog, "gone from the catalog"},
		"kinds not known, the list is whole": {"api:default/x", whole, nil, LeftCatalog, "gone from the catalog"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := status.PresenceOf(c.ref, c.snap, c.kinds); got != c.want {
				t.Errorf("presence %d, want %d", got, c.want)
			}
			var statuses *Statuses
			if c.snap != nil {
				statuses = status.Resolve(c.snap, assets, nil, Namer{})
			}
			if got := (&View{Catalog: c.snap, Kinds: c.kinds, Statuses: statuses}).NotMarkable(c.ref); got != c.reason {
				t.Errorf("it cannot be marked as it is %q, want %q", got, c.reason)
			}
		})
	}
}
