package intro

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/exp/golden"

	"conviso-importer/conviso"
	"conviso-importer/internal/secret"
	"conviso-importer/ui/draw"
)

// asked is a screen whose catalog test returns catalogErr.
func asked(t *testing.T, w, h int, catalogErr error) *FirstRun {
	t.Helper()
	return NewFirstRun(t.Context(), Setup{
		TestCatalog:  func(context.Context, string, secret.Secret) error { return catalogErr },
		TestPlatform: func(context.Context, secret.Secret) error { return nil },
	}, options(w, h))
}

func options(w, h int) Options {
	return Options{Styles: draw.NewStyles(draw.NewRenderer(nil, true)), Glyphs: draw.NewGlyphs(false), Width: w, Height: h, Title: "conviso-importer"}
}

// play presses keys, delivers the results of commands and reports whether the program ended.
func play(t *testing.T, m tea.Model, keys ...string) (quit bool) {
	t.Helper()
	var deliver func(cmd tea.Cmd)
	deliver = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		switch msg := cmd().(type) {
		case nil:
		case tea.QuitMsg:
			quit = true
		case tea.BatchMsg:
			for _, c := range msg {
				deliver(c)
			}
		default:
			_, next := m.Update(msg)
			deliver(next)
		}
	}
	for _, key := range keys {
		_, cmd := m.Update(keyMsg(t, key))
		deliver(cmd)
	}
	return quit
}

func typed(text string) []string { return strings.Split(text, "") }

// filledIn types everything and moves to the last line.
func filledIn(t *testing.T, f *FirstRun) {
	t.Helper()
	play(t, f, "down")
	play(t, f, typed("https://backstage.acme.test")...)
	play(t, f, "enter")
	play(t, f, typed("not-a-token")...)
	play(t, f, "enter")
	play(t, f, typed("not-a-key")...)
	play(t, f, "enter")
}

// TestFirstRun: what was typed is returned but not shown.
func TestFirstRun(t *testing.T) {
	f := asked(t, 80, 24, nil)
	if !play(t, f, "enter") || !f.Choice().Demo {
		t.Error("enter on the first line is not the demo")
	}
	f = asked(t, 80, 24, nil)
	if !play(t, f, "q") || f.done {
		t.Error("q does not leave")
	}
	f = asked(t, 80, 24, nil)
	filledIn(t, f)
	if view := f.View(); strings.Contains(view, "not-a-") {
		t.Errorf("a secret is on screen:\n%s", view)
	}
	if !play(t, f, "enter") || !f.done {
		t.Fatalf("a connection that works does not end the screen:\n%s", f.View())
	}
	if c := f.Choice(); c.Demo || c.URL != "https://backstage.acme.test" || c.Token.Reveal() != "not-a-token" || c.Key.Reveal() != "not-a-key" {
		t.Errorf("the choice is %+v", c)
	}
	if text := fmt.Sprintf("%+v", f.Choice()); strings.Contains(text, "not-a-") {
		t.Errorf("the choice prints its secrets: %s", text)
	}
}

// TestFirstRunRefused: a failed test does not continue, and esc does not quit.
func TestFirstRunRefused(t *testing.T) {
	f := asked(t, 80, 24, errors.New("the catalog refused the token; compare it with app-config.yaml"))
	filledIn(t, f)
	if play(t, f, "enter") {
		t.Fatal("it went on")
	}
	if view := f.View(); !strings.Contains(view, "Backstage: The catalog refused the token") || !strings.Contains(view, "Conviso: ok") {
		t.Errorf("it says:\n%s", view)
	}
	// The new text has not been tested.
	play(t, f, "up", "x")
	if f.trials != [sides]trial{} {
		t.Errorf("an old test stands: %+v", f.trials)
	}
	if play(t, f, "esc", "esc", "down", "esc") {
		t.Error("esc left")
	}
	if !play(t, f, "ctrl+c") || f.done {
		t.Error("ctrl+c does not leave")
	}
}

// TestFirstRunWantsValues: nothing is tested without input.
func TestFirstRunWantsValues(t *testing.T) {
	f := asked(t, 80, 24, nil)
	if play(t, f, "down", "down", "down", "down", "enter"); f.at != stepURL || f.gen != 0 {
		t.Errorf("the cursor is at %d, %d tests", f.at, f.gen)
	}
}

// TestPicker: a company is chosen, or none if the user leaves.
func TestPicker(t *testing.T) {
	companies := []conviso.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "1043", Label: "Acme Insurance"}, {ID: "2001", Label: "アクメ保険"}}
	p := NewPicker(companies, options(80, 24))
	if !play(t, p, "j", "j", "j", "k", "enter") || !p.chosen || p.cursor != 1 {
		t.Errorf("chosen: %t, %d", p.chosen, p.cursor)
	}
	p = NewPicker(companies, options(80, 24))
	if play(t, p, "esc") || !play(t, p, "q") || p.chosen {
		t.Error("it cannot be left, or esc leaves it")
	}
}

// TestGoldenSmall: the look of the screens.
func TestGoldenSmall(t *testing.T) {
	companies := []conviso.Company{{ID: "1042", Label: "Acme Bank"}, {ID: "1043", Label: "Acme Insurance"}, {ID: "2001", Label: "アクメ保険"}}
	screens := map[string]func(w, h int) tea.Model{
		"first-run": func(w, h int) tea.Model { return asked(t, w, h, nil) },
		"first-run-refused": func(w, h int) tea.Model {
			f := asked(t, w, h, errors.New("the catalog at backstage.acme.test refused the token; compare it with backend.auth.externalAccess in its app-config"))
			filledIn(t, f)
			play(t, f, "enter")
			return f
		},
		"company": func(w, h int) tea.Model {
			p := NewPicker(companies, options(w, h))
			play(t, p, "j")
			return p
		},
	}
	for name, screen := range pickerScreens(t) {
		screens[name] = screen
	}
	for name, screen := range screens {
		t.Run(name, func(t *testing.T) {
			var all strings.Builder
			for _, size := range [...][2]int{{40, 10}, {80, 24}, {120, 40}} {
				view := screen(size[0], size[1]).View()
				checkFrame(t, view, size[0], size[1])
				fmt.Fprintf(&all, "[%dx%d]\n%s\n", size[0], size[1], view)
			}
			golden.RequireEqual(t, []byte(all.String()))
		})
	}
}
