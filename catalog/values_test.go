package catalog

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// TestValues checks completion: only existing values, the most frequent first, references by
// name too.
func TestValues(t *testing.T) {
	owned := func(name, owner string, tags ...string) Entity {
		e := component("default", name)
		e.Owner, e.Tags = owner, tags
		return e
	}
	s := NewSnapshot([]Entity{
		owned("a", "team-shop", "go", "pci"), owned("b", "team-pay", "go"), owned("c", "team-pay"),
		owned("d", "group:default/team-pix", "Go"), owned("e", ""), owned("f", "Platform Guild", "pci", "go"),
	}, time.Time{}, 6, true)
	for name, c := range map[string]struct {
		column Column
		prefix string
		limit  int
		want   []string
	}{
		"all by number":     {ColumnOwner, "", 0, []string{"team-pay", "Platform Guild", "group:default/team-pix", "team-shop"}},
		"bounded":           {ColumnOwner, "", 2, []string{"team-pay", "Platform Guild"}},
		"prefix":            {ColumnOwner, "team-s", 0, []string{"team-shop"}},
		"name of a ref":     {ColumnOwner, "TEAM-P", 0, []string{"team-pay", "group:default/team-pix"}},
		"in any case":       {ColumnOwner, "platform", 0, []string{"Platform Guild"}},
		"none":              {ColumnOwner, "zz", 0, nil},
		"tags one by one":   {ColumnTags, "", 0, []string{"go", "pci", "Go"}},
		"an empty column":   {ColumnSystem, "", 0, nil},
		"what kinds occur":  {ColumnKind, "c", 0, []string{"Component"}},
		"past the last one": {ColumnTags, "p", 9, []string{"pci"}},
	} {
		if got := s.Values(c.column, c.prefix, c.limit); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// TestOwnersAreGrouped checks that completion offers each owner once, with a text that selects
// all of its rows.
func TestOwnersAreGrouped(t *testing.T) {
	spellings := []string{
		"user:default/pay", "user:default/pay", "user:default/pay", // Somebody else of that name.
		"team-pay", "team-pay", "group:team-pay", "group:default/team-pay", "Group:Default/Team-Pay",
		"group:risk/team-pay", "Group:risk/team-pay", "Group:risk/team-pay", // A group of another namespace.
		"group:default/team-one", "group:default/team-one",
	}
	var entities []Entity
	for i, owner := range spellings {
		e := component("default", fmt.Sprintf("c-%d", i))
		e.Owner = owner
		entities = append(entities, e)
	}
	s := NewSnapshot(entities, time.Time{}, len(entities), true)
	for prefix, want := range map[string][]string{
		"":                {"team-pay", "Group:risk/team-pay", "user:default/pay", "group:default/team-one"},
		"team-":           {"team-pay", "Group:risk/team-pay", "group:default/team-one"},
		"group:team":      {"team-pay"},
		"Group:default/t": {"team-pay", "group:default/team-one"},
		"group:risk":      {"Group:risk/team-pay"},
		"pay":             {"user:default/pay"},
	} {
		if got := s.Values(ColumnOwner, prefix, 0); !slices.Equal(got, want) {
			t.Errorf("%q is completed to %q, want %q", prefix, got, want)
		}
	}
	for value, n := range map[string]int{"team-pay": 8, "Group:risk/team-pay": 3, "user:default/pay": 3, "group:default/team-one": 2} {
		if got := len(s.Search(ParseQuery("owner:" + value))); got != n {
			t.Errorf("owner:%s selects %d rows, want %d", value, got, n)
		}
	}
}

// TestValuesAreShared checks concurrent use, and that callers own the result.
func TestValuesAreShared(t *testing.T) {
	s := NewSnapshot(components(0, 100), time.Time{}, 100, true)
	var askers sync.WaitGroup
	for range 8 {
		askers.Go(func() {
			for c := range Column(columns) {
				clear(s.Values(c, "", 0))
			}
		})
	}
	askers.Wait()
	if got := s.Values(ColumnKind, "", 0); !slices.Equal(got, []string{"Component"}) {
		t.Errorf("the values have become %q", got)
	}
}

// BenchmarkValues measures the first and the following completions of a field in a large
// catalog.
func BenchmarkValues(b *testing.B) {
	entities := components(0, 100_000)
	for i := range entities {
		entities[i].Owner = fmt.Sprintf("team-%d", i*7919%997)
	}
	b.Run("first", func(b *testing.B) {
		s := NewSnapshot(entities, time.Time{}, len(entities), true)
		for b.Loop() {
			groupOwners(s.count(ColumnOwner))
		}
	})
	b.Run("next", func(b *testing.B) {
		s := NewSnapshot(entities, time.Time{}, len(entities), true)
		for b.Loop() {
			s.Values(ColumnOwner, "team-9", 0)
		}
	})
}
