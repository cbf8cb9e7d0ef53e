package ui

import (
	"fmt"
	"strings"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// View draws the window. No line is wider than it, there are never more lines than it has,
// and none ends in blanks: what does not change is then not sent again.
func (m *model) View() string {
	switch {
	case m.width <= 0 || m.height <= 0:
		return ""
	case m.tooSmall():
		return m.gl.Cut(fmt.Sprintf("window too small: %dx%d, needs %dx%d", m.width, m.height, draw.MinWidth, draw.MinHeight), m.width)
	}
	lines := m.onShow().view()
	if len(lines) > m.height {
		lines = lines[:m.height]
	}
	for i, line := range lines {
		lines[i] = m.gl.Fitted(line, m.width)
	}
	return strings.Join(lines, "\n")
}

// indented is lines with two blanks before each.
func indented(lines []string) []string {
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// frame is a screen other than the table: a title, a body that fills the window, messages
// and keys.
func (m *app) frame(title string, body []string) []string {
	l := m.layout()
	lines := []string{m.header(title)}
	if l.Rules {
		lines = append(lines, m.rule())
	}
	lines = append(lines, draw.Filled(body, l.Body())...)
	if l.Rules {
		lines = append(lines, m.thinRule())
	}
	said := max(1, l.Messages)
	lines = append(lines, draw.Filled(m.messageLines(m.width, said), said)...)
	return append(lines, m.footer())
}

// rule is the line under the header. In production it is doubled, so that the one
// environment where mistakes are dear is known without colours as well.
func (m *app) rule() string {
	if m.production() {
		return strings.Repeat(m.gl.Double, m.width)
	}
	return m.thinRule()
}

func (m *app) thinRule() string { return m.st.Dim.Of(strings.Repeat(m.gl.Rule, m.width)) }

func (m *app) production() bool { return session.Production(m.work.ID) }
