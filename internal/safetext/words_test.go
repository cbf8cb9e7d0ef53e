package safetext

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// betweenLetters is what a kept joiner must at least stand between: a letter, number or mark before
// it, and on one side a script whose words have joiners.
func betweenLetters(before, behind string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(behind)
	joined := func(r rune) bool {
		return unicode.In(r, unicode.Arabic, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil,
			unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala, unicode.Myanmar, unicode.Khmer, unicode.Syriac)
	}
	return unicode.In(last, unicode.L, unicode.Nd, unicode.Mn, unicode.Mc) && (joined(last) || joined(next))
}

// TestJoinersInWords checks words as they are written: nothing of them is replaced, and none of them
// gets the warning sign.
func TestJoinersInWords(t *testing.T) {
	for name, word := range map[string]string{
		"Persian verb":           "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
		"Persian plural":         "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627",
		"Persian, behind reh":    "\u0646\u0631\u0645\u200c\u0627\u0641\u0632\u0627\u0631\u200c\u0647\u0627",
		"Persian, two of them":   "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645\u200c\u0634\u0627\u0646",
		"Persian, vowel signs":   "\u0645\u0650\u06cc\u0652\u200c\u0631\u064e\u0648\u064e\u0645",
		"Persian, a number":      "\u06f2\u06f0\u200c\u0647\u0627",
		"Persian, a Latin word":  "API\u200c\u0647\u0627",
		"Persian, a Latin digit": "B2\u200c\u0647\u0627",
		"Urdu":                   "\u0633\u0631\u200c\u06af\u0631\u0645\u06cc",
		"Arabic, joined":         "\u0644\u200d\u0627",
		"Hindi, half a letter":   "\u0915\u094d\u200d\u0937",
		"Hindi, no ligature":     "\u0915\u094d\u200c\u0937",
		"Marathi":                "\u0926\u0930\u094d\u200d\u092f\u093e",
		"Nepali":                 "\u0917\u0930\u094d\u200d\u092f\u094b",
		"Bengali ya-phala":       "\u09b0\u200d\u09cd\u09af\u09be\u09ae",
		"Bengali, at the end":    "\u0989\u09a4\u09cd\u200d",
		"Gujarati":               "\u0a95\u0acd\u200d\u0ab7",
		"Gurmukhi":               "\u0a15\u0a4d\u200c\u0a36",
		"Oriya":                  "\u0b15\u0b4d\u200c\u0b37",
		"Tamil":                  "\u0b95\u0bcd\u200c\u0bb7",
		"Telugu":                 "\u0c05\u0c15\u0c4d\u200c\u0c1f\u0c4b\u0c2c\u0c30\u0c4d",
		"Kannada":                "\u0cb0\u200d\u0ccd\u0c95",
		"Malayalam, at the end":  "\u0d05\u0d35\u0d28\u0d4d\u200d",
		"Sinhala":                "\u0dc1\u0dca\u200d\u0dbb\u0dd3 \u0dbd\u0d82\u0d9a\u0dcf",
		"Khmer":                  "\u1794\u17ca\u200c\u17b8",
		"behind three signs":     "\u0915\u093c\u0940\u0902\u200c\u0937",
	} {
		t.Run(name, func(t *testing.T) {
			for _, text := range []string{word, "pay " + word + " v2", word + ".", word + "\n"} {
				want := strings.ReplaceAll(text, "\n", " ")
				if got := Line(text); got != want {
					t.Errorf("%+q became %+q", text, got)
				}
				if Deceives(text) {
					t.Errorf("%+q would get the warning sign", text)
				}
			}
		})
	}
}

