// Package intro has the two screens before the table: the first run, which asks for the demo or a connection,
// and the choice of a company. They are Bubble Tea models; the caller runs them. It must not know the table,
// the engine or where answers are kept.
package intro

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
)

// ErrCancelled means that the user left without an answer.
var ErrCancelled = errors.New("nothing was chosen")

// Options configure a screen.
type Options struct {
	Styles draw.Styles
	Glyphs draw.Glyphs
	// Width and Height are used until the terminal reports its size; 0 draws nothing.
	Width, Height int
	Title         string  // the first line
	Suspend       tea.Cmd // the answer to ctrl+z; nil for none
}

// screen is what the two screens have in common.
type screen struct{ Options }

// outside handles sizes, and keys in a window that shows no screen.
func (s *screen) outside(msg tea.Msg) (cmd tea.Cmd, handled bool) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		s.Width, s.Height = msg.Width, msg.Height
		return nil, true
	case tea.KeyMsg:
		if !s.tooSmall() {
			return nil, false
		}
		switch msg.String() {
		case "q", "ctrl+c":
			return tea.Quit, true
		case "ctrl+z":
			return s.Suspend, true
		}
		return nil, true
	}
	return nil, false
}

func (s *screen) tooSmall() bool { return s.Width > 0 && draw.TooSmall(s.Width, s.Height) }

// draw fills the window with the title, the body around line at, and the keys.
func (s *screen) draw(body []string, at int, keys string) string {
	switch {
	case s.Width <= 0:
		return ""
	case s.tooSmall():
		return strings.Join(s.Glyphs.TooSmallLines(s.Width, s.Height), "\n")
	}
	h := s.Height - 2
	lines := make([]string, 0, s.Height)
	lines = append(lines, s.Styles.Title.Of(s.Glyphs.Cut(s.Title, s.Width)))
	lines = append(lines, draw.Filled(draw.Window(body, h, at-h/2), h)...)
	lines = append(lines, s.Glyphs.Cut(keys, s.Width))
	for i, line := range lines {
		lines[i] = s.Glyphs.Fitted(line, s.Width)
	}
	return strings.Join(lines, "\n")
}
