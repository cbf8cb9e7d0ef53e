package status

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"conviso-importer/catalog"
	"conviso-importer/catalog/repository"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer/queue"
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

// sharing is a view of a catalog in which entities share repositories, names and annotations as told.
func sharing(t *testing.T, rule Sharing, entities []catalog.Entity, assets []conviso.Asset, items ...queue.Item) *Statuses {
	t.Helper()
	for i := range entities {
		e := &entities[i]
		e.Kind, e.Namespace, e.Ref = "Component", e.Ref.Namespace(), catalog.NewRef("component", e.Ref.Namespace(), e.Ref.Name())
		e.Name = e.Ref.Name()
	}
	snap := catalog.NewSnapshot(entities, time.Time{}, 0, true)
	return Decide(Namer{}.Names(snap), rule, conviso.NewAssetSet(assets, time.Time{}, true), Evidence{Items: queue.ByRef(items)})
}

// TestChooseBySharing protects scans, which stop where two assets have one repository: of entities that share one,
// bulk marking takes what the setting says, counts what is imported or on its way by the address that was sent,
// and leaves what opted out and orphans alone.
func TestChooseBySharing(t *testing.T) {
	const mono, other = "https://git.example/acme/mono", "https://git.example/acme/other"
	in := func(ref catalog.Ref, address string, change ...func(*catalog.Entity)) catalog.Entity {
		e := catalog.Entity{Ref: "component:" + ref, Annotated: catalog.Annotated{Repository: repository.Key(address)}}
		for _, c := range change {
			c(&e)
		}
		return e
	}
	out := func(e *catalog.Entity) { e.OptOut = true }
	orphan := func(e *catalog.Entity) { e.Orphan = true }
	item := func(ref catalog.Ref, state queue.State, address string) queue.Item {
		return queue.Item{Ref: "component:" + ref, State: state, AssetID: "7", Project: conviso.Project{Name: ref.Name(), RepoURL: address}}
	}
	three := func() []catalog.Entity {
		return []catalog.Entity{in("x/c", mono), in("x/a", mono), in("x/b", mono), in("x/own", other)}
	}
	for name, c := range map[string]struct {
		entities          []catalog.Entity
		assets            []conviso.Asset
		items             []queue.Item
		marked            []int32
		first, send, skip string
	}{
		"three of one": {entities: three(), first: "a own", send: "a b c own", skip: "own"},
		"no repository is none that is shared": {entities: []catalog.Entity{in("x/a", ""), in("x/b", "")},
			first: "a b", send: "a b", skip: "a b"},
		"one is imported by name": {entities: three(), assets: []conviso.Asset{{ID: "1", Name: "b"}}, first: "own", send: "a c own", skip: "own"},
		"one is on its way":       {entities: three(), items: []queue.Item{item("x/b", queue.Queued, mono)}, first: "own", send: "a c own", skip: "own"},
		"one is accepted":         {entities: three(), items: []queue.Item{item("x/b", queue.Accepted, mono)}, first: "own", send: "a c own", skip: "own"},
		"one has failed":          {entities: three(), items: []queue.Item{item("x/b", queue.Failed, mono)}, first: "a own", send: "a b c own", skip: "own"},
		"one was sent with another address": {entities: three(), items: []queue.Item{item("x/b", queue.Queued, other)},
			first: "a", send: "a c own", skip: ""},
		"one was sent as the plugin sends it": {entities: three(), items: []queue.Item{item("x/b", queue.Queued, mono+"/tree/main/")}, first: "own", send: "a c own", skip: "own"},
		"sent, and not in the catalog any more": {entities: three(), items: []queue.Item{item("x/gone", queue.Queued, other)},
			first: "a", send: "a b c own", skip: ""},
		"the first opted out":    {entities: []catalog.Entity{in("x/a", mono, out), in("x/b", mono), in("x/c", mono)}, first: "b", send: "b c", skip: ""},
		"the other is an orphan": {entities: []catalog.Entity{in("x/a", mono, orphan), in("x/b", mono)}, first: "b", send: "b", skip: "b"},
		"an orphan is imported": {entities: []catalog.Entity{in("x/a", mono, orphan), in("x/b", mono)}, assets: []conviso.Asset{{ID: "1", Name: "a"}},
			first: "", send: "b", skip: ""},
		"one is marked": {entities: three(), marked: []int32{0}, first: "own", send: "a b own", skip: "own"},
		"a name too": {entities: []catalog.Entity{in("x/a", mono), in("y/a", other), in("x/c", other)},
			first: "a c", send: "a c", skip: "a"},
	} {
		for rule, want := range map[Sharing]string{ShareFirst: c.first, ShareSend: c.send, ShareSkip: c.skip} {
			t.Run(name+", "+string(rule), func(t *testing.T) {
				s := sharing(t, rule, slices.Clone(c.entities), c.assets, c.items...)
				var rows []int32
				for row := range s.Len() {
					rows = append(rows, int32(row))
				}
				marked := catalog.RowSetOf(s.Len(), c.marked)
				choice := Choose(s, marked, rows)
				var got []string
				for row := range choice.Take.Rows() {
					got = append(got, s.resolver.snap.Name(row))
				}
				slices.Sort(got)
				if words := strings.Join(got, " "); words != want {
					t.Errorf("it takes %q, want %q", words, want)
				}
				if choice.LeftOut.Len() != choice.OptedOut+choice.Orphans+choice.SameRepo {
					t.Errorf("left out %d, counted %+v", choice.LeftOut.Len(), choice)
				}
				if len(c.marked) == 0 {
					if n := s.CountBulk(s.Bulk(), catalog.RowSetOf(s.Len(), rows)); n != choice.Marked {
						t.Errorf("the hint says %d, and %d are marked", n, choice.Marked)
					}
				}
			})
		}
	}
}
