package ui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// ErrCancelled says that the user left a question unanswered.
var ErrCancelled = errors.New("nothing was chosen")

// small is what the two screens that come before the table have in common.
type small struct {
	st            styles
	gl            glyphs
	width, height int
	title         string
}

func newSmall(o Options, title string) small {
	return small{st: newStyles(renderer(o.Out, o.NoColor)), gl: newGlyphs(o.ASCII), width: o.Width, height: o.Height, title: title}
}

// sized takes the window's size and says whether the message was that.
func (s *small) sized(msg tea.Msg) bool {
	size, ok := msg.(tea.WindowSizeMsg)
	if ok {
		s.width, s.height = size.Width, size.Height
	}
	return ok
}

// draw fills the window with a title, a body around the line that matters, and keys.
func (s *small) draw(body []string, at int, keys string) string {
	if s.width <= 0 || s.height < 3 {
		return ""
	}
	h := s.height - 2
	lines := make([]string, 0, s.height)
	lines = append(lines, s.st.title.of(s.gl.cut(s.title, s.width)))
	lines = append(lines, filled(window(body, h, at-h/2), h)...)
	lines = append(lines, s.gl.cut(keys, s.width))
	for i, line := range lines {
		lines[i] = s.gl.fitted(line, s.width)
	}
	return strings.Join(lines, "\n")
}
