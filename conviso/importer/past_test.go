package importer

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/known"
	"conviso-importer/conviso/importer/queue"
	"conviso-importer/conviso/importer/status"
)

// TestHistoryDecidesTheSame protects statuses from the form in which a queue keeps what it has finished: the
// same items say the same of every row, whether they are items or history, and whether some of what is
// history was queued again.
func TestHistoryDecidesTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		snap, set, items, assetsKnown := drawnQueue(t)
		names := Namer{}.Names(snap)
		before := status.Decide(names, ShareFirst, set, status.Evidence{Items: items, Known: assetsKnown})

		h, rest := queue.NewHistory("one"), map[catalog.Ref]Item{}
		for _, item := range slices.SortedFunc(maps.Values(items), func(a, b Item) int { return cmp.Compare(a.Seq, b.Seq) }) {
			past := item
			if item.State != Imported {
				rest[item.Ref] = item
				if !rapid.Bool().Draw(t, "again") {
					continue
				}
				past.AssetID, past.Seq = "older", 1
			} else if rapid.IntRange(0, 3).Draw(t, "unmoved") == 0 {
				rest[item.Ref] = item
				continue
			}
			f := queue.Finish(&past)
			if !h.Append([]byte(past.Ref), past.Seq, f.Pack(nil)) {
				t.Fatal("it cannot be appended")
			}
		}
		h.Index()
		after := status.Decide(names, ShareFirst, set, status.Evidence{Items: rest, Past: h, Known: assetsKnown})

		one, two := View{Catalog: snap, Assets: set, Items: items, Statuses: before}, View{Catalog: snap, Assets: set, Items: rest, Statuses: after}
		for row := range snap.Len() {
			ref := snap.Ref(row)
			if a, b := one.Status(ref), two.Status(ref); a != b || before.State(row) != after.State(row) {
				t.Fatalf("%s is %+v by items and %+v by the history", ref, a, b)
			}
			if a, b := one.BulkNote(ref), two.BulkNote(ref); a != b {
				t.Fatalf("%s: %q by items and %q by the history", ref, a, b)
			}
			a, inOne := one.Item(ref)
			b, inTwo := two.Item(ref)
			if inOne != inTwo || a.State != b.State || a.AssetID != b.AssetID || !a.SentAt.Equal(b.SentAt) {
				t.Fatalf("%s is %+v and %+v", ref, a, b)
			}
		}
		if a, b := one.Doubled(), two.Doubled(); !reflect.DeepEqual(a, b) {
			t.Fatalf("doubled are %v by items and %v by the history", a, b)
		}
	})
}

// drawnQueue is a catalog, a list and a queue that name the same few things in many ways.
func drawnQueue(t *rapid.T) (*catalog.Snapshot, *conviso.AssetSet, map[catalog.Ref]Item, Known) {
	at := time.UnixMilli(1_795_000_000_000)
	name := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	repo := rapid.SampledFrom([]string{"", "https://git.example/x", "https://git.example/y/"})
	var entities []catalog.Entity
	refs := map[catalog.Ref]bool{}
	for i := range rapid.IntRange(1, 8).Draw(t, "rows") {
		e := catalog.Entity{Kind: "Component", Namespace: fmt.Sprint("n", i), Name: name.Draw(t, "name")}
		e.Ref = catalog.NewRef(e.Kind, e.Namespace, e.Name)
		e.Repository = repository.Key(repo.Draw(t, "repository"))
		entities = append(entities, e)
		refs[e.Ref] = true
	}
	refs["component:elsewhere/a"] = true
	snap := catalog.NewSnapshot(entities, time.Time{}, 0, true)
	var assets []conviso.Asset
	for i := range rapid.IntRange(0, 8).Draw(t, "assets") {
		assets = append(assets, conviso.Asset{ID: fmt.Sprint(i), Name: name.Draw(t, "asset")})
	}
	set := conviso.NewAssetSet(assets, at, rapid.Bool().Draw(t, "complete"))
	ids := rapid.Permutation([]string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}).Draw(t, "ids")
	items, assetsKnown := map[catalog.Ref]Item{}, Known{}
	for i, ref := range slices.Sorted(maps.Keys(refs)) {
		if rapid.Bool().Draw(t, "queued") {
			state := rapid.SampledFrom([]State{Imported, Imported, Imported, Failed, Queued, Accepted}).Draw(t, "state")
			item := Item{Instance: "one", Ref: ref, Seq: int64(i + 2), State: state, Attempts: rapid.IntRange(0, 2).Draw(t, "attempts"),
				Project: conviso.Project{Name: ref.Name(), RepoURL: repo.Draw(t, "sent to")}, Strict: rapid.Bool().Draw(t, "strict"),
				CheckedAt: at.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "checked")) * time.Hour), SentAt: at.Add(-2 * time.Hour)}
			if state == Imported {
				item.AssetID = ids[i]
				item.Baseline = rapid.SliceOfN(rapid.SampledFrom(ids), 0, 2).Draw(t, "baseline")
			}
			items[ref] = item
		}
		if state := items[ref].State; state == "" && rapid.Bool().Draw(t, "known") {
			assetsKnown[ref] = known.Asset{ID: ids[9-i%10]}
		}
	}
	return snap, set, items, assetsKnown
}
