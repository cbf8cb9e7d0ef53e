package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// someFacts derives facts from the row's number.
type someFacts struct{}

func (someFacts) Status(row int) string {
	words := statusWords()
	return words[row%len(words)]
}
func (someFacts) Selected(row int) bool { return row%2 == 1 }

// naive is the reference for SearchWith: every term on every row.
func naive(s *Snapshot, q Query, f Facts) []int {
	var hits []int
	for row := range s.Len() {
		e := s.At(row)
		if !slices.ContainsFunc(q.Terms(), func(t Term) bool { return naiveTerm(&e, row, t, f) == t.Negated }) {
			hits = append(hits, row)
		}
	}
	return hits
}

func naiveTerm(e *Entity, row int, t Term, f Facts) bool {
	one := func(fields ...string) []string { return fields }
	namespace := e.Namespace
	if namespace == "" {
		namespace = "default"
	}
	status, selected := "", ""
	if f != nil {
		status = f.Status(row)
		if f.Selected(row) {
			selected = "selected"
		}
	}
	fields := map[string][]string{"owner": naiveRefs(e.Owner, namespace, "group"), "system": naiveRefs(e.System, namespace, "system"), "type": one(e.Type), "lifecycle": one(e.Lifecycle),
		"ns": one(namespace), "kind": one(e.Kind), "tag": e.Tags, "status": one(status), "is": one(selected)}
	return slices.ContainsFunc(t.Values, func(value string) bool {
		value = strings.ToLower(value)
		switch {
		case t.Fuzzy:
			return slices.ContainsFunc(one(e.Name, e.Title), func(text string) bool { return subsequence(value, strings.ToLower(text)) })
		case t.Field == "":
			return slices.ContainsFunc(append(one(e.Name, e.Title, e.Description, e.Owner), e.Tags...),
				func(text string) bool { return strings.Contains(strings.ToLower(text), value) })
		case t.Field == "status" && slices.Contains(pendingWords(), status) && naiveKnown(value, "pending"):
			return true
		case value == "-" && strings.Join(fields[t.Field], "") == "" && !t.needsFacts():
			return true
		}
		return slices.ContainsFunc(fields[t.Field], func(text string) bool {
			return naiveValue(value, strings.ToLower(text)) || t.needsFacts() && naiveKnown(value, text)
		})
	})
}

var refSyntax = regexp.MustCompile(`(?s)^(?:([^:/]*):)?(?:([^/]*)/)?(.*)$`)

// naiveRefs are all spellings of a reference that a query may use.
func naiveRefs(text, namespace, kind string) []string {
	at := refSyntax.FindStringSubmatchIndex(text)
	part := func(i int, otherwise string) string {
		if at[2*i] < 0 {
			return otherwise
		}
		return text[at[2*i]:at[2*i+1]]
	}
	k, ns, name := strings.ToLower(part(1, kind)), part(2, namespace), part(3, "")
	if k == "" || ns == "" || name == "" {
		return []string{text}
	}
	spellings := []string{k + ":" + ns + "/" + name, k + ":" + name}
	if k == kind {
		spellings = append(spellings, ns+"/"+name, name)
	}
	return spellings
}

func naiveValue(value, text string) bool {
	switch {
	case text == "":
		return false
	case value == "*":
		return true
	case strings.HasPrefix(value, "*") && strings.HasSuffix(value, "*"):
		return strings.Contains(text, value[1:len(value)-1])
	case strings.HasPrefix(value, "*"):
		return strings.HasSuffix(text, value[1:])
	case strings.HasSuffix(value, "*"):
		return strings.HasPrefix(text, value[:len(value)-1])
	}
	return text == value
}

// naiveKnown is naiveValue for a word that matches by its beginning.
func naiveKnown(value, word string) bool {
	return naiveValue(value, word) || strings.HasPrefix(word, value)
}

