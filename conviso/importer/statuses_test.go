package importer

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
)

// TestStatusesAgree protects counts and filters from saying something else than the rows: what
// is kept of each row is what its whole status says, and names are shared where they are equal.
func TestStatusesAgree(t *testing.T) {
	name := rapid.SampledFrom([]string{"a", "A", "b", "b  c", " B c", "default-a", "É", "é", "d"})
	rapid.Check(t, func(t *rapid.T) {
		var entities []catalog.Entity
		for i := range rapid.IntRange(0, 12).Draw(t, "rows") {
			e := catalog.Entity{Kind: "Component", Namespace: rapid.SampledFrom([]string{"default", "other"}).Draw(t, "ns"), Name: name.Draw(t, "name")}
			e.Ref = catalog.NewRef(e.Kind, e.Namespace+fmt.Sprint(i%3), e.Name)
			entities = append(entities, e)
		}
		snap := catalog.NewSnapshot(entities, time.Time{}, 0, true)
		var set *conviso.AssetSet
		if rapid.Bool().Draw(t, "read") {
			var assets []conviso.Asset
			for i := range rapid.IntRange(0, 6).Draw(t, "assets") {
				assets = append(assets, conviso.Asset{ID: fmt.Sprint(i), Name: name.Draw(t, "asset")})
			}
			set = conviso.NewAssetSet(assets, queueDay(), rapid.Bool().Draw(t, "complete"))
		}
		items := map[catalog.Ref]Item{}
		for range rapid.IntRange(0, 4).Draw(t, "items") {
			if snap.Len() == 0 {
				break
			}
			ref := snap.Ref(rapid.IntRange(0, snap.Len()-1).Draw(t, "row"))
			all := allStates()
			items[ref] = Item{Ref: ref, State: rapid.SampledFrom(all[:]).Draw(t, "state"), AssetID: fmt.Sprint(rapid.IntRange(0, 6).Draw(t, "id")), CheckedAt: queueDay()}
		}
		namer := Namer{ClashTemplate: rapid.SampledFrom([]string{"", "{namespace}-{name}"}).Draw(t, "template")}
		s, names := Resolve(snap, set, items, namer), namer.Names(snap)
		counts, keys := map[State]int{}, map[string]int{}
		for row := range snap.Len() {
			keys[names.Key(row)]++
		}
		for row := range snap.Len() {
			state := s.At(row).State
			counts[state]++
			if s.State(row) != state || !s.In(state).Has(row) {
				t.Fatalf("row %d is %s, its state %s", row, state, s.State(row))
			}
			if key := names.Key(row); s.Shared().Has(row) != (keys[key] > 1) || names.Sharing(key) != keys[key] {
				t.Fatalf("row %d: %d rows are called %s, shared %t and %d", row, keys[key], key, s.Shared().Has(row), names.Sharing(key))
			}
		}
		for _, state := range allStates() {
			if s.Count(state) != counts[state] || s.In(state).Len() != counts[state] {
				t.Fatalf("%d rows are %s, counted %d", counts[state], state, s.Count(state))
			}
		}
	})
}

// BenchmarkResolve measures the statuses of 100,000 rows, half of which are imported.
func BenchmarkResolve(b *testing.B) {
	entities := make([]catalog.Entity, 100_000)
	assets := make([]conviso.Asset, len(entities)/2)
	for i := range entities {
		e := &entities[i]
		e.Kind, e.Namespace, e.Name = "Component", "default", fmt.Sprint("payment-gateway-", i)
		e.Ref = catalog.NewRef(e.Kind, e.Namespace, e.Name)
		if i < len(assets) {
			assets[i] = conviso.Asset{ID: fmt.Sprint(i), Name: e.Name}
		}
	}
	snap := catalog.NewSnapshot(entities, time.Time{}, 0, true)
	set := conviso.NewAssetSet(assets, time.Time{}, true)
	b.ReportAllocs()
	for b.Loop() {
		Resolve(snap, set, nil, Namer{})
	}
}
