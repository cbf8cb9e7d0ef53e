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

// small is what the two screens have in common.
type small struct {
	st            draw.Styles
	gl            draw.Glyphs
	width, height int
	title         string
	suspend       tea.Cmd
}

func newSmall(o Options) small {
	return small{st: o.Styles, gl: o.Glyphs, width: o.Width, height: o.Height, title: o.Title, suspend: o.Suspend}
}

// sized handles a window size and reports whether msg is one.
func (s *small) sized(msg tea.Msg) bool {
	size, ok := msg.(tea.WindowSizeMsg)
	if ok {
		s.width, s.height = size.Width, size.Height
	}
	return ok
}

// draw fills the window with the title, the body around line at, and the keys.
func (s *small) draw(body []string, at int, keys string) string {
	if s.width <= 0 || s.height < 3 {
		return ""
	}
	h := s.height - 2
	lines := make([]string, 0, s.height)
	lines = append(lines, s.st.Title.Of(s.gl.Cut(s.title, s.width)))
	lines = append(lines, draw.Filled(draw.Window(body, h, at-h/2), h)...)
	lines = append(lines, s.gl.Cut(keys, s.width))
	for i, line := range lines {
		lines[i] = s.gl.Fitted(line, s.width)
	}
	return strings.Join(lines, "\n")
}
