package ui

import (
	"errors"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/ui/draw"
)

// ErrCancelled says that the user left a question unanswered.
var ErrCancelled = errors.New("nothing was chosen")

// small is what the two screens that come before the table have in common.
type small struct {
	st            draw.Styles
	gl            draw.Glyphs
	width, height int
	title         string
}

func newSmall(o Options, title string) small {
	return small{st: draw.NewStyles(draw.NewRenderer(o.Out, o.NoColor)), gl: draw.NewGlyphs(o.ASCII), width: o.Width, height: o.Height, title: title}
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
	lines = append(lines, s.st.Title.Of(s.gl.Cut(s.title, s.width)))
	lines = append(lines, draw.Filled(draw.Window(body, h, at-h/2), h)...)
	lines = append(lines, s.gl.Cut(keys, s.width))
	for i, line := range lines {
		lines[i] = s.gl.Fitted(line, s.width)
	}
	return strings.Join(lines, "\n")
}