func subsequence(text, in string) bool {
	rest := []rune(text)
	for _, r := range in {
		if len(rest) > 0 && rest[0] == r {
			rest = rest[1:]
		}
	}
	return len(rest) == 0
}

// equalsNaive fails t unless SearchWith, Search, Match and naive agree.
func equalsNaive(t interface{ Fatalf(string, ...any) }, s *Snapshot, text string) {
	q := ParseQuery(text)
	got, want := s.SearchWith(q, someFacts{}), naive(s, q, someFacts{})
	if !slices.Equal(got, want) {
		t.Fatalf("%q: got %v, want %v", text, got, want)
	}
	if q.NeedsFacts() {
		want = nil
	}
	if got := s.Search(q); !slices.Equal(got, want) {
		t.Fatalf("%q without facts: got %v, want %v", text, got, want)
	}
	for row := range s.Len() {
		if q.Match(s.At(row)) != slices.Contains(want, row) {
			t.Fatalf("%q: Match differs at row %d", text, row)
		}
	}
}

// TestSearchEqualsNaive checks the division of text into rows and fields, for texts that
// repeat, cross borders and change their length in lower case, and every fast path.
func TestSearchEqualsNaive(t *testing.T) {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("aAbBİıſßΣσς\n -/:*éÉ日\u0301")), 0, 6, -1)
	value := rapid.StringOfN(rapid.RuneFrom([]rune("aAbB/-*,:\" é")), 0, 4, -1)
	word := rapid.Custom(func(t *rapid.T) string {
		field := append([]string{"", "", "~", `"`, "nofield:"}, QueryFields()...)
		head := rapid.SampledFrom(field).Draw(t, "field")
		switch {
		case head == "" || head == "~" || head == `"`:
			return head + text.Draw(t, "word")
		case head == "status" || head == "is":
			known := append(append(statusWords(), QueryValues("is")...), "pend", "a", "*", "re*", "*ed", "-", "nonsense")
			return head + ":" + strings.Join(rapid.SliceOfN(rapid.SampledFrom(known), 0, 2).Draw(t, "known"), ",")
		}
		return head + ":" + value.Draw(t, "value")
	})
	rapid.Check(t, func(t *rapid.T) {
		entities := make([]Entity, rapid.IntRange(0, 12).Draw(t, "rows"))
		for i := range entities {
			entities[i] = Entity{Ref: Ref(fmt.Sprint(i)), Name: text.Draw(t, "name"), Title: text.Draw(t, "title"),
				Description: text.Draw(t, "description"), Owner: text.Draw(t, "owner"), Tags: rapid.SliceOfN(text, 0, 2).Draw(t, "tags"),
				Kind: value.Draw(t, "kind"), Namespace: value.Draw(t, "ns"), Type: value.Draw(t, "type"), Lifecycle: value.Draw(t, "lifecycle"), System: value.Draw(t, "system")}
		}
		s := NewSnapshot(entities, time.Time{}, 0, true)
		words := rapid.SliceOfN(word, 0, 3).Draw(t, "words")
		for i := range words {
			words[i] = rapid.SampledFrom([]string{"", "", "!"}).Draw(t, "not") + words[i]
		}
		equalsNaive(t, s, strings.Join(words, " "))
	})
}

// FuzzSearch protects the same for any bytes.
func FuzzSearch(f *testing.F) {
	f.Add("payment-gateway", "Takes cards", "team", "pay team")
	f.Add("a\nb", "\xff", "\u0130", "i\u0307")
	f.Add("group:default/a", "", "b", `owner:a,"b c" !tag:b* ~gd status:new`)
	f.Add("", "", "", "")
	f.Fuzz(func(t *testing.T, name, description, tag, query string) {
		equalsNaive(t, NewSnapshot([]Entity{{Ref: "a", Name: name, Tags: []string{tag}, Type: tag}, {Ref: "b", Description: description, Owner: name},
			{Ref: "c", Title: tag + name, System: name, Lifecycle: tag}}, time.Time{}, 3, true), query)
	})
}
