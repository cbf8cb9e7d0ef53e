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
	at := l.spots()
	lines := make([]string, l.height)
	put := func(y int, some ...string) {
		if y >= 0 {
			copy(lines[y:], some)
		}
	}
	put(0, m.header(""))
	put(at.filter, m.filterLine())
	put(at.keys, m.footer())
	if l.counts {
		put(at.counts, m.countsLine())
	}
	if l.rules {
		put(at.rule, m.rule())
		put(at.thin, m.thinRule())
	}
	m.putMessages(l, at, put)
	m.putTable(l, at, put)
	return lines
}

// putMessages puts the status and the messages on their lines. A message takes the status's
// place where it has no line of its own, and proposals for a command that of what stands beside
// it.
func (m *model) putMessages(l layout, at spots, put func(y int, some ...string)) {
	said := m.messageLines(m.width, max(1, l.messages))
	status := m.statusLine()
	switch {
	case l.messages == 0 && len(said) > 0:
		status = said[0]
		put(at.keys, m.proposedLine(m.footer()))
	case l.messages == 1:
		status = m.proposedLine(status)
	}
	put(at.status, status)
	if l.messages > 0 {
		put(at.messages, said...)
	}
}

// putTable puts the heads and rows of the table on their lines, and the details where there is
// a pane.
func (m *model) putTable(l layout, at spots, put func(y int, some ...string)) {
	table := m.table(l)
	lines := filled(m.rowLines(&table), l.rows)
	first := at.rows
	if l.heads {
		first = at.heads
		lines = append([]string{m.st.dim.of(table.heads(m.shown.sort))}, lines...)
	}
	var pane []string
	if l.dock != dockNone {
		w, h := l.paneSize()
		pane = window(m.detailLines(w), h, m.detail.top)
	}
	switch l.dock {
	case dockRight:
		for i := range lines {
			lines[i] += blanks(l.list-width(lines[i])) + m.gl.bar
			if i < len(pane) && pane[i] != "" {
				lines[i] += " " + pane[i]
			}
		}
	case dockBottom:
		put(at.parting, m.thinRule())
		put(at.pane, pane...)
	case dockNone:
	}
	put(first, lines...)
}

// table is the table as wide as there is room for it.
func (m *model) table(l layout) table {
	room := l.list
	if l.dock == dockRight {
		room-- // The last column must not touch the line beside it.
	}
	t := newTable(room, m.gl, columns{wide: m.wide, kinds: m.shown.kindCount > 1})
	t.words = m.query.Words()
	return t
}

// rowLines are the rows of the page, or what there is to say in their place.
func (m *model) rowLines(t *table) []string {
	if len(m.list.rows) == 0 {
		return m.emptyLines(t.width)
	}
	now := m.now()
	from, to := m.list.page()
	spanFrom, spanTo := m.spanBounds()
	lines := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		row := int(m.list.rows[i])
		e := m.shown.snap.At(row)
		lines = append(lines, t.row(&m.st, rowState{
			entity: &e, status: m.shown.statuses.At(row), marked: m.marks.has(e.Ref), current: i == m.list.cursor, ranged: spanFrom <= i && i < spanTo, now: now,
		}))
	}
	return lines
}

// emptyLines say why there is no row.
func (m *model) emptyLines(w int) []string {
	var text string
	switch {
	case m.list.partial:
	case m.starts():
		text = m.startWords()
	case m.shown.snap == nil:
		text = "Nothing was read yet. r reads the catalog."
	case m.shown.len() == 0 && !m.shown.snap.Complete:
		text = "No entity was read before the catalog broke off. r tries again."
	case m.shown.len() == 0:
		text = noEntities(m.kinds)
	case m.facet == facetSelected && m.query.Empty():
		text = "Nothing is marked. Space marks a row, a marks all that can be imported, 1 shows all."
	default:
		text = m.noMatchWords()
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
