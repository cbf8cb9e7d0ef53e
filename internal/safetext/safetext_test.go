package safetext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestLine(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"plain":                 {"payment-gateway", "payment-gateway"},
		"scripts":               {"支払い Überweisung сервис", "支払い Überweisung сервис"},
		"escape sequence":       {"a\x1b[31mb", "a�[31mb"},
		"osc 52":                {"\x1b]52;c;ZXZpbA==\x07", "�]52;c;ZXZpbA==�"},
		"c1 csi":                {"a\u009b31mb", "a�31mb"},
		"invalid utf-8":         {"a\xffb", "a�b"},
		"carriage return":       {"safe\revil", "safe evil"},
		"tabs and line feeds":   {"a\tb\nc\u0085d\u2028e", "a b c d e"},
		"no-break space":        {"a\u00a0b", "a b"},
		"bidi override":         {"abc\u202edef", "abc�def"},
		"zero width space":      {"pay\u200bment", "pay�ment"},
		"joiner in a word":      {"pay\u200dment", "pay�ment"},
		"joiner in an emoji":    {"👩\u200d💻", "👩💻"},
		"emoji presentation":    {"❤\ufe0f", "❤"},
		"tag characters":        {"a\U000e0041b", "a�b"},
		"blank filler":          {"a\u3164b", "a�b"},
		"private use":           {"a\ue000b", "a�b"},
		"delete":                {"a\x7fb", "a�b"},
		"stack of marks":        {"e\u0301\u0301\u0301\u0301", "e\u0301\u0301"},
		"mark without a base":   {"\u0301a", "a"},
		"combining is kept":     {"e\u0301", "e\u0301"},
		"noncharacter":          {"a\ufffeb", "a�b"},
		"empty":                 {"", ""},
		"right-to-left letter":  {"خدمة", "خدمة"},
		"keycap":                {"step 1\ufe0f\u20e3, #\ufe0f\u20e3 and *\u20e3", "step 1\u20e3, #\u20e3 and *\u20e3"},
		"keycap as text":        {"9\ufe0e\u20e3", "9\u20e3"},
		"information":           {"\u2139\ufe0f note", "\u2139 note"},
		"information as text":   {"\u2139\ufe0e", "\u2139"},
		"information alone":     {"\u2139", "\u2139"},
		"exclamation marks":     {"\u203c\ufe0f \u203c \u2049\ufe0f", "\u203c \u203c \u2049"},
		"arrows and squares":    {"\u2194\ufe0f\u25fb\ufe0f\u2934\ufe0f\u3030\ufe0f", "\u2194\u25fb\u2934\u3030"},
		"selector on a digit":   {"pay-1\ufe0f", "pay-1�"},
		"selector on a letter":  {"a\ufe0f\u20e3", "a�\u20e3"},
		"selector at the start": {"\ufe0f1", "�1"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Line(c.in); got != c.want {
				t.Errorf("Line(%q) = %q, want %q", c.in, got, c.want)
			}
		})
	}
	if got := Block("one\ntwo\tthree\x1b"); got != "one\ntwo three�" {
		t.Errorf("Block keeps line feeds alone, got %q", got)
	}
}

func TestLineCuts(t *testing.T) {
	long := strings.Repeat("é", MaxBytes)
	got := Line(long)
	if len(got) > MaxBytes || !utf8.ValidString(got) || strings.ContainsRune(got, utf8.RuneError) {
		t.Fatalf("a long string must be cut at a whole character: %d bytes", len(got))
	}
}

// TestEscapeJSON also checks that the decoded value stays the same.
func TestEscapeJSON(t *testing.T) {
	in := map[string]string{"a": "x\u009b31m\u202ey\u200b\x7f\U000e0041 支払い \ue000\U000f0000\u3164\ufe0f\u2028 e" + strings.Repeat("\u0301", 9)}
	doc, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	escaped := EscapeJSON(doc)
	if n := strings.Count(string(escaped), "\u0301"); n != 2 {
		t.Errorf("%d marks on one letter are left raw", n)
	}
	for _, r := range string(escaped) {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Variation_Selector, unicode.Zl) || r == 0x3164 {
			t.Errorf("%U is left raw in %s", r, escaped)
		}
	}
	var back map[string]string
	if err := json.Unmarshal(escaped, &back); err != nil || back["a"] != in["a"] {
		t.Errorf("the value changed: %q, %v", back, err)
	}
	if plain := []byte("{\n\t\"a\": 1\n}"); string(EscapeJSON(plain)) != string(plain) {
		t.Error("white space between tokens must stay")
	}
}

// FuzzLine checks that the result is safe and stable.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"", "a", "\x1b[31m", "\u202e", "👩\u200d💻", "e\u0301\u0301\u0301", "\xff\xfe",
		"1\ufe0f\u20e3", "\u2139\ufe0f", "\u0645\u06cc\u200c\u062e\u0648", "\u0915\u094d\u200d\u0937", "\u09b0\u200d\u09cd\u09af", "API\u200c\u0647\u0627",
		"\u0915\u094d\u200d\u200d\u0937", "\u0915\u0901\u0902\u200d\u0902\u0937", "\u0915\ufe0f\u200d\u0937", "\u0d05\u0d35\u0d28\u0d4d\u200d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for _, out := range []string{Line(in), Block(in)} {
			if !utf8.ValidString(out) {
				t.Fatalf("not UTF-8: %q", out)
			}
			for i, r := range out {
				switch {
				case joiner(r) && betweenLetters(out[:i], out[i+len(string(r)):]):
				case r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Variation_Selector):
					t.Fatalf("%U survived in %q", r, out)
				}
			}
		}
		if once := Line(in); strings.ContainsRune(once, '\n') || Line(once) != once {
			t.Fatalf("not stable: %q", once)
		}
		if Deceives(in) && Line(in) == in {
			t.Fatalf("%q deceives unchanged", in)
		}
	})
}

// TestOrdinary compares the fast path with the slow one.
func TestOrdinary(t *testing.T) {
	passed := 0
	for r := range rune(unicode.MaxRune + 1) {
		if !ordinary(string(r)) {
			continue
		}
		passed++
		if r == utf8.RuneError || safe(r, 'x', false) != r || unicode.In(r, unicode.Mn, unicode.Me) {
			t.Errorf("%U is not ordinary", r)
		}
	}
	if passed < 30_000 {
		t.Errorf("only %d characters are", passed)
	}
	if n := testing.AllocsPerRun(10, func() { Line("Zahlungen für Straßen – 支払い") }); n != 0 {
		t.Errorf("ordinary text costs %v allocations", n)
	}
}

// TestShort checks the bytes that are kept of a text, which end with a whole character.
func TestShort(t *testing.T) {
	for _, c := range []struct {
		text  string
		bytes int
		want  string
	}{{"", 9, ""}, {"abcdefghi", 9, "abcdefghi"}, {"abcdefghij", 9, "abcdef…"}, {"äöüäöü", 9, "äö…"}, {"abcde fghij", 9, "abcde…"}} {
		if got := Short(c.text, c.bytes); got != c.want {
			t.Errorf("%q in %d bytes is %q, want %q", c.text, c.bytes, got, c.want)
		}
	}
}
