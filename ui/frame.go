package ui

import (
	"strings"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// View returns the window's lines without trailing blanks, so that unchanged lines are not sent again.
func (m *model) View() string {
	switch {
	case m.width <= 0 || m.height <= 0:
		return ""
	case m.tooSmall() && m.question != nil:
		q := m.question
		return strings.Join(m.gl.WrapAtMost(q.text+" y "+q.yesWord+", any other key "+q.noWord, m.width, m.height), "\n")
	case m.tooSmall():
		return strings.Join(m.gl.TooSmallLines(m.width, m.height), "\n")
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

func indented(lines []string) []string {
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// frame lays out every screen but the table.
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

// rule is doubled in production, which must be recognisable without colours too.
func (m *app) rule() string {
	if m.production() {
		return strings.Repeat(m.gl.Double, m.width)
	}
	return m.thinRule()
}

func (m *app) thinRule() string { return m.st.Dim.Of(strings.Repeat(m.gl.Rule, m.width)) }

func (m *app) production() bool { return session.Production(m.work.ID) }
