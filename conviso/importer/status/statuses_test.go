package status

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
)

// drawnStatuses are those of a few entities, assets and items that share names among them.
func drawnStatuses(t *rapid.T) (*catalog.Snapshot, *Statuses, *Names) {
	name := rapid.SampledFrom([]string{"a", "A", "b", "b  c", " B c", "default-a", "É", "é", "d"})
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
		set = conviso.NewAssetSet(assets, time.UnixMilli(1_795_000_000_000), rapid.Bool().Draw(t, "complete"))
	}
	items := map[catalog.Ref]queue.Item{}
	for range rapid.IntRange(0, 4).Draw(t, "items") {
		if snap.Len() == 0 {
			break
		}
		ref := snap.Ref(rapid.IntRange(0, snap.Len()-1).Draw(t, "row"))
		all := allStates()
		items[ref] = queue.Item{Ref: ref, State: rapid.SampledFrom(all[:]).Draw(t, "state"), AssetID: fmt.Sprint(rapid.IntRange(0, 6).Draw(t, "id")), CheckedAt: time.UnixMilli(1_795_000_000_000)}
	}
	namer := Namer{ClashTemplate: rapid.SampledFrom([]string{"", "{namespace}-{name}"}).Draw(t, "template")}
	return snap, Resolve(snap, set, items, namer), namer.Names(snap)
}

// TestStatusesAgree protects counts and filters from saying something else than the rows: what
// is kept of each row is what its whole status says, and names are shared where they are equal.
func TestStatusesAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		snap, s, names := drawnStatuses(t)
		counts, keys := map[queue.State]int{}, map[string]int{}
		for row := range snap.Len() {
			keys[names.Key(row)]++
		}
		for row := range snap.Len() {
			state := s.At(row).State
			counts[state]++
			if s.State(row) != state || !s.In(state).Has(row) {
				t.Fatalf("row %d is %s, its state %s", row, state, s.State(row))
			}
			if key := names.Key(row); s.Shared().Has(row) != (keys[key] > 1) || names.Sharing(row) != keys[key] {
				t.Fatalf("row %d: %d rows are called %s, shared %t and %d", row, keys[key], key, s.Shared().Has(row), names.Sharing(row))
			}
		}
		for _, state := range allStates() {
			if s.Count(state) != counts[state] || s.In(state).Len() != counts[state] {
				t.Fatalf("%d rows are %s, counted %d", counts[state], state, s.Count(state))
			}
			if n := s.In(state, queue.Unknown).Len(); state != queue.Unknown && n != counts[state]+counts[queue.Unknown] {
				t.Fatalf("%d rows are %s or unknown, counted %d", counts[state]+counts[queue.Unknown], state, n)
			}
		}
	})
}

// TestChoose holds what is marked of many rows against the rule, row by row: nothing twice, nothing
// that cannot be imported, and of rows that share an asset name the first by
// ref alone, however they are ordered.
func TestChoose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		snap, s, names := drawnStatuses(t)
		marked, keys := catalog.NewRowSet(snap.Len()), map[string]bool{}
		var rows []int32
		for row := range snap.Len() {
			if rapid.Bool().Draw(t, "marked") {
				marked.Add(row)
				keys[names.Key(row)] = true
			}
			if rapid.Bool().Draw(t, "listed") {
				rows = append(rows, int32(row))
			}
		}
		rows = rapid.Permutation(rows).Draw(t, "order")
		want, take := Choice{}, catalog.NewRowSet(snap.Len())
		byRef := slices.SortedFunc(slices.Values(rows), func(a, b int32) int { return cmp.Compare(snap.Ref(int(a)), snap.Ref(int(b))) })
		for _, r := range byRef {
			row := int(r)
			switch state := s.State(row); {
			case marked.Has(row):
				want.Already++
			case state == queue.Unknown:
				want.Unknown++
			case state == queue.Clash:
				want.Left++
			case state != queue.New && state != queue.Failed:
			case keys[names.Key(row)]:
				want.Left++
			default:
				keys[names.Key(row)] = true
				take.Add(row)
				want.Marked++
			}
		}
		got := Choose(s, marked, rows)
		if !slices.Equal(got.Take, take) {
			t.Fatalf("takes %v, want %v", slices.Collect(got.Take.Rows()), slices.Collect(take.Rows()))
		}
		got.Take, got.LeftOut = nil, nil
		if got.Marked != want.Marked || got.Already != want.Already || got.Left != want.Left || got.Unknown != want.Unknown {
			t.Fatalf("%+v, want %+v", got, want)
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
