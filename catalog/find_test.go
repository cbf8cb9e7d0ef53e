package catalog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// storefront returns n entities whose texts repeat few words, as in large catalogs.
func storefront(n int) []Entity {
	words := strings.Fields("payment gateway ledger kubeflow series customer portal for the order books settles Über team-x v2")
	entities := components(0, n)
	for i := range entities {
		e := &entities[i]
		pick := func(by int) string { return words[(i*by+i/7)%len(words)] }
		e.Name = fmt.Sprintf("%s-%s-%d", pick(3), pick(5), i)
		e.Title = pick(11) + " " + pick(13)
		e.Description = fmt.Sprintf("%s %s for the %s, %s team-%d", pick(2), pick(7), pick(4), pick(9), i%97)
		e.Owner = fmt.Sprintf("group:default/Team-%d", i%89)
		e.Type, e.Lifecycle = []string{"service", "website", ""}[i%3], []string{"production", "experimental"}[i%2]
		e.Tags = []string{"go", fmt.Sprint("tier-", i%4)}
		e.Ref = NewRef(e.Kind, e.Namespace, e.Name)
	}
	return entities
}

// finderQueries cover every code path of a Finder.
func finderQueries() []string {
	return []string{"", "e", "2", "pay", "payment", "team-42", "team-", "-42", "zzq", "-", "über", "x v2", "for the customer portal",
		"pay team-42", "seriesinteract", "!ledger", "!team-4", "!e", "payment !go", "owner:team-7", "owner:team-7 series", "type:website !lifecycle:production",
		"tag:tier-1", "~pgw", "status:new", "is:selected payment", "type:- books", "999"}
}

// TestFinder checks that First and All agree with a search of every row, with and without an
// index.
func TestFinder(t *testing.T) {
	for _, n := range []int{0, 700, fewRows + 2*blockSize, minIndexed + shardSize} {
		plain := NewSnapshot(storefront(n), time.Time{}, n, true)
		indexed := NewSnapshot(storefront(n), time.Time{}, n, true)
		indexed.Prepare(t.Context())
		if (indexed.words.Load() != nil) != (n >= minIndexed) {
			t.Fatalf("%d rows: indexed %t", n, indexed.words.Load() != nil)
		}
		within := NewRowSet(n)
		for row := 0; row < n; row += 3 {
			within.Add(row)
		}
		for _, text := range finderQueries() {
			q := ParseQuery(text)
			// A naive search of so many rows takes too long; the plain search is proven by
			// then.
			hits := plain.SearchWith(q, someFacts{})
			if n < minIndexed {
				hits = naive(plain, q, someFacts{})
			}
			for name, s := range map[string]*Snapshot{"plain": plain, "indexed": indexed} {
				checkFinder(t, fmt.Sprintf("%q among %d, %s", text, n, name), s, q, nil, nil, hits)
				checkFinder(t, fmt.Sprintf("%q among %d by owner, %s", text, n, name), s, q, nil, s.Order(ColumnOwner, true), hits)
				checkFinder(t, fmt.Sprintf("%q among a third of %d by name, %s", text, n, name), s, q, within, s.Order(ColumnName, false), hits)
			}
		}
	}
}

func checkFinder(t *testing.T, name string, s *Snapshot, q Query, within RowSet, order []int32, hits []int) {
	t.Helper()
	set := NewRowSet(s.Len())
	for _, row := range hits {
		if within == nil || within.Has(row) {
			set.Add(row)
		}
	}
	var want []int32
	for i := range s.Len() {
		row := int32(i)
		if order != nil {
			row = order[i]
		}
		if set.Has(int(row)) {
			want = append(want, row)
		}
	}
	const page = 40
	f := s.Find(q, someFacts{}, within, order)
	for range 2 {
		first, whole := f.First(page)
		if len(first) > len(want) || !slices.Equal(first, want[:len(first)]) {
			t.Errorf("%s: the first are %v, want %v", name, first, want[:min(page, len(want))])
		}
		if whole && len(first) != len(want) || len(first) > page {
			t.Errorf("%s: %d hits are all, want %d", name, len(first), len(want))
		}
		rows, all := f.All(t.Context())
		if !slices.Equal(rows, want) || !slices.Equal(all, set) {
			t.Errorf("%s: %d hits, want %d", name, len(rows), len(want))
		}
	}
}

// TestFinderEnds checks cancellation, and that it does not cut a list short.
func TestFinderEnds(t *testing.T) {
	s := NewSnapshot(storefront(100), time.Time{}, 100, true)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	f := s.Find(ParseQuery("payment"), nil, nil, nil)
	if rows, set := f.All(ended); rows != nil || set != nil {
		t.Error("a search that was ended has an answer")
	}
	if rows, _ := f.All(t.Context()); len(rows) == 0 {
		t.Error("a search goes on with nothing")
	}
	s.Prepare(ended)
	if rows, whole := s.Find(ParseQuery("status:new"), nil, nil, nil).First(5); len(rows) > 0 || !whole {
		t.Error("a query without its facts has hits")
	}
}

// TestContinues checks that marks are not applied to other rows.
func TestContinues(t *testing.T) {
	b := NewBuilder(time.Time{})
	empty := b.Snapshot(0, false)
	b.Add(components(0, 10)...)
	part := b.Snapshot(20, false)
	b.Add(components(10, 2000)...)
	whole := b.Snapshot(20, true)
	other := NewSnapshot(components(0, 2010), time.Time{}, 20, true)
	for _, test := range []struct {
		name          string
		later, before *Snapshot
		want          bool
	}{
		{"a part", whole, part, true}, {"nothing yet", whole, empty, true}, {"itself", part, part, true},
		{"an earlier one", part, whole, false}, {"another builder's", other, part, false}, {"none", part, nil, false},
	} {
		if got := test.later.Continues(test.before); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

// BenchmarkFinder measures the first page and all hits among 100,000 entities, compared with a
// search of every field of every row.
func BenchmarkFinder(b *testing.B) {
	s := NewSnapshot(storefront(100_000), time.Time{}, 0, true)
	s.Prepare(b.Context())
	order := s.Order(ColumnName, false)
	for _, text := range []string{"e", "payment", "team-42", "zzq", "seriesinteract", "for the customer portal"} {
		q := ParseQuery(text)
		b.Run("first/"+text, func(b *testing.B) {
			for b.Loop() {
				s.Find(q, nil, nil, order).First(40)
			}
		})
		b.Run("all/"+text, func(b *testing.B) {
			for b.Loop() {
				s.Find(q, nil, nil, order).All(b.Context())
			}
		})
		b.Run("naive/"+text, func(b *testing.B) {
			for b.Loop() {
				naive(s, q, nil)
			}
		})
	}
}
