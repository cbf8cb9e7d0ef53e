package status

import (
	"fmt"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// sharedNames are ways in which many entities share asset names: none, a few, or each with one or with
// many others.
func sharedNames() map[string]func(i int) int {
	return map[string]func(i int) int{
		"own names": func(i int) int { return i },
		"a tenth in twos": func(i int) int {
			if i%20 == 1 {
				return i - 1
			}
			return i
		},
		"all in twos":  func(i int) int { return i / 2 },
		"of 100 names": func(i int) int { return i % 100 },
	}
}

// named are so many components with the asset names that asset numbers.
func named(rows int, asset func(i int) int) *catalog.Snapshot {
	entities := make([]catalog.Entity, rows)
	for i := range entities {
		e := &entities[i]
		e.Kind, e.Namespace, e.Name = "Component", fmt.Sprint("team-", i), fmt.Sprint("payment-gateway-", asset(i))
		e.Ref = catalog.NewRef(e.Kind, e.Namespace, e.Name)
	}
	return catalog.NewSnapshot(entities, time.Time{}, 0, true)
}

// BenchmarkChoose measures marking all of a million new rows, which a key waits for, by how many of
// them share their names.
func BenchmarkChoose(b *testing.B) {
	const rows = 1_000_000
	for name, asset := range sharedNames() {
		b.Run(name, func(b *testing.B) {
			all := make([]int32, rows)
			for i := range all {
				all[i] = int32(i)
			}
			s := Resolve(named(rows, asset), conviso.NewAssetSet(nil, time.Time{}, true), nil, Namer{})
			b.ReportAllocs()
			for b.Loop() {
				Choose(s, catalog.NewRowSet(rows), all)
			}
		})
	}
}
