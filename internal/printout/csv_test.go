package printout

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestCell checks what would be a formula, and that nothing else changes.
func TestCell(t *testing.T) {
	for in, want := range map[string]string{
		"=1+1": "'=1+1", `=HYPERLINK("http://x.example","pay")`: `'=HYPERLINK("http://x.example","pay")`, "=": "'=",
		"+1": "'+1", "-5": "'-5", "-": "'-", "- item": "'- item", "@SUM(A1)": "'@SUM(A1)", "=cmd|' /C calc'!A0": "'=cmd|' /C calc'!A0",
		"\t=1": "'\t=1", "\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "\r\n=1": "'\r\n=1",
		" =1": "' =1", "\u00a0=1": "'\u00a0=1", "\u3000=1": "'\u3000=1", "  \tx": "'  \tx", "\v@x": "'\v@x", "\ufeff=1": "'\ufeff=1", "\x00 +1": "'\x00 +1", "\u200b-x": "'\u200b-x",
		"\uff1d1": "'\uff1d1", "\uff0b1": "'\uff0b1", "\uff0d1": "'\uff0d1", "\uff20x": "'\uff20x", " \uff1d1": "' \uff1d1",
		"": "", " ": " ", "5": "5", "a=b": "a=b", "a\t=1": "a\t=1", "'=1": "'=1", "component:default/pay": "component:default/pay",
		"x-y": "x-y", "\u2212 5": "\u2212 5", "\u20ac-5": "\u20ac-5", "\"=1": "\"=1",
	} {
		if got := Cell(in); got != want {
			t.Errorf("%q is written as %q, not %q", in, got, want)
		}
	}
}

// TestHostileItems checks every column of the CSV, and that the JSON has the texts as they are.
func TestHostileItems(t *testing.T) {
	const evil = "=1+1"
	item := Item{Ref: evil, Kind: evil, Namespace: evil, Name: evil, Title: evil, Description: evil, Owner: evil, Type: evil, Lifecycle: evil,
		Tags: []string{"-x", "+y"}, Status: evil, AssetID: evil, Error: evil}
	var out bytes.Buffer
	if err := WriteCSV(&out, []Item{item}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	for i, cell := range rows[1] {
		if !strings.HasPrefix(cell, "'") {
			t.Errorf("%s begins with %q", rows[0][i], cell)
		}
	}
	out.Reset()
	if err := WriteJSON(&out, []Item{item}); err != nil {
		t.Fatal(err)
	}
	var back []Item
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back[0].Title != evil || !slices.Equal(back[0].Tags, item.Tags) {
		t.Errorf("the JSON has %+v, %v", back, err)
	}
}

// TestCSVFails checks that a failed write is returned.
func TestCSVFails(t *testing.T) {
	broken := errors.New("no space")
	w := NewCSV(failing{broken})
	for range 1000 {
		w.Row("a", "b")
	}
	if err := w.Flush(); !errors.Is(err, broken) {
		t.Error(err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// FuzzCSV checks that what a reader of CSV gets back begins with nothing that a spreadsheet runs, and
// is the text itself behind at most an apostrophe.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"", "=1", " -5", "\t", "\r\n", "\uff1dx", "a,\"b", "'=", "\xff=", "\u00a0@"} {
		f.Add(seed, "b")
	}
	f.Fuzz(func(t *testing.T, first, second string) {
		var out bytes.Buffer
		w := NewCSV(&out)
		w.Row(first, second, "end")
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != 1 || len(rows[0]) != 3 {
			t.Fatalf("%q, %v", rows, err)
		}
		for i, text := range []string{first, second} {
			cell := rows[0][i]
			start, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(cell, func(r rune) bool {
				return r != '\t' && r != '\r' && r != '\n' && (unicode.IsSpace(r) || !unicode.IsGraphic(r))
			}))
			if strings.ContainsRune("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20", start) {
				t.Fatalf("%q is written as %q", text, cell)
			}
			// A reader of CSV takes \r\n for \n.
			if text = strings.ReplaceAll(text, "\r\n", "\n"); cell != text && cell != "'"+text {
				t.Fatalf("%q came back as %q", text, cell)
			}
			if strings.HasPrefix(cell, "'") && Cell(cell) != cell {
				t.Fatalf("%q is quoted again", cell)
			}
		}
	})
}
