package ui

import (
	"fmt"
	"strings"

	"conviso-importer/conviso/importer"
)

// View draws the window. No line is wider than it, there are never more lines than it has,
// and none ends in blanks: what does not change is then not sent again.
func (m *model) View() string {
	switch {
	case m.width <= 0 || m.height <= 0:
		return ""
	case m.tooSmall():
		return m.gl.cut(fmt.Sprintf("window too small: %dx%d, needs %dx%d", m.width, m.height, minWidth, minHeight), m.width)
	}
	lines := m.screenLines()
	if len(lines) > m.height {
		lines = lines[:m.height]
	}
	for i, line := range lines {
		lines[i] = m.gl.fitted(line, m.width)
	}
	return strings.Join(lines, "\n")
}

func (m *model) screenLines() []string {
	switch m.top() {
	case screenBrowse:
		return m.browseView()
	case screenDetail:
		return m.detailView()
	case screenReview:
		return m.reviewView()
	case screenImporting:
		return m.importingView()
	case screenReader:
	}
	return m.readerView()
}

// browseView is the table with everything around it.
func (m *model) browseView() []string {
	l := m.layout()
	lines := []string{m.header("")}
	if l.counts {
		lines = append(lines, m.countsLine())
	}
	lines = append(lines, m.filterLine())
	if l.rules {
		lines = append(lines, m.rule())
	}
	lines = append(lines, m.tableView(l)...)
	if l.rules {
		lines = append(lines, m.thinRule())
	}
	if l.messages == 0 {
		if said := m.messageLines(m.width, 1); len(said) > 0 {
			return append(lines, said[0], m.footer())
		}
		return append(lines, m.statusLine(), m.footer())
	}
	lines = append(lines, m.statusLine())
	lines = append(lines, filled(m.messageLines(m.width, l.messages), l.messages)...)
	return append(lines, m.footer())
}

// tableView is the heads and rows of the table, with the details beside them where there is
// a pane.
func (m *model) tableView(l layout) []string {
	room := l.list
	if l.pane > 0 {
		room-- // The last column must not touch the line beside it.
	}
	table := newTable(room, m.gl)
	var lines []string
	if l.heads {
		lines = append(lines, m.st.dim.of(table.heads(m.shown.sort)))
	}
	lines = append(lines, filled(m.rowLines(&table), l.rows)...)
	if l.pane == 0 {
		return lines
	}
	pane := window(m.detailLines(l.pane-1), l.paneRows(), m.detail.top)
	for i := range lines {
		left := lines[i] + blanks(l.list-width(lines[i])) + m.gl.bar
		if i < len(pane) && pane[i] != "" {
			left += " " + pane[i]
		}
		lines[i] = left
	}
	return lines
}

// rowLines are the rows of the page, or what there is to say in their place.
func (m *model) rowLines(t *table) []string {
	if len(m.list.rows) == 0 {
		return m.emptyLines(t.width)
	}
	now := m.now()
	from, to := m.list.page()
	lines := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		row := m.list.rows[i]
		e := m.shown.snap.At(row)
		lines = append(lines, t.row(&m.st, rowState{
			entity: &e, status: m.shown.statuses.At(row), marked: m.marks.has(e.Ref), current: i == m.list.cursor, now: now,
		}))
	}
	return lines
}

// emptyLines say why there is no row.
func (m *model) emptyLines(w int) []string {
	var text string
	switch {
	case m.shown.snap == nil && (m.catalog.running || m.arranging || !m.opened):
		text = "Reading the catalog" + m.gl.ellipsis
	case m.shown.snap == nil:
		text = "Nothing was read yet. r reads the catalog."
	case m.shown.len() == 0 && !m.shown.snap.Complete:
		text = "No entity was read before the catalog broke off. r tries again."
	case m.shown.len() == 0:
		text = "No entity of the kinds that are read is in this catalog. --kind reads others, for example --kind API."
	case m.facet == facetSelected && m.query.Empty():
		text = "Nothing is marked. Space marks a row, a marks all that can be imported, 1 shows all."
	case m.facet != facetAll:
		text = fmt.Sprintf("0 of %d match among %s; esc clears", m.shown.len(), strings.ToLower(m.facet.String()))
	default:
		text = fmt.Sprintf("0 of %d match; esc clears", m.shown.len())
	}
	return append([]string{""}, indented(wrap(text, w-4))...)
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
func (m *model) frame(title string, body []string) []string {
	l := m.layout()
	lines := []string{m.header(title)}
	if l.rules {
		lines = append(lines, m.rule())
	}
	lines = append(lines, filled(body, l.body())...)
	if l.rules {
		lines = append(lines, m.thinRule())
	}
	said := max(1, l.messages)
	lines = append(lines, filled(m.messageLines(m.width, said), said)...)
	return append(lines, m.footer())
}

// filled is lines as exactly n lines.
func filled(lines []string, n int) []string {
	for len(lines) < n {
		lines = append(lines, "")
	}
	return lines[:n]
}

// window is what h lines show of a text from line top on, or from the last line on from
// which it fills them.
func window(lines []string, h, top int) []string {
	top = scrolled(top, len(lines), h)
	return lines[top:min(len(lines), top+h)]
}

// scrolled brings the first line on show into a text of n lines of which h are shown.
func scrolled(top, n, h int) int { return min(max(0, top), max(0, n-h)) }

// rule is the line under the header. In production it is doubled, so that the one
// environment where mistakes are dear is known without colours as well.
func (m *model) rule() string {
	if m.production() {
		return strings.Repeat(m.gl.double, m.width)
	}
	return m.thinRule()
}

func (m *model) thinRule() string { return m.st.dim.of(strings.Repeat(m.gl.rule, m.width)) }

func (m *model) production() bool { return production(m.id) }

func production(id importer.Identity) bool { return id.Environment == "production" && !id.Demo }
