package session

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

func listOf(complete bool, names ...string) *catalog.Snapshot {
	list := make([]catalog.Entity, len(names))
	for i, name := range names {
		list[i] = catalog.Entity{Ref: catalog.NewRef("Component", "", name), Kind: "Component", Namespace: "default", Name: name}
	}
	return catalog.NewSnapshot(list, epoch, len(list), complete)
}

// TestToggle: marking by hand is one step and skips what cannot be marked.
func TestToggle(t *testing.T) {
	const a, b, done, api = catalog.Ref("component:default/a"), catalog.Ref("component:default/b"),
		catalog.Ref("component:default/done"), catalog.Ref("api:default/a")
	v := viewOf(listOf(true, "a", "b", "done"), "done")
	var s Marks
	s.Show(v.Catalog, nil)
	for _, step := range []struct {
		verb    Verb
		refs    []catalog.Ref
		change  Change
		refused []Refusal
		marks   map[catalog.Ref]bool
	}{
		{MarkOrUnmark, []catalog.Ref{a, done, api}, Change{Marked: 1},
			[]Refusal{{1, "imported already"}, {2, "not on the list now (kind api)"}}, map[catalog.Ref]bool{a: true}},
		{MarkOrUnmark, []catalog.Ref{a, b}, Change{Marked: 1, Unmarked: 1}, nil, map[catalog.Ref]bool{b: true}},
		{OnlyMark, []catalog.Ref{a, b}, Change{Marked: 1}, nil, map[catalog.Ref]bool{a: true, b: true}},
		{OnlyUnmark, []catalog.Ref{a, done}, Change{Unmarked: 1}, nil, map[catalog.Ref]bool{b: true}},
	} {
		change, refused := s.Toggle(v, step.verb, step.refs...)
		if change != step.change || !reflect.DeepEqual(refused, step.refused) {
			t.Errorf("%v of %v has done %+v and refused %v, want %+v and %v", step.verb, step.refs, change, refused, step.change, step.refused)
		}
		if got := maps.Collect(s.All()); !maps.Equal(got, step.marks) {
			t.Errorf("after %v of %v the marks are %v, want %v", step.verb, step.refs, got, step.marks)
		}
	}
	if change, _ := s.Undo(v); change != (Change{Marked: 1}) || !s.Has(a) {
		t.Errorf("undo has done %+v, the marks are %v", change, maps.Collect(s.All()))
	}
	if change, _ := s.Undo(v); change != (Change{Unmarked: 1}) {
		t.Errorf("undo has done %+v", change)
	}
}

// TestToggleAllAndInvert: marking many rows is one step.
func TestToggleAllAndInvert(t *testing.T) {
	const a, b = catalog.Ref("component:default/a"), catalog.Ref("component:default/b")
	v := viewOf(listOf(true, "a", "b", "c", "done"), "done")
	rows := []int32{0, 1, 3}
	var s Marks
	s.Show(v.Catalog, nil)
	s.Toggle(v, OnlyMark, a)
	if choice, unmarked := s.ToggleAll(v, rows); choice.Marked != 1 || choice.Already != 1 || unmarked != 0 || s.Of(a) != ByHand || s.Of(b) != InBulk {
		t.Errorf("%+v, %d unmarked, the marks are %v", choice, unmarked, maps.Collect(s.All()))
	}
	if _, unmarked := s.ToggleAll(v, rows); unmarked != 2 || s.Len() != 0 {
		t.Errorf("%d unmarked, the marks are %v", unmarked, maps.Collect(s.All()))
	}
	s.Toggle(v, OnlyMark, a)
	if choice, unmarked := s.Invert(v, rows, catalog.RowSetOf(4, rows)); choice.Marked != 1 || unmarked != 1 || s.Has(a) || !s.Has(b) {
		t.Errorf("%+v, %d unmarked, the marks are %v", choice, unmarked, maps.Collect(s.All()))
	}
	for _, want := range []int{1, 0, 2, 1, 0} {
		if _, found := s.Undo(v); !found || s.Len() != want {
			t.Errorf("%d are marked after undo, want %d", s.Len(), want)
		}
	}
	if _, found := s.Undo(v); found {
		t.Error("there was one step more than changes")
	}
}

// TestHidden: hidden marks are counted also for an older list; a partial catalog hides nothing.
func TestHidden(t *testing.T) {
	now := viewOf(listOf(true, "new", "a", "b"), "none")
	var s Marks
	s.Show(now.Catalog, nil)
	s.ToggleAll(now, []int32{0, 1, 2})
	for name, c := range map[string]struct {
		snap   *catalog.Snapshot
		listed []int32
		want   int
	}{
		"the same list":            {now.Catalog, []int32{1}, 2},
		"an older list, all shown": {listOf(true, "a", "b"), []int32{0, 1}, 1},
		"an older list":            {listOf(true, "b", "a"), []int32{1}, 2},
		"a part":                   {listOf(false, "b"), []int32{0}, 0},
	} {
		if got := s.Hidden(c.snap, catalog.RowSetOf(c.snap.Len(), c.listed)); got != c.want {
			t.Errorf("%s: %d are hidden, want %d", name, got, c.want)
		}
	}
}

