package ui

import (
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

func (m *browseScreen) view() []string {
	l := m.layout()
	at := l.Spots()
	lines := make([]string, l.Height)
	put := func(y int, some ...string) {
		if y >= 0 {
			copy(lines[y:], some)
		}
	}
	put(0, m.header(""))
	put(at.Filter, m.filterLine())
	put(at.Keys, m.footer())
	if l.Counts {
		put(at.Counts, m.countsLine())
	}
	if l.Rules {
		put(at.Rule, m.rule())
		put(at.Thin, m.thinRule())
	}
	m.putMessages(l, at, put)
	m.putTable(l, at, put)
	return lines
}

// putMessages fills status and messages. Without a line of its own a message replaces the status.
func (m *browseScreen) putMessages(l draw.Layout, at draw.Spots, put func(y int, some ...string)) {
	said := m.messageLines(m.width, max(1, l.Messages))
	status := m.statusLine()
	switch {
	case l.Messages == 0 && len(said) > 0:
		status = said[0]
		put(at.Keys, m.proposedLine(m.footer()))
	case l.Messages == 1:
		status = m.proposedLine(status)
	}
	put(at.Status, status)
	if l.Messages > 0 {
		put(at.Messages, said...)
	}
}

// putTable fills in heads, rows and the detail pane.
func (m *browseScreen) putTable(l draw.Layout, at draw.Spots, put func(y int, some ...string)) {
	table := m.table(l)
	lines := draw.Filled(m.rowLines(&table), l.Rows)
	first := at.Rows
	if l.Heads {
		first = at.Heads
		lines = append([]string{m.st.Dim.Of(table.heads(m.work.Shown.Order))}, lines...)
	}
	var pane []string
	if l.Dock != draw.DockNone {
		w, h := l.PaneSize()
		pane = draw.Window(m.detail.detailLines(w), h, m.detail.top)
	}
	switch l.Dock {
	case draw.DockRight:
		for i := range lines {
			lines[i] += draw.Blanks(l.List-draw.Width(lines[i])) + m.gl.Bar
			if i < len(pane) && pane[i] != "" {
				lines[i] += " " + pane[i]
			}
		}
	case draw.DockBottom:
		put(at.Parting, m.thinRule())
		put(at.Pane, pane...)
	case draw.DockNone:
	}
	put(first, lines...)
}

func (m *browseScreen) table(l draw.Layout) table {
	room := l.List
	if l.Dock == draw.DockRight {
		room-- // The last column must not touch the line beside it.
	}
	t := newTable(room, m.gl, columns{wide: m.wide, kinds: m.work.Shown.KindCount > 1})
	t.words = m.query.Words()
	return t
}

func (m *browseScreen) rowLines(t *table) []string {
	if len(m.list.rows) == 0 {
		return m.emptyLines(t.width)
	}
	now := m.now()
	from, to := m.list.page()
	spanFrom, spanTo := m.spanBounds()
	lines := make([]string, 0, to-from)
	for i := from; i < to; i++ {
		row := int(m.list.rows[i])
		e := m.work.Shown.Catalog.At(row)
		lines = append(lines, t.row(&m.st, rowState{
			entity: &e, status: m.work.Shown.Statuses.At(row), marked: m.work.Marks.Has(e.Ref), current: i == m.list.cursor, ranged: spanFrom <= i && i < spanTo, now: now,
		}))
	}
	return lines
}

func (m *browseScreen) emptyLines(w int) []string {
	var text string
	switch {
	case m.list.partial:
	case m.starts() && m.slow:
		text = "Reading the catalog" + m.gl.Ellipsis
	case m.starts():
	case m.work.Shown.Catalog == nil:
		text = "Nothing was read yet. r reads the catalog."
	case m.work.Shown.Len() == 0 && !m.work.Shown.Catalog.Complete:
		text = "No entity was read before the catalog broke off. r tries again."
	case m.work.Shown.Len() == 0:
		text = session.NoEntities(m.work.Kinds())
	case m.facet == session.FacetSelected && m.query.Empty():
		text = "Nothing is marked. Space marks a row, a marks all that can be imported, 1 shows all."
	default:
		text = session.NoMatch(m.work.Shown.Len(), m.facet, m.blocker) + "; esc clears"
	}
	return append([]string{""}, indented(draw.Wrap(text, w-4))...)
}
