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
