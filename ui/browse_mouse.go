package ui

import (
	"fmt"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

const (
	wheelStep      = 3                      // rows or lines a notch
	doubleClick    = 400 * time.Millisecond // the longest time between its presses
	boxFrom, boxTo = 2, 5                   // columns of a row's checkbox, half open
)

// click is the latest click on a row outside its checkbox.
type click struct {
	ref catalog.Ref
	at  time.Time
}

// wheel scrolls by moving the cursor, since pages are fixed.
func (m *browseScreen) wheel(x, y, by int) {
	if m.overPane(x, y) {
		m.detail.scrollDetail(by)
	} else {
		m.moveTo(m.list.cursor + by)
	}
}

func (m *browseScreen) overPane(x, y int) bool {
	l := m.layout()
	at := l.Spots()
	switch l.Dock {
	case draw.DockRight:
		return x >= l.List && y >= at.Rows-1 && y < at.Rows+l.Rows
	case draw.DockBottom:
		return y >= at.Parting && y < at.Pane+l.Under
	case draw.DockNone:
	}
	return false
}

// click handles a click on the table; a filter being typed is kept.
func (m *browseScreen) click(x, y int) tea.Cmd {
	m.typing = false
	l := m.layout()
	at := l.Spots()
	if l.Counts && y == at.Counts {
		if f, ok := m.facetAt(x); ok {
			m.notices.drop(session.AboutKey)
			m.chooseFacet(f)
		}
		return nil
	}
	if x >= l.List {
		return nil
	}
	if l.Heads && y == at.Heads {
		table := m.table(l)
		if c, ok := table.ColumnAt(x); ok {
			m.notices.drop(session.AboutKey)
			return m.sortBy(c)
		}
		return nil
	}
	from, to := m.list.page()
	if row := from + y - at.Rows; y >= at.Rows && y < at.Rows+l.Rows && row < to {
		return m.clickRow(row, x >= boxFrom && x < boxTo)
	}
	return nil
}

// clickRow moves the cursor; on the checkbox it toggles the mark, a double click opens the details.
func (m *browseScreen) clickRow(position int, box bool) tea.Cmd {
	m.moveTo(position)
	ref, _ := m.list.current(&m.work.Shown)
	before := m.clicked
	m.clicked = click{}
	switch {
	case box && (m.ranging() || m.notMarkable() != ""):
	case box:
		m.notices.drop(session.AboutKey)
		m.toggle()
	case before.ref == ref && m.now().Sub(before.at) <= doubleClick:
		m.open(m.detail)
	default:
		m.clicked = click{ref: ref, at: m.now()}
	}
	return nil
}

// sortBy sorts by a column, or reverses the order if it is sorted by that.
func (m *browseScreen) sortBy(title string) tea.Cmd {
	s, ok := session.OrderBy(title, session.Ascending)
	if !ok {
		m.say(fmt.Sprintf("the table cannot be sorted by %s.", title))
		return nil
	}
	if s == m.sort {
		s.Direction = session.Descending
	}
	return m.order(s)
}
