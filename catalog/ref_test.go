package catalog

import (
	"strings"
	"testing"

	"conviso-importer/internal/safetext"
)

// TestParseRef checks the forms that users type, and the message for others.
func TestParseRef(t *testing.T) {
	for in, want := range map[string]Ref{
		"payments":                   "component:default/payments",
		" Payments ":                 "component:default/payments",
		"legacy/payments":            "component:legacy/payments",
		"api:payments":               "api:default/payments",
		"Component:Default/Payments": "component:default/payments",
		"":                           "", "a:": "", ":a": "", "/a": "", "a/": "", "a:/b": "", "a/b/c": "", "a:b:c": "", "a b": "", "k d:n/x": "",
	} {
		got, err := ParseRef(in)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
	r := NewRef("API", "", "Orders")
	if r.Kind() != "api" || r.Namespace() != "default" || r.Name() != "orders" {
		t.Errorf("%s: %s %s %s", r, r.Kind(), r.Namespace(), r.Name())
	}
}

// FuzzParseRef checks that a ref consists of its lower-case parts and parses as itself.
func FuzzParseRef(f *testing.F) {
	for _, seed := range []string{"payments", "component:default/payments", "A:B/C", "a:b:c/d", "\x1b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		ref, err := ParseRef(in)
		if err != nil {
			if safetext.Changed(err.Error()) && len(in) < safetext.MaxBytes {
				t.Fatalf("%q is not safe", err)
			}
			return
		}
		if NewRef(ref.Kind(), ref.Namespace(), ref.Name()) != ref || strings.ToLower(string(ref)) != string(ref) {
			t.Fatalf("%q: %q", in, ref)
		}
		if again, err := ParseRef(string(ref)); err != nil || again != ref {
			t.Fatalf("%q: %q becomes %q, %v", in, ref, again, err)
		}
	})
}
