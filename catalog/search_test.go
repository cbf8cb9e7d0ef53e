package catalog

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"conviso-importer/internal/safetext"
)

// naive is what Search must equal: every word in one of the fields, in lower case.
func naive(s *Snapshot, text string) []int {
	var hits []int
	for row := range s.Len() {
		e := s.At(row)
		fields := append([]string{e.Name, e.Title, e.Description, e.Owner}, e.Tags...)
		all := true
		for _, word := range strings.Fields(text) {
			word = strings.ToLower(safetext.Line(word))
			all = all && slices.ContainsFunc(fields, func(field string) bool { return strings.Contains(strings.ToLower(field), word) })
		}
		if all {
			hits = append(hits, row)
		}
	}
	return hits
}

// TestSearch protects what users learn about searching.
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

// TestSearchEqualsNaive protects the haystack's cutting into rows and fields, for texts
// that repeat, overlap borders and change their length in lower case.
func TestSearchEqualsNaive(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aAbBİıſßΣσς\n -éÉ日\u0301")), 0, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		entities := make([]Entity, rapid.IntRange(0, 12).Draw(t, "rows"))
		for i := range entities {
			entities[i] = Entity{Ref: Ref(fmt.Sprint(i)), Name: text.Draw(t, "name"), Title: text.Draw(t, "title"),
				Description: text.Draw(t, "description"), Owner: text.Draw(t, "owner"), Tags: rapid.SliceOfN(text, 0, 2).Draw(t, "tags")}
		}
		s := NewSnapshot(entities, time.Time{}, 0, true)
		equalsNaive(t, s, strings.Join(rapid.SliceOfN(text, 0, 3).Draw(t, "words"), " "))
	})
}

// equalsNaive fails t unless Search, Match and naive agree.
func equalsNaive(t interface{ Fatalf(string, ...any) }, s *Snapshot, text string) {
	q := ParseQuery(text)
	got, want := s.Search(q), naive(s, text)
	if !slices.Equal(got, want) {
		t.Fatalf("%q: got %v, want %v", text, got, want)
	}
	for row := range s.Len() {
		if q.Match(s.At(row)) != slices.Contains(want, row) {
			t.Fatalf("%q: Match differs at row %d", text, row)
		}
	}
}

// FuzzSearch protects the same for any bytes.
func FuzzSearch(f *testing.F) {
	f.Add("payment-gateway", "Takes cards", "team", "pay team")
	f.Add("a\nb", "\xff", "\u0130", "i\u0307")
	f.Add("", "", "", "")
	f.Fuzz(func(t *testing.T, name, description, tag, query string) {
		equalsNaive(t, NewSnapshot([]Entity{{Ref: "a", Name: name, Tags: []string{tag}}, {Ref: "b", Description: description, Owner: name},
			{Ref: "c", Title: tag + name}}, time.Time{}, 3, true), query)
	})
}

// FuzzParseQuery protects queries that are kept and shown: their text is safe, and means
// the same when it is read again.
func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"", "pay  gate", "\x1b[31m", "\u0301a b", "a\u00a0b\u2028c", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := ParseQuery(text)
		again := ParseQuery(q.String())
		if safetext.Changed(q.String()) && len(q.String()) <= safetext.MaxBytes || q.Empty() != (q.String() == "") {
			t.Fatalf("%q becomes %q", text, q.String())
		}
		if !slices.Equal(q.folded, again.folded) || again.String() != q.String() {
			t.Fatalf("%q becomes %q and then %q", text, q.folded, again.folded)
		}
	})
}

// BenchmarkSearch measures a keystroke's whole list of hits among 100,000 entities.
func BenchmarkSearch(b *testing.B) {
	entities := components(0, 100_000)
	for i := range entities {
		entities[i].Description = "Books the orders of the customer portal and settles them with the ledger, team " + fmt.Sprint(i%97)
		entities[i].Owner = fmt.Sprintf("group:default/team-%d", i%97)
		entities[i].Tags = []string{"go", "tier-1"}
	}
	s := NewSnapshot(entities, time.Time{}, len(entities), true)
	for _, text := range []string{"e", "svc-0999", "team-42", "absent", "ledger team-9"} {
		b.Run(text, func(b *testing.B) {
			q := ParseQuery(text)
			for b.Loop() {
				s.Search(q)
			}
		})
	}
}
