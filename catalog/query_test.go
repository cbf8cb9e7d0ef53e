package catalog

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"conviso-importer/internal/safetext"
)

// queried is a small catalog that distinguishes all forms of the language.
func queried() *Snapshot {
	return NewSnapshot([]Entity{
		0: {Ref: "component:default/a", Kind: "Component", Namespace: "default", Name: "payment-gateway", Title: "Card front door", Owner: "group:default/team-pay",
			Type: "service", Lifecycle: "production", System: "system:default/money", Tags: []string{"go", "pci"}},
		1: {Ref: "component:legacy/b", Kind: "Component", Namespace: "legacy", Name: "ledger", Description: "Books the payment gateway", Owner: "Team-Pay",
			Type: "library", Lifecycle: "deprecated", System: "money", Tags: []string{"Java"}},
		2: {Ref: "api:default/c", Kind: "API", Name: "orders-api", Title: "Orders, v2", Owner: "user:jane", Type: "openapi", Lifecycle: "production"},
		3: {Ref: "component:default/d", Kind: "Component", Namespace: "default", Name: "team-page", Description: "see https://wiki.acme.test/x", Type: "website",
			System: "card payments", Tags: []string{"go"}},
	}, time.Time{}, 4, true)
}

// TestQuery checks each form of the filter language. someFacts makes row 0 new, 1 imported, 2
// queued, 3 sending, and selects 1 and 3.
func TestQuery(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "[0 1 2 3]",
		"gateway payment":                  "[0 1]",
		"!gateway":                         "[2 3]",
		"payment !books":                   "[0]",
		`"payment gateway"`:                "[1]",
		`"PAYMENT Gateway`:                 "[1]",
		`!"payment gateway"`:               "[0 2 3]",
		"~pymnt":                           "[0]",
		"~PGW":                             "[0]",
		"~crdoor":                          "[0]",
		"!~pymnt":                          "[1 2 3]",
		`~"front r"`:                       "[0]",
		"~tp":                              "[3]",
		"owner:team-pay":                   "[0 1]",
		"OWNER:TEAM-PAY":                   "[0 1]",
		"owner:group:default/team-pay":     "[0]",
		"owner:team":                       "[]",
		"owner:team-*":                     "[0 1]",
		"owner:*pay":                       "[0 1]",
		"owner:*default*":                  "[0 2]",
		"owner:jane":                       "[]",
		"!owner:team-pay":                  "[2 3]",
		"owner:-":                          "[3]",
		"owner:*":                          "[0 1 2]",
		"owner:legacy/team-pay":            "[1]",
		"owner:user:*":                     "[2]",
		"owner:us*":                        "[2]",
		"owner:user:jane,-":                "[2 3]",
		`owner:"team-pay","user:jane"`:     "[0 1 2]",
		"type:service,website":             "[0 3]",
		"type:serv":                        "[]",
		"lifecycle:Production":             "[0 2]",
		"lifecycle:-":                      "[3]",
		"ns:default":                       "[0 2 3]",
		"!ns:default":                      "[1]",
		"ns:legacy":                        "[1]",
		"tag:pci":                          "[0]",
		"tag:java,go":                      "[0 1 3]",
		"tag:go tag:pci":                   "[0]",
		"!tag:go":                          "[1 2]",
		"tag:-":                            "[2]",
		"kind:api":                         "[2]",
		"kind:component type:library":      "[1]",
		"system:money":                     "[0 1]",
		`system:"card payments"`:           "[3]",
		`system:"card*"`:                   "[3]",
		"system:-":                         "[2]",
		"status:new":                       "[0]",
		"status:New,imported":              "[0 1]",
		"status:pending":                   "[2 3]",
		"status:pe":                        "[2 3]",
		"status:im":                        "[1]",
		"!status:pending":                  "[0 1]",
		"status:nonsense":                  "[]",
		"is:selected":                      "[1 3]",
		"!is:selected payment":             "[0]",
		"is:s":                             "[1 3]",
		"payment owner:team-pay status:im": "[1]",
		// What is not finished, or no field, is no condition or plain text.
		"owner:":             "[0 1 2 3]",
		"payment owner:":     "[0 1]",
		"owner:,":            "[0 1 2 3]",
		"owner:user:jane,":   "[2]",
		"status:":            "[0 1 2 3]",
		`owner:"`:            "[0 1 2 3]",
		"!":                  "[0 1 2 3]",
		"~":                  "[0 1 2 3]",
		`""`:                 "[0 1 2 3]",
		`!~""`:               "[0 1 2 3]",
		"ownr:pay":           "[]",
		"group:default/team": "[0]",
		"https://wiki":       "[3]",
		`"owner:team-pay"`:   "[]",
		"orders, v2":         "[2]",
	} {
		if got := fmt.Sprint(queried().SearchWith(ParseQuery(text), someFacts{})); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// TestQueryTerms checks where terms begin and end, on which completion and hints depend.
func TestQueryTerms(t *testing.T) {
	q := ParseQuery(" pay  !Owner:\"team a\",jane ~x \"exact  words\"then ownr:\"a b\" tag:a,,b status: https://x:1/a,b \"open ")
	var got []string
	for _, term := range q.Terms() {
		got = append(got, fmt.Sprintf("%s|%s|%s|%v|%v", term.Text, term.Field, strings.Join(term.Values, ";"), term.Negated, term.Fuzzy))
	}
	want := []string{
		"pay||pay|false|false",
		`!Owner:"team a",jane|owner|team a;jane|true|false`,
		"~x||x|false|true",
		`"exact  words"||exact  words|false|false`,
		"then||then|false|false",
		`ownr:"a b"||ownr:"a b"|false|false`,
		"tag:a,,b|tag|a;b|false|false",
		"https://x:1/a,b||https://x:1/a,b|false|false",
		`"open "||open |false|false`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if without := q.Without(1).String(); without != `pay ~x "exact  words" then ownr:"a b" tag:a,,b https://x:1/a,b "open "` || len(q.Terms()) != 9 {
		t.Errorf("Without gives %s", without)
	}
	if words := ParseQuery(`Pay "Exact Words" !not ~fuzzy owner:x UNK:y`).Words(); !slices.Equal(words, []string{"pay", "exact words", "unk:y"}) {
		t.Errorf("Words gives %q", words)
	}
}

// TestParseTyped checks that only the value being typed matches by its beginning.
func TestParseTyped(t *testing.T) {
	for text, want := range map[string]struct {
		hits    string
		growing bool
	}{
		"owner:te":            {"[0 1]", true},
		"owner:te ":           {"[]", false},
		"owner:te pay":        {"[]", false},
		"owner:te !":          {"[]", false},
		"gateway owner:team-": {"[0 1]", true},
		"type:service,web":    {"[0 3]", true},
		"type:service,":       {"[0]", false},
		`system:"card`:        {"[3]", true},
		`system:"card"`:       {"[]", false},
		`system:"card `:       {"[3]", true},
		`system:"`:            {"[0 1 2 3]", false},
		"owner:":              {"[0 1 2 3]", false},
		"owner:-":             {"[3]", false},
		"owner:team*":         {"[0 1]", false},
		"!owner:te":           {"[0 1 2 3]", false},
		"ownr:te":             {"[]", false},
		"pay":                 {"[0 1]", false},
		"status:n":            {"[0]", false},
		"":                    {"[0 1 2 3]", false},
	} {
		q, growing := ParseTyped(text)
		if hits := fmt.Sprint(queried().SearchWith(q, someFacts{})); hits != want.hits || growing != want.growing {
			t.Errorf("%q: %s, growing %v; want %s, %v", text, hits, growing, want.hits, want.growing)
		}
		if q.String() != ParseQuery(text).String() {
			t.Errorf("%q reads as %s", text, q.String())
		}
		if growing && fmt.Sprint(queried().SearchWith(ParseQuery(text+"*"), someFacts{})) != want.hits {
			t.Errorf("%q with a star means something else", text)
		}
	}
}

// TestProblems protects that nothing is quietly read otherwise than it was meant.
func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"pay owner:x !type:y https://x 10:30 a-b:c": "",
		"status:new,pend is:selected":               "",
		"ownr:pay ownr:pay":                         `"ownr:" is not a field, so "ownr:pay" is searched as text; fields are owner, type, lifecycle, ns, tag, kind, system, status, is`,
		`!foo:"a b"`:                                `"foo:" is not a field, so !foo:"a b" is searched as text; fields are owner, type, lifecycle, ns, tag, kind, system, status, is`,
		"owner:":                                    `"owner:" has no value and is left out; owner:- finds entities that have none`,
		"!TAG:,":                                    `"!TAG:," has no value and is left out; tag:- finds entities that have none`,
		"status:":                                   `"status:" has no value and is left out; it takes new, imported, queued, sending, retrying, accepted, failed, clash, unknown, pending`,
		"status:nwe,new":                            `"nwe" is not a word that status: takes, and matches nothing; it takes new, imported, queued, sending, retrying, accepted, failed, clash, unknown, pending`,
		"is:marked":                                 `"marked" is not a word that is: takes, and matches nothing; it takes selected`,
		"! a":                                       `"!" has no text to look for and is left out`,
	} {
		q := ParseQuery(text)
		if got := strings.Join(q.Problems(), "\n"); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", text, got, want)
		}
		if left := strings.Contains(want, "left out"); left != (len(q.LeftOut()) > 0) {
			t.Errorf("%q: LeftOut gives %q", text, q.LeftOut())
		}
	}
	long := ParseQuery(strings.Repeat("word ", safetext.MaxBytes))
	if len(long.LeftOut()) != 1 || len(long.String()) > safetext.MaxBytes {
		t.Errorf("a query of any length is bounded and says so: %d bytes, %q", len(long.String()), long.LeftOut())
	}
}

