package catalog

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestSort checks the order of every column: ignoring case, empty values last, equal ones by
// ref.
func TestSort(t *testing.T) {
	entities := []Entity{component("default", "b"), component("default", "C"), component("default", "a"), component("other", "B"), component("default", "d")}
	for i, owner := range []string{"Team-2", "team-1", "", "TEAM-2", "team-1"} {
		entities[i].Owner, entities[i].Type, entities[i].Title = owner, owner, owner
		entities[i].Lifecycle, entities[i].System, entities[i].Description = owner, owner, owner
		entities[i].Tags = strings.Fields(owner)
	}
	s := NewSnapshot(entities, time.Time{}, 5, true)
	// By value, then by ref; the row without a value is the third.
	valued := [2]string{"[1 4 0 3 2]", "[0 3 1 4 2]"}
	for column := range Column(columns) {
		want := valued
		switch column {
		case ColumnName:
			want = [2]string{"[2 0 3 1 4]", "[4 1 0 3 2]"}
		case ColumnNamespace:
			want = [2]string{"[2 0 1 4 3]", "[3 2 0 1 4]"}
		case ColumnKind:
			want = [2]string{"[2 0 1 4 3]", "[2 0 1 4 3]"}
		case ColumnOwner, ColumnSystem:
			// Another namespace's group is another one, and is shown as TEAM-2 (other).
			want = [2]string{"[1 4 0 3 2]", "[3 0 1 4 2]"}
		case ColumnType, ColumnLifecycle, ColumnTitle, ColumnDescription, ColumnTags:
		}
		for i, descending := range []bool{false, true} {
			rows := rand.Perm(5)
			s.Sort(rows, column, descending)
			if got := fmt.Sprint(rows); got != want[i] {
				t.Errorf("%s, descending %v: got %s, want %s", column, descending, got, want[i])
			}
		}
	}
	some := []int{4, 3, 2}
	if s.Sort(some, ColumnName, false); !slices.Equal(some, []int{2, 3, 4}) {
		t.Errorf("a part of the rows: %v", some)
	}
}

// TestShown checks that owners and systems stay distinguishable, and that the order is that of the
// screen.
func TestShown(t *testing.T) {
	for owner, want := range map[string]string{
		"": "", "team-pay": "team-pay (risk)", "group:team-pay": "team-pay (risk)", "group:default/team-pay": "team-pay", "default/team-pay": "team-pay",
		"Group:Default/Team": "Team", "group:Risk/team-pay": "team-pay (Risk)", "user:jane": "user:jane (risk)", "user:default/jane": "user:jane",
		"group:": "group:", "group:default/": "group:default/", "groups": "groups (risk)", "/": "/",
	} {
		e := Entity{Owner: owner, System: strings.ReplaceAll(owner, "roup", "ystem"), Namespace: "risk"}
		e.System = strings.NewReplacer("gystem", "system", "Gystem", "System").Replace(e.System)
		if got := ColumnOwner.Shown(&e); got != want {
			t.Errorf("%q: %q, want %q", owner, got, want)
		}
		if got, want := ColumnSystem.Shown(&e), strings.ReplaceAll(want, "group", "system"); got != want {
			t.Errorf("%q: %q, want %q", e.System, got, want)
		}
	}
	e := components(0, 3)
	e[0].Owner, e[1].Owner, e[2].Owner = "group:default/b", "c", "group:a"
	rows := []int{0, 1, 2}
	if NewSnapshot(e, time.Time{}, 3, true).Sort(rows, ColumnOwner, false); !slices.Equal(rows, []int{2, 0, 1}) {
		t.Errorf("sorted %v", rows)
	}
}

// TestColumns checks that names and values of columns correspond.
func TestColumns(t *testing.T) {
	e := Entity{Name: "name", Owner: "owner", Type: "type", Lifecycle: "lifecycle", Namespace: "namespace", Kind: "kind",
		System: "system", Title: "title", Description: "description", Tags: []string{"tags"}}
	for c := range Column(columns) {
		if c.String() == "" || c.Value(e) != c.String() {
			t.Errorf("column %d: %q shows %q", c, c.String(), c.Value(e))
		}
	}
	if c := Column(-1); c.String() != "" || c.Value(e) != "" {
		t.Error("an unknown column has a name")
	}
}

// BenchmarkSort measures sorting 100,000 rows by owner.
func BenchmarkSort(b *testing.B) {
	entities := components(0, 100_000)
	for i := range entities {
		entities[i].Owner = fmt.Sprintf("Group:default/team-%d", i*7%97)
	}
	s := NewSnapshot(entities, time.Time{}, len(entities), true)
	all := s.Search(Query{})
	for b.Loop() {
		s.Sort(slices.Clone(all), ColumnOwner, false)
	}
}
