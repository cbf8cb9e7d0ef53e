package catalog

import (
	"cmp"
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

// TestProblems protects that nothing is quietly read otherwise than it was meant, and that what was meant
// is named.
func TestProblems(t *testing.T) {
	const fields = "fields are owner, type, lifecycle, ns, tag, kind, system, status, is."
	statuses := "it takes " + strings.Join(QueryValues(fieldStatus), ", ")
	const kinds = "it takes component, api, resource, system, domain, group, template, location, user, widget"
	for text, want := range map[string]string{
		"pay owner:x !type:y https://x 10:30 a-b:c": "",
		"status:new,pend is:selected is:s":          "",
		"kind:API,component,widget kind:comp* ns:-": "",
		`"typ:job" !"typ:job" ~"typ:job" "owner:"`:  "",
		"!typ:job":                     `unknown field typ; did you mean type? Text with a colon is quoted: "typ:job"`,
		"onwer:x":                      `unknown field onwer; did you mean owner? Text with a colon is quoted: "onwer:x"`,
		"ownr:pay ownr:pay":            `unknown field ownr; did you mean owner? Text with a colon is quoted: "ownr:pay"`,
		"Namespace:x":                  `unknown field Namespace; did you mean ns? Text with a colon is quoted: "Namespace:x"`,
		"tags:x":                       `unknown field tags; did you mean tag? Text with a colon is quoted: "tags:x"`,
		"statsu:new":                   `unknown field statsu; did you mean status? Text with a colon is quoted: "statsu:new"`,
		"life:x":                       `unknown field life; did you mean lifecycle? Text with a colon is quoted: "life:x"`,
		"name:x":                       `unknown field name; ` + fields + ` Text with a colon is quoted: "name:x"`,
		"group:default/team-x":         `unknown field group; ` + fields + ` Text with a colon is quoted: "group:default/team-x"`,
		`!foo:"a b"`:                   `unknown field foo; ` + fields + ` Text with a colon is quoted: "foo:a b"`,
		"typ:":                         `unknown field typ; did you mean type? Text with a colon is quoted: "typ:"`,
		"owner:":                       "owner: has no value; owner:- finds entities that have none",
		"!TAG:,":                       "!TAG:, has no value; tag:- finds entities that have none",
		"status:":                      "status: has no value; " + statuses,
		"is:":                          "is: has no value; it takes selected",
		`kind:""`:                      `kind:"" has no value; ` + kinds,
		"status:nwe,new":               "unknown value nwe in status:nwe,new; did you mean new?",
		"!status:importd":              "unknown value importd in !status:importd; did you mean imported?",
		"status:bananas":               "unknown value bananas in status:bananas; " + statuses,
		"is:foo":                       "unknown value foo in is:foo; it takes selected",
		"kind:compnent":                "unknown value compnent in kind:compnent; did you mean component?",
		"kind:compo":                   "unknown value compo in kind:compo; did you mean component?",
		"kind:banana*":                 "unknown value banana* in kind:banana*; " + kinds,
		"! a ~":                        "! has no text to look for; ~ has no text to look for",
		"a owner: !typ:job status:nwe": `unknown field typ; did you mean type? Text with a colon is quoted: "typ:job"; unknown value nwe in status:nwe; did you mean new?; owner: has no value; owner:- finds entities that have none`,
		strings.Repeat("word ", safetext.MaxBytes/4): "the query is too long, and its end is left out",
	} {
		q := ParseQuery(text)
		if got := q.Problems("Widget").String(); got != want {
			t.Errorf("%.80q:\ngot  %s\nwant %s", text, got, want)
		}
		for _, p := range q.Problems() {
			if p.Unfinished || p.At >= 0 && q.Terms()[p.At].Text != p.Term {
				t.Errorf("%.80q: %+v", text, p)
			}
		}
		if len(q.String()) > safetext.MaxBytes {
			t.Errorf("a query of %d bytes", len(q.String()))
		}
	}
}

// TestUnfinished checks that only the term being typed counts as unfinished.
func TestUnfinished(t *testing.T) {
	for text, want := range map[string]string{
		"typ:j":             "typ:j...",
		"typ:j ":            "typ:j",
		"owner:":            "owner:...",
		"owner: ":           "owner:",
		"owner: x":          "owner:",
		`owner:"`:           `owner:""...`,
		`typ:"a b"`:         `typ:"a b"`,
		`typ:"a b`:          `typ:"a b"...`,
		"sta":               "",
		"!":                 "!...",
		"status:nwe":        "status:nwe...",
		"ownr:a status:nwe": "ownr:a status:nwe...",
	} {
		q, _ := ParseTyped(text)
		var got []string
		for _, p := range q.Problems() {
			got = append(got, p.Term)
			if p.Unfinished {
				got[len(got)-1] += "..."
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
		if len(q.Problems().Where(true))+len(q.Problems().Where(false)) != len(q.Problems()) {
			t.Errorf("%q: problems are lost", text)
		}
	}
}

// TestNearest checks that typing mistakes are understood and other words are not.
func TestNearest(t *testing.T) {
	words := []string{"new", "imported", "failed", "retrying", "is", "ns"}
	for text, want := range map[string]string{
		"nwe": "new", "mew": "new", "NEWS": "new", "ne": "new", "imprted": "imported", "imp": "imported", "fialed": "failed", "retryign": "retrying",
		"si": "is", "n": "ns", "": "", "old": "", "em": "", "importing-of-all": "", "i": "is", "wen": "",
	} {
		if got := nearest(text, words); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestMissing checks that a value which no row has is named with the nearest one that some row has.
func TestMissing(t *testing.T) {
	for text, want := range map[string]string{
		"owner:team-pya":          "default/team-pay",
		"owner:pay":               "default/team-pay",
		"owner:jane":              "user:jane",
		"owner:user:jone":         "user:jane",
		"owner:group:default/pay": "default/team-pay",
		"owner:zzz":               "nothing",
		"owner:team-pay":          "exists",
		"owner:TEAM-*":            "exists",
		"owner:-":                 "exists",
		"type:servce,job":         "service",
		"type:servce,library":     "exists",
		"tag:jva":                 "Java",
		"ns:defualt":              "default",
		"kind:ap":                 "API",
		`system:"card payment"`:   "card payments",
		"!owner:team-pya":         "exists",
		"status:bananas":          "exists",
		"payments":                "exists",
	} {
		nearest, missing := queried().Missing(ParseQuery(text).Terms()[0])
		got := "exists"
		if missing {
			got = cmp.Or(nearest, "nothing")
		}
		if got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
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
		if !reflect.DeepEqual(q.Terms(), again.Terms()) || len(again.left) > 0 {
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
			if words := problem.String(); !utf8.ValidString(words) || safetext.Changed(words) && len(words) <= safetext.MaxBytes {
				t.Fatalf("%q has the problem %q", text, words)
			}
		}
	})
}
