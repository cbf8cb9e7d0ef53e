package catalog

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// TestSearch checks the documented rules of searching.
func TestSearch(t *testing.T) {
	s := NewSnapshot([]Entity{
		{Ref: "component:default/a", Name: "Payment-Gateway", Title: "Kasse", Description: "Takes cards for Überweisung", Owner: "team-pay", Tags: []string{"go", "pci"}, Type: "service"},
		{Ref: "component:default/b", Name: "ledger", Description: "Books payments", Owner: "group:default/books", Tags: []string{"java"}, System: "money"},
		{Ref: "component:default/c", Name: "支払い", Title: "Платежи", Owner: "team-go", Namespace: "legacy"},
		{Ref: "component:default/d", Name: "gate", Title: "way"},
	}, time.Time{}, 4, true)
	for text, want := range map[string]string{
		"":               "[0 1 2 3]",
		" \t ":           "[0 1 2 3]",
		"payment":        "[0 1]",
		"PAYMENT books":  "[1]",
		"books payment":  "[1]",
		"go":             "[0 2]",
		"GO pci":         "[0]",
		"überWEISUNG":    "[0]",
		"払":              "[2]",
		"ПЛАТЕЖ":         "[2]",
		"gateway":        "[0]",
		"gate":           "[0 3]",
		"gate way":       "[0 3]",
		"gopci":          "[]",
		"a a a":          "[0 1 2 3]",
		"service":        "[]",
		"money":          "[]",
		"legacy":         "[]",
		"payment absent": "[]",
		"e":              "[0 1 2 3]",
	} {
		if got := fmt.Sprint(s.Search(ParseQuery(text))); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// TestEmptyTags checks that an empty tag does not make an entity count as untagged.
func TestEmptyTags(t *testing.T) {
	s := NewSnapshot([]Entity{{Ref: "a", Tags: []string{"", "go"}}, {Ref: "b", Tags: []string{""}}, {Ref: "c"}}, time.Time{}, 3, true)
	for text, want := range map[string]string{"tag:-": "[1 2]", "!tag:-": "[0]", "tag:go": "[0]"} {
		q := ParseQuery(text)
		if got := fmt.Sprint(s.Search(q)); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
		for row := range s.Len() {
			if found := slices.Contains(s.Search(q), row); q.Match(s.At(row)) != found {
				t.Errorf("%s: row %d by itself is found %t", text, row, !found)
			}
		}
	}
}

// BenchmarkSearch measures all hits of a keystroke among 100,000 entities.
func BenchmarkSearch(b *testing.B) {
	entities := components(0, 100_000)
	for i := range entities {
		entities[i].Description = "Books the orders of the customer portal and settles them with the ledger, team " + fmt.Sprint(i%97)
		entities[i].Owner = fmt.Sprintf("group:default/team-%d", i%97)
		entities[i].Tags = []string{"go", "tier-1"}
	}
	s := NewSnapshot(entities, time.Time{}, len(entities), true)
	for _, text := range []string{"e", "svc-0999", "team-42", "absent", "ledger team-9",
		"ledger type:service", "svc-09 lifecycle:production", "owner:team-42", "type:service", "type:website", "!ledger", "~svc99", "tag:go,java"} {
		b.Run(text, func(b *testing.B) {
			q := ParseQuery(text)
			for b.Loop() {
				s.Search(q)
			}
		})
	}
}
