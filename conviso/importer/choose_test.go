package importer

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// TestChooseFirstByRef protects whoever imports in bulk from a choice that depends on how the list is
// sorted: of entities that share a name the first by ref is marked, as every command takes it.
func TestChooseFirstByRef(t *testing.T) {
	var entities []catalog.Entity
	// The catalog's own order is not that of the refs.
	for _, name := range []string{"team-c/pay", "team-a/pay", "team-b/pay", "team-z/risk", "team-y/Risk", "team-a/own"} {
		ref := catalog.Ref("component:" + name)
		entities = append(entities, catalog.Entity{Ref: catalog.NewRef("component", ref.Namespace(), ref.Name()), Kind: "Component",
			Namespace: ref.Namespace(), Name: name[len("team-a/"):]})
	}
	snap := catalog.NewSnapshot(entities, time.Time{}, 0, true)
	s := Resolve(snap, conviso.NewAssetSet(nil, time.Time{}, true), nil, Namer{})
	forwards := []int32{0, 1, 2, 3, 4, 5}
	backwards := slices.Clone(forwards)
	slices.Reverse(backwards)
	for name, c := range map[string]struct {
		rows, marked []int32
		want         []string
		left         int
	}{
		"as in the catalog":     {forwards, nil, []string{"team-a/own", "team-a/pay", "team-y/risk"}, 3},
		"the other way round":   {backwards, nil, []string{"team-a/own", "team-a/pay", "team-y/risk"}, 3},
		"the first not listed":  {[]int32{0, 2}, nil, []string{"team-b/pay"}, 1},
		"another marked before": {forwards, []int32{0}, []string{"team-a/own", "team-y/risk"}, 3},
	} {
		t.Run(name, func(t *testing.T) {
			choice := Choose(s, catalog.RowSetOf(snap.Len(), c.marked), c.rows)
			var got []string
			for row := range choice.Take.Rows() {
				ref := snap.Ref(row)
				got = append(got, fmt.Sprintf("%s/%s", ref.Namespace(), ref.Name()))
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) || choice.Left != c.left || choice.Marked != len(c.want) {
				t.Errorf("it takes %v (%d, %d left), want %v (%d left)", got, choice.Marked, choice.Left, c.want, c.left)
			}
		})
	}
}
