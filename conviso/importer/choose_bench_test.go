package importer

import (
	"fmt"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// BenchmarkChoose measures marking all of a million new rows, which a key waits for, by how many of
// them share their names: none, a few, or each with one or with many others.
func BenchmarkChoose(b *testing.B) {
	const rows = 1_000_000
	for name, asset := range map[string]func(i int) int{
		"own names": func(i int) int { return i },
		"a tenth in twos": func(i int) int {
			if i%20 == 1 {
				return i - 1
			}
			return i
		},
		"all in twos":  func(i int) int { return i / 2 },
		"of 100 names": func(i int) int { return i % 100 },
	} {
		b.Run(name, func(b *testing.B) {
			entities, all := make([]catalog.Entity, rows), make([]int32, rows)
			for i := range entities {
				e := &entities[i]
				e.Kind, e.Namespace, e.Name = "Component", fmt.Sprint("team-", i), fmt.Sprint("payment-gateway-", asset(i))
				e.Ref = catalog.NewRef(e.Kind, e.Namespace, e.Name)
				all[i] = int32(i)
			}
			snap := catalog.NewSnapshot(entities, time.Time{}, 0, true)
			s := Resolve(snap, conviso.NewAssetSet(nil, time.Time{}, true), nil, Namer{})
			b.ReportAllocs()
			for b.Loop() {
				Choose(s, catalog.NewRowSet(rows), all)
			}
		})
	}
}