// TestQueryHelp protects that help has no example that is not understood, and explains every
// field.
func TestQueryHelp(t *testing.T) {
	var all strings.Builder
	for _, hint := range QueryHelp() {
		if problems := ParseQuery(hint.Form).Problems(); len(problems) > 0 {
			t.Errorf("%s: %s", hint.Form, problems)
		}
		all.WriteString(hint.Form + " " + hint.Meaning + " ")
	}
	for _, field := range QueryFields() {
		if !strings.Contains(all.String(), field+":") {
			t.Errorf("nothing explains %s:", field)
		}
	}
}

// FuzzParseQuery protects queries that are kept and shown: their text is safe, and means
// the same when it is read again.
func FuzzParseQuery(f *testing.F) {
	for _, seed := range []string{"", "pay  gate", "\x1b[31m", "\u0301a b", "a\u00a0b\u2028c", "\xff", "!~\"a b\"c owner:\"x y\",z", "!\u0301\"a", "a:\u0301\u0301*b",
		"status:new is:selected", `""" "`, "\"a\"\"b\"\"c", "x:\"", "!!a ~~b ~!c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q := ParseQuery(text)
		again := ParseQuery(q.String())
		if safetext.Changed(q.String()) || q.Empty() != (q.String() == "") {
			t.Fatalf("%q becomes %q", text, q.String())
		}
		if !reflect.DeepEqual(q.Terms(), again.Terms()) || len(again.LeftOut()) > 0 {
			t.Fatalf("%q becomes %+v and then %+v", text, q.Terms(), again.Terms())
		}
		ParseTyped(text)
		for i, term := range q.Terms() {
			for _, value := range term.Values {
				if safetext.Changed(value) || value == "" {
					t.Fatalf("%q has the value %q", text, value)
				}
			}
			if q.Without(i).Empty() != (len(q.Terms()) == 1) {
				t.Fatalf("%q without its term %d", text, i)
			}
		}
		for _, problem := range q.Problems() {
			if !utf8.ValidString(problem) || safetext.Changed(problem) && len(problem) <= safetext.MaxBytes {
				t.Fatalf("%q has the problem %q", text, problem)
			}
		}
	})
}
