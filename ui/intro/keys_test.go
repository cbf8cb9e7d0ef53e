package intro

import (
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"conviso-importer/ui/draw"
)

func keyMsg(t *testing.T, name string) tea.KeyMsg {
	t.Helper()
	types := map[string]tea.KeyType{"enter": tea.KeyEnter, "esc": tea.KeyEsc, "up": tea.KeyUp, "down": tea.KeyDown,
		"pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "backspace": tea.KeyBackspace, "ctrl+c": tea.KeyCtrlC, "ctrl+z": tea.KeyCtrlZ}
	if kind, ok := types[name]; ok {
		return tea.KeyMsg{Type: kind}
	}
	if name == " " {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	if len([]rune(name)) != 1 {
		t.Fatalf("no key is called %q", name)
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(name)}
}

// checkFrame fails unless a frame fits its window and no line ends in blanks.
func checkFrame(t *testing.T, view string, w, h int) {
	t.Helper()
	lines := strings.Split(view, "\n")
	if len(lines) > h {
		t.Errorf("a frame of %d lines does not fit %dx%d:\n%s", len(lines), w, h, view)
	}
	for _, line := range lines {
		if draw.Width(line) > w {
			t.Errorf("a line of %d columns does not fit %dx%d: %q", draw.Width(line), w, h, line)
		}
		if text := ansi.Strip(line); line == text && text != strings.TrimRight(text, " ") {
			t.Errorf("a line ends in blanks: %q", line)
		}
	}
}

// TestSmallWindows: below the smallest window a sentence stands, and only leaving works.
func TestSmallWindows(t *testing.T) {
	for _, leave := range []string{"q", "ctrl+c"} {
		f, p := NewFirstRun(t.Context(), Setup{}, options(80, 24)), NewPicker(manyCompanies(), options(80, 24))
		if play(t, f, "down", "h") || play(t, p, "/", "b") {
			t.Fatal("it has left")
		}
		for _, screen := range []tea.Model{f, p} {
			before := screen.View()
			for _, size := range [][2]int{{35, 24}, {80, 7}, {10, 4}, {80, 1}, {1, 1}} {
				screen.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				checkFrame(t, screen.View(), size[0], size[1])
				if said := strings.Join(strings.Fields(screen.View()), " "); size[0] >= 10 && !strings.HasPrefix(said, "window too small: ") {
					t.Errorf("%v: it says %q", size, said)
				}
			}
			if play(t, screen, "x", "enter", "enter", "backspace") {
				t.Error("a key worked unseen")
			}
			screen.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
			if screen.View() != before {
				t.Errorf("the screen changed unseen:\n%s", screen.View())
			}
			screen.Update(tea.WindowSizeMsg{Width: 10, Height: 4})
			if !play(t, screen, leave) {
				t.Errorf("%s stays", leave)
			}
		}
	}
}

// TestSuspend: ctrl+z works before there is a table.
func TestSuspend(t *testing.T) {
	asked := 0
	o := options(80, 24)
	o.Suspend = func() tea.Msg { asked++; return nil }
	for _, screen := range []tea.Model{NewFirstRun(t.Context(), Setup{}, o), NewPicker(manyCompanies(), o)} {
		before := screen.View()
		if play(t, screen, "ctrl+z") || screen.View() != before {
			t.Error("ctrl+z did more than to ask for a stop")
		}
	}
	if asked != 2 {
		t.Errorf("%d of 2 screens ask for a stop", asked)
	}
}
