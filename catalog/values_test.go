package catalog

import (
	"fmt"
	"slices"
	"strings"
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
		owned("d", "team-pix", "Go"), owned("e", ""), owned("f", "Platform Guild", "pci", "go"),
	}, time.Time{}, 6, true)
	for name, c := range map[string]struct {
		column Column
		prefix string
		limit  int
		want   []string
	}{
		"all by number":     {ColumnOwner, "", 0, []string{"team-pay", "Platform Guild", "team-pix", "team-shop"}},
		"bounded":           {ColumnOwner, "", 2, []string{"team-pay", "Platform Guild"}},
		"prefix":            {ColumnOwner, "team-s", 0, []string{"team-shop"}},
		"name of a ref":     {ColumnOwner, "TEAM-P", 0, []string{"team-pay", "team-pix"}},
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

// refRow is an entity with a spelling of its owner, and of its system.
func refRow(i int, namespace, owner string) Entity {
	e := component(namespace, fmt.Sprintf("c-%d", i))
	e.Owner, e.System = owner, strings.NewReplacer("group", "system", "Group", "System").Replace(owner)
	return e
}

// TestRefsAreGrouped checks that completion offers each owner and each system once, with a text
// that selects all of its rows and no others.
func TestRefsAreGrouped(t *testing.T) {
	var entities []Entity
	for namespace, spellings := range map[string][]string{
		"default": {
			"user:default/pay", "user:default/pay", "user:pay", // Somebody else of that name.
			"team-pay", "team-pay", "group:team-pay", "group:default/team-pay", "Group:Default/Team-Pay", "default/team-pay",
			"group:risk/team-pay", "Group:risk/team-pay", "Group:risk/team-pay", // A group of another namespace.
			"group:default/team-one", "group:default/team-one",
		},
		"risk": {"team-pay", "group:default/team-pay", "team-two"},
	} {
		for _, spelling := range spellings {
			entities = append(entities, refRow(len(entities), namespace, spelling))
		}
	}
	s := NewSnapshot(entities, time.Time{}, len(entities), true)
	for prefix, want := range map[string][]string{
		"":                {"default/team-pay", "risk/team-pay", "user:pay", "team-one", "risk/team-two"},
		"team-":           {"default/team-pay", "risk/team-pay", "team-one", "risk/team-two"},
		"group:team-pay":  {"default/team-pay", "risk/team-pay"},
		"Group:default/t": {"default/team-pay", "team-one"},
		"group:risk":      {"risk/team-pay", "risk/team-two"},
		"pay":             {"user:pay"},
		"user:":           {"user:pay"},
	} {
		for column, kind := range map[Column]string{ColumnOwner: "group", ColumnSystem: "system"} {
			prefix := strings.ReplaceAll(strings.ToLower(prefix), "group", kind)
			if got := s.Values(column, prefix, 0); !slices.Equal(got, want) {
				t.Errorf("%s: %q is completed to %q, want %q", column, prefix, got, want)
			}
		}
	}
	for value, n := range map[string]int{"default/team-pay": 7, "risk/team-pay": 4, "user:pay": 3, "team-one": 2, "risk/team-two": 1, "team-pay": 11} {
		for _, field := range []string{"owner:", "system:"} {
			if got := len(s.Search(ParseQuery(field + value))); got != n {
				t.Errorf("%s%s selects %d rows, want %d", field, value, got, n)
			}
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
			groupRefs(s.count(ColumnOwner), kindGroup)
		}
	})
	b.Run("next", func(b *testing.B) {
		s := NewSnapshot(entities, time.Time{}, len(entities), true)
		for b.Loop() {
			s.Values(ColumnOwner, "team-9", 0)
		}
	})
}