// TestJoinersElsewhere checks that joiners hide nothing: outside of such words they are replaced, and
// so are other characters of no width inside of them.
func TestJoinersElsewhere(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"Latin":                    {"pay\u200cment", "pay\ufffdment"},
		"Latin, joined":            {"pay\u200dment", "pay\ufffdment"},
		"Cyrillic":                 {"\u0434\u200c\u0430", "\u0434\ufffd\u0430"},
		"Hebrew":                   {"\u05d0\u200d\u05d1", "\u05d0\ufffd\u05d1"},
		"Han":                      {"\u652f\u200d\u6255", "\u652f\ufffd\u6255"},
		"a number":                 {"1\u200c2", "1\ufffd2"},
		"at the start":             {"\u200c\u0647\u0627", "\ufffd\u0647\u0627"},
		"at the end":               {"\u0647\u0627\u200c", "\u0647\u0627\ufffd"},
		"at the end, joined":       {"\u0915\u200d", "\u0915\ufffd"},
		"no vowel, kept apart":     {"\u0915\u094d\u200c ", "\u0915\u094d\ufffd "},
		"before a blank":           {"\u0647\u200c \u0627", "\u0647\ufffd \u0627"},
		"behind a blank":           {"\u0647 \u200c\u0627", "\u0647 \ufffd\u0627"},
		"two":                      {"\u0647\u200c\u200c\u0627", "\u0647\ufffd\ufffd\u0627"},
		"two of two kinds":         {"\u0915\u094d\u200d\u200c\u0937", "\u0915\u094d\u200d\ufffd\u0937"},
		"before Latin":             {"\u0647\u200cpay", "\u0647\ufffdpay"},
		"Latin, joined to Arabic":  {"API\u200d\u0647", "API\ufffd\u0647"},
		"two scripts":              {"\u0915\u200d\u0647", "\u0915\ufffd\u0647"},
		"a zero-width space":       {"\u0645\u06cc\u200b\u062e", "\u0645\u06cc\ufffd\u062e"},
		"a word joiner":            {"\u0645\u06cc\u2060\u062e", "\u0645\u06cc\ufffd\u062e"},
		"a byte order mark":        {"\u0915\ufeff\u0937", "\u0915\ufffd\u0937"},
		"bidi marks":               {"\u0645\u200f\u06cc\u202e\u062e\u061c\u2067", "\u0645\ufffd\u06cc\ufffd\u062e\ufffd\ufffd"},
		"behind what was replaced": {"\u0915\ufe0f\u200d\u0937", "\u0915\ufffd\u0937"},
		"between stacks of marks":  {"\u0915\u0901\u0902\u200d\u0902\u0901\u0937", "\u0915\u0901\u0902\ufffd\u0902\u0901\u0937"},
		"between two blanks":       {" \u200d ", " \ufffd "},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Line(c.in); got != c.want {
				t.Errorf("%+q became %+q, not %+q", c.in, got, c.want)
			}
			if !Deceives(c.in) {
				t.Errorf("%+q gets no warning sign", c.in)
			}
		})
	}
}

// TestOrdinaryEmoji checks that no common emoji gets the warning sign, also beside a word with joiners.
func TestOrdinaryEmoji(t *testing.T) {
	for _, text := range []string{
		"1\ufe0f\u20e3", "#\ufe0f\u20e3", "*\u20e3", "\u2139", "\u2139\ufe0f", "\u2139\ufe0e", "\u203c", "\u203c\ufe0f", "\u2049\ufe0f", "\u2194\ufe0f", "\u25fe\ufe0f",
		"\u3030\ufe0f", "\u303d\ufe0f", "\u00a9\ufe0f", "\u2122\ufe0f", "\u2764\ufe0f", "\u26a0\ufe0f", "\U0001f469\u200d\U0001f4bb", "\U0001f3f3\ufe0f\u200d\U0001f308",
		"\u0915\u094d\u200d\u0937 1\ufe0f\u20e3", "\u0645\u06cc\u200c\u062e \u2764\ufe0f",
	} {
		if got := Line(text); strings.ContainsRune(got, replacement) || Deceives(text) {
			t.Errorf("%+q is shown as %+q and may deceive: %v", text, got, Deceives(text))
		}
	}
}
