package ui

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
)

// TestManyMarksAreKept protects what the user picked, and what can be taken back of it, through
// changes of many rows and lists that gain, lose and reorder entities, against plain maps.
func TestManyMarksAreKept(t *testing.T) {
	const entities = 3 * fewChanges
	ref := func(i int) catalog.Ref { return catalog.NewRef("Component", "", fmt.Sprintf("svc-%d", i)) }
	rapid.Check(t, func(t *rapid.T) {
		var s marks
		var h history
		barred := func(r catalog.Ref) bool { return r[len(r)-1] == '7' }
		can := judge{ref: func(r catalog.Ref) bool { return !barred(r) }, row: func(row int) bool { return !barred(s.snap.Ref(row)) }}
		type plainStep struct{ was, is map[catalog.Ref]bool }
		plain := map[catalog.Ref]bool{}
		var past, future []plainStep
		growing := catalog.NewBuilder(epoch)
		for range rapid.IntRange(5, 30).Draw(t, "moves") {
			switch rapid.SampledFrom([]string{"mark", "mark", "list", "longer", "longer", "none", "undo", "undo", "redo"}).Draw(t, "move") {
			case "mark":
				from, n := rapid.IntRange(0, entities/2).Draw(t, "from"), rapid.IntRange(1, entities).Draw(t, "n")
				how := rapid.SampledFrom([]mark{unmarked, inBulk, byHand}).Draw(t, "how")
				was, c := maps.Clone(plain), newMarking(&s)
				for i := from; i < min(from+n, entities); i++ {
					c.put(ref(i), how)
					if delete(plain, ref(i)); how != unmarked {
						plain[ref(i)] = how == byHand
					}
				}
				h.add(c.done())
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
				v := moved{from: s.snap, to: catalog.NewSnapshot(list, epoch, len(list), true)}
				if v.from != nil && rapid.Bool().Draw(t, "table") {
					v.table = movedRows(v.from, v.to)
				}
				s.move(&v)
				h.move(&v)
			case "longer":
				if growing.Len() == entities {
					growing = catalog.NewBuilder(epoch)
				}
				for range entities / 3 {
					r := ref(growing.Len())
					growing.Add(catalog.Entity{Ref: r, Kind: "Component", Namespace: "default", Name: r.Name()})
				}
				v := moved{from: s.snap, to: growing.Snapshot(entities, false)}
				s.move(&v)
				h.move(&v)
			case "none":
				v := moved{from: s.snap}
				s.move(&v)
				h.move(&v)
			case "undo":
				past, future = turnPlain(plain, past, future, barred, func(p plainStep) (a, b map[catalog.Ref]bool) { return p.is, p.was })
				h.turn(&s, true, can)
			case "redo":
				future, past = turnPlain(plain, future, past, barred, func(p plainStep) (a, b map[catalog.Ref]bool) { return p.was, p.is })
				h.turn(&s, false, can)
			}
			if got := maps.Collect(s.all()); !maps.Equal(got, plain) || s.n != len(plain) {
				t.Fatalf("%d marks, counted as %d; want %d", len(got), s.n, len(plain))
			}
			size := 0
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

// turnPlain is history.turn for plain maps: steps that change nothing any more are passed over.
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