// TestNoStep: undo does not mark what was sent or has failed.
func TestNoStep(t *testing.T) {
	const a, api = catalog.Ref("component:default/a"), catalog.Ref("api:default/a")
	v := viewOf(listOf(true, "a"), "none")
	var s Marks
	s.Show(v.Catalog, nil)
	s.Failed(v, a)
	s.Failed(v, api)
	if s.Of(a) != ByHand || s.Has(api) {
		t.Errorf("the marks are %v", maps.Collect(s.All()))
	}
	s.Sent(a)
	s.Failed(&importer.View{}, api)
	if words := s.KeepKinds(v.Kinds); words != "1 entity of other kinds was unmarked." || s.Len() != 0 {
		t.Errorf("it is told that %q, the marks are %v", words, maps.Collect(s.All()))
	}
	if s.CanUndo() {
		t.Error("there is something to undo")
	}
}

// TestLeftOutIsNamed protects a review from what bulk marking has left: it is asked for with the marks, follows undo,
// redo and a new list, ends with the marks, and is none of them; and a mark remembers that it was set by hand.
func TestLeftOutIsNamed(t *testing.T) {
	var entities []catalog.Entity
	for name, annotated := range map[string]catalog.Annotated{"a": {Repository: 5}, "b": {Repository: 5}, "c": {Repository: 5},
		"out": {OptOut: true}, "orphan": {Orphan: true}, "own": {Repository: 6}} {
		entities = append(entities, catalog.Entity{Ref: catalog.NewRef("Component", "", name), Kind: "Component", Namespace: "default", Name: name, Annotated: annotated})
	}
	snap := catalog.NewSnapshot(entities, epoch, 0, true)
	v := viewOf(snap, "none")
	var s Marks
	s.Show(snap, nil)
	check := func(when, bulk, named, left string) {
		t.Helper()
		words := func(refs []catalog.Ref) string {
			var names []string
			for _, ref := range refs {
				names = append(names, ref.Name())
			}
			return strings.Join(names, " ")
		}
		r := s.Request()
		if words(r.Bulk) != bulk || words(r.Named) != named || words(r.LeftOut) != left || s.Len() != len(r.Bulk)+len(r.Named) {
			t.Errorf("%s: %+v and %d marks, want bulk %q, named %q, left out %q", when, r, s.Len(), bulk, named, left)
		}
	}
	rows := []int32{0, 1, 2, 3, 4, 5}
	choice, _ := s.ToggleAll(v, rows)
	check("all marked", "a own", "", "b c orphan out")
	if choice.OptedOut != 1 || choice.Orphans != 1 || choice.SameRepo != 2 {
		t.Errorf("it counts %+v", choice)
	}
	if words := ChoiceWords(&choice, "", "", false); words != "2 marked, 1 opted out, 1 orphan, 2 covered by the same repository" {
		t.Errorf("it says %q", words)
	}
	s.Toggle(v, OnlyMark, "component:default/out", "component:default/b")
	check("two by hand", "a own", "b out", "c orphan")
	s.Undo(v)
	check("that undone", "a own", "", "b c orphan out")
	s.Undo(v)
	check("all undone", "", "", "")
	s.Redo(v)
	check("and again", "a own", "", "b c orphan out")
	again := catalog.NewSnapshot(slices.Insert(slices.Clone(entities), 0, catalog.Entity{Ref: "component:default/first", Kind: "Component", Namespace: "default", Name: "first"}), epoch, 0, true)
	s.Show(again, nil)
	check("another list", "a own", "", "b c orphan out")
	s.Toggle(v, OnlyUnmark, "component:default/a")
	check("the first unmarked", "own", "", "b c orphan out")
	s.ForgetLeftOut()
	check("sent", "own", "", "")
	s.ToggleAll(viewOf(again, "none"), []int32{0, 1, 2, 3, 4, 5, 6})
	s.Clear()
	check("cleared", "", "", "")
}

// TestRangesAreBulk protects what opted out from a range of numbers: single numbers mark by hand, ranges in bulk, in
// one step.
func TestRangesAreBulk(t *testing.T) {
	entities := []catalog.Entity{}
	for _, name := range []string{"a", "b", "c", "d"} {
		entities = append(entities, catalog.Entity{Ref: catalog.NewRef("Component", "", name), Kind: "Component", Namespace: "default", Name: name,
			Annotated: catalog.Annotated{OptOut: name == "b" || name == "d"}})
	}
	snap := catalog.NewSnapshot(entities, epoch, 0, true)
	v := viewOf(snap, "none")
	var s Marks
	s.Show(snap, nil)
	done, refused, choice := s.Change(v, MarkOrUnmark, []catalog.Ref{"component:default/d"}, []int32{0, 1, 2})
	if done.Marked != 1 || len(refused) != 0 || choice.Marked != 2 || choice.OptedOut != 1 || s.Of("component:default/d") != ByHand || s.Of("component:default/a") != InBulk || s.Has("component:default/b") {
		t.Errorf("%+v, %+v, %+v", done, refused, choice)
	}
	if done, _, choice = s.Change(v, OnlyMark, nil, []int32{0, 2}); choice == nil || choice.Already != 2 || s.Len() != 3 {
		t.Errorf("marked again: %+v, %+v, %d marks", done, choice, s.Len())
	}
	if done, _, choice = s.Change(v, MarkOrUnmark, nil, []int32{0, 2}); choice != nil || done.Unmarked != 2 || s.Len() != 1 {
		t.Errorf("toggled: %+v, %+v, %d marks", done, choice, s.Len())
	}
	for _, want := range []int{3, 0} {
		if s.Undo(v); s.Len() != want {
			t.Errorf("%d marks after undo, want %d", s.Len(), want)
		}
	}
}
