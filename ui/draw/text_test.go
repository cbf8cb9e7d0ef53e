package draw

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/bubbles/textinput"

	"conviso-importer/internal/safetext"
)

// TestSides: the right end is cut last.
func TestSides(t *testing.T) {
	g := NewGlyphs(true)
	for name, tt := range map[string]struct {
		left, right string
		w           int
		want        string
	}{
		"room":          {"left", "right", 12, "left   right"},
		"tight":         {"left", "right", 10, "left right"},
		"left gives":    {"leftover", "right", 10, "lef~ right"},
		"no left":       {"left", "right", 6, " right"},
		"right too big": {"left", "right", 4, "rig~"},
		"no right":      {"left", "", 4, "left"},
		"wide letters":  {"決済", "right", 10, "決済 right"},
	} {
		if got := g.Sides(tt.left, tt.right, tt.w); got != tt.want || Width(got) > tt.w {
			t.Errorf("%s: %q, not %q", name, got, tt.want)
		}
	}
}

// TestInput: the cursor is visible, and a mask hides the text.
func TestInput(t *testing.T) {
	in := NewInput()
	in.SetValue("abcdefghij")
	for w, want := range map[int]string{20: "abcdefghij_", 11: "abcdefghij_", 5: "ghij_"} {
		if got := Input(&in, w, Style{}); got != want {
			t.Errorf("in %d columns: %q, not %q", w, got, want)
		}
	}
	in.SetCursor(2)
	if got := Input(&in, 5, Style{"<", ">"}); got != "ab<c>de" {
		t.Errorf("in the middle: %q", got)
	}
	in.EchoMode = textinput.EchoPassword
	if got := Input(&in, 20, Style{}); strings.ContainsAny(got, "abcdefghij") {
		t.Errorf("the mask shows %q", got)
	}
}

// TestPastedInput: escape sequences are not drawn, and the value is unchanged.
func TestPastedInput(t *testing.T) {
	in := NewInput()
	in.SetValue("a\u202eb\u200bc\u009b2Jde\u0301")
	value := in.Value()
	for pos := range len([]rune(value)) + 1 {
		in.SetCursor(pos)
		if got := Input(&in, 40, Style{"<", ">"}); safetext.Changed(got) {
			t.Errorf("with the cursor at %d: %q", pos, got)
		}
	}
	if in.Value() != value {
		t.Errorf("the value became %q", in.Value())
	}
}

// TestPlain: a replacement has the same width.
func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "決済 x": "???? x", "e\u0301t\u00e9": "et?", "\x1b[31m決\x1b[0m|": "\x1b[31m??\x1b[0m|", "🚀|": "??|",
	} {
		if got := Plain(in); got != want || Width(got) != Width(in) {
			t.Errorf("%q became %q, not %q", in, got, want)
		}
	}
}

// FuzzPlain: any line becomes ASCII and fits its window.
func FuzzPlain(f *testing.F) {
	for _, seed := range []string{"", "plain", "決済 🚀 é", "\x1b[31m決\x1b[0m", "e\u0301", "\uFFFD\xff", "🇧🇷👍🏽"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		g := NewGlyphs(true)
		got := g.Fitted(line, 20)
		for i := range len(got) {
			if got[i] >= 0x80 {
				t.Fatalf("%q became %q", line, got)
			}
		}
		if Width(got) > 20 {
			t.Fatalf("%q became %q of %d columns", line, got, Width(got))
		}
	})
}

// TestWrapAtMostIsBounded: a huge text wraps like its beginning, at no extra cost.
func TestWrapAtMostIsBounded(t *testing.T) {
	g := NewGlyphs(false)
	for _, word := range []string{"payments ", "決済", "e\u0301\u0301 ", "x"} {
		long := strings.Repeat(word, 100_000)
		lines, want := g.WrapAtMost(long, 20, 3), g.WrapAtMost(long[:len(word)*200], 20, 3)
		if !slices.Equal(lines, want) || len(lines) != 3 || !strings.HasSuffix(lines[2], g.Ellipsis) {
			t.Errorf("%q: %q, want %q", word, lines, want)
		}
	}
}
