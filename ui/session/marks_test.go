package session

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/conviso/importer/status"
)

// viewOf is a view in which the components whose names end in imported are imported.
func viewOf(snap *catalog.Snapshot, imported string) *importer.View {
	v := &importer.View{Catalog: snap, Kinds: []string{"component"}}
	if snap == nil {
		return v
	}
	var assets []conviso.Asset
	for row := range snap.Len() {
		if name := snap.At(row).Name; strings.HasSuffix(name, imported) {
			assets = append(assets, conviso.Asset{ID: name, Name: name})
		}
	}
	v.Assets = conviso.NewAssetSet(assets, epoch, true)
	v.Statuses = status.Resolve(snap, v.Assets, nil, importer.Namer{})
	return v
}

// TestManyMarksAreKept compares marks and undo with plain maps through many changes of the list.
func TestManyMarksAreKept(t *testing.T) {
	const entities = 3 * maxRefChanges
	ref := func(i int) catalog.Ref { return catalog.NewRef("Component", "", fmt.Sprintf("svc-%d", i)) }
	rapid.Check(t, func(t *rapid.T) {
		var s Marks
		view := &importer.View{}
		barred := func(r catalog.Ref) bool { return view.NotMarkable(r) != "" }
		show := func(snap *catalog.Snapshot, table *RowTable) {
			view = viewOf(snap, "7")
			s.Show(snap, table)
		}
		type plainStep struct{ was, is map[catalog.Ref]bool }
		plain := map[catalog.Ref]bool{}
		var past, future []plainStep
		growing := catalog.NewBuilder(epoch)
		for range rapid.IntRange(5, 30).Draw(t, "moves") {
			switch rapid.SampledFrom([]string{"mark", "mark", "list", "longer", "longer", "none", "undo", "undo", "redo"}).Draw(t, "move") {
			case "mark":
				from, n := rapid.IntRange(0, entities/2).Draw(t, "from"), rapid.IntRange(1, entities).Draw(t, "n")
				how := rapid.SampledFrom([]Mark{NotMarked, InBulk, ByHand}).Draw(t, "how")
				was, c := maps.Clone(plain), s.begin()
				for i := from; i < min(from+n, entities); i++ {
					c.put(ref(i), how)
					if delete(plain, ref(i)); how != NotMarked {
						plain[ref(i)] = how == ByHand
					}
				}
				c.end()
				if !maps.Equal(was, plain) {
					past, future = append(past, plainStep{was, maps.Clone(plain)}), nil
				}
			case "list":
				skip, first := rapid.IntRange(2, 9).Draw(t, "skip"), rapid.IntRange(0, entities-1).Draw(t, "first")
				var list []catalog.Entity
				for i := range entities {
					if at := (first + i) % entities; at%skip != 0 {
						list = append(list, catalog.Entity{Ref: ref(at), Kind: "Component", Namespace: "default", Name: ref(at).Name()})
					}
				}
				snap := catalog.NewSnapshot(list, epoch, len(list), rapid.Bool().Draw(t, "complete"))
				var table *RowTable
				if rapid.Bool().Draw(t, "table") {
					table = NewRowTable(s.snap, snap)
				}
				show(snap, table)
			case "longer":
				if growing.Len() == entities {
					growing = catalog.NewBuilder(epoch)
				}
				for range entities / 3 {
					r := ref(growing.Len())
					growing.Add(catalog.Entity{Ref: r, Kind: "Component", Namespace: "default", Name: r.Name()})
				}
				show(growing.Snapshot(entities, false), nil)
			case "none":
				show(nil, nil)
			case "undo":
				past, future = turnPlain(plain, past, future, barred, func(p plainStep) (a, b map[catalog.Ref]bool) { return p.is, p.was })
				s.Undo(view)
			case "redo":
				future, past = turnPlain(plain, future, past, barred, func(p plainStep) (a, b map[catalog.Ref]bool) { return p.was, p.is })
				s.Redo(view)
			}
			if got := maps.Collect(s.All()); !maps.Equal(got, plain) || s.Len() != len(plain) {
				t.Fatalf("%d marks, counted as %d; want %d", len(got), s.Len(), len(plain))
			}
			h, size := &s.history, 0
			for _, steps := range [][]markStep{h.past, h.future} {
				for i := range steps {
					size += steps[i].size()
				}
			}
			if h.size != size {
				t.Fatalf("the history counts %d for %d", h.size, size)
			}
			if len(h.past) != len(past) || len(h.future) != len(future) {
				t.Fatalf("%d steps can be taken back and %d made again; want %d and %d", len(h.past), len(h.future), len(past), len(future))
			}
		}
	})
}

// turnPlain is Undo or Redo for plain maps; it skips steps without effect.
func turnPlain[S any](plain map[catalog.Ref]bool, from, to []S, barred func(catalog.Ref) bool, ends func(S) (a, b map[catalog.Ref]bool)) (rest, grown []S) {
	for len(from) > 0 {
		s := from[len(from)-1]
		from, to = from[:len(from)-1], append(to, s)
		changed := false
		was, is := ends(s)
		all := maps.Clone(was)
		maps.Copy(all, is)
		for ref := range all {
			a, hadA := was[ref]
			b, hasB := is[ref]
			if hadA == hasB && a == b {
				continue
			}
			now, has := plain[ref]
			switch {
			case has == hasB && now == b:
			case hasB && barred(ref):
				changed = true
			case hasB:
				plain[ref], changed = b, true
			default:
				delete(plain, ref)
				changed = true
			}
		}
		if changed {
			break
		}
	}
	return from, to
}
