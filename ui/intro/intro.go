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

func (s *screen) resize(msg tea.Msg) {
	if size, ok := msg.(tea.WindowSizeMsg); ok {
		s.Width, s.Height = size.Width, size.Height
	}
}

// draw fills the window with the title, the body around line at, and the keys.
func (s *screen) draw(body []string, at int, keys string) string {
	if s.Width <= 0 || s.Height < 3 {
		return ""
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
