package ui

import (
	"cmp"
	"fmt"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// span is a range of rows being chosen, from a row to the cursor.
type span struct {
	on     bool
	sticky bool // plain movement extends the range instead of ending it
	// from is the entity where the range began, at its position on the list.
	from     catalog.Ref
	at       int
	criteria criteria // those of the list when the range began
}

// criteria decide what is on the list and in which order.
type criteria struct {
	query string
	facet session.Facet
	sort  session.Order
}

func (m *browseScreen) criteria() criteria {
	return criteria{query: m.query.String(), facet: m.facet, sort: m.sort}
}

func (m *browseScreen) startSpan(sticky bool) {
	if ref, ok := m.list.current(&m.work.Shown); ok {
		m.span = span{on: true, sticky: sticky, from: ref, at: m.list.cursor, criteria: m.criteria()}
	}
}

// ranging reports whether a range is being chosen. It ends as soon as the criteria change, even if the
// list still shows the old rows.
func (m *browseScreen) ranging() bool { return m.span.on && m.span.criteria == m.criteria() }

func (m *browseScreen) endSpan() { m.span = span{} }

// placeSpan follows a changed list; the range ends if its first row is gone.
func (m *browseScreen) placeSpan() {
	if m.ranging() {
		if at, ok := m.list.position(&m.work.Shown, m.span.from); ok {
			m.span.at = at
			return
		}
	}
	m.endSpan()
}

// spanBounds are half open; both are 0 without a range.
func (m *browseScreen) spanBounds() (from, to int) {
	if !m.ranging() || len(m.list.rows) == 0 {
		return 0, 0
	}
	return min(m.span.at, m.list.cursor), max(m.span.at, m.list.cursor) + 1
}

func (m *browseScreen) spanSize() int {
	from, to := m.spanBounds()
	return to - from
}

func (m *browseScreen) extend(by int) {
	if !m.ranging() {
		m.startSpan(false)
	}
	m.list.move(&m.work.Shown, m.list.cursor+by)
}

// moveTo moves the cursor and ends a range that is not sticky.
func (m *browseScreen) moveTo(position int) {
	if !m.span.sticky {
		m.endSpan()
	}
	m.list.move(&m.work.Shown, position)
}

// markSpan marks the range and ends it. Several rows are marked in bulk, a single one by hand.
func (m *browseScreen) markSpan() {
	from, to := m.spanBounds()
	rows := m.list.rows[from:to]
	if why := m.notBulk(); why != "" && len(rows) != 1 {
		m.say(why)
		return
	}
	m.endSpan()
	if len(rows) != 1 {
		m.toggleBulk(rows, "in this range")
		return
	}
	if why := m.notMarkable(); why != "" {
		m.say(why)
		return
	}
	m.toggle()
}

func (m *browseScreen) spanWords() string {
	if n := m.spanSize(); n > 0 {
		return fmt.Sprintf("range of %d", n)
	}
	return ""
}

func (m *browseScreen) noSpan() string {
	return reasonIf(!m.ranging(), "no range was begun. v begins one.")
}

func (m *browseScreen) noSpanStart() string {
	return cmp.Or(reasonIf(m.ranging(), "a range is being chosen; v marks it, esc gives it up."), m.noRows())
}

// step toggles the mark and moves on; rows that cannot be marked are skipped so that the key can repeat.
// If the row leaves the list by that, the next one is under the cursor already.
func (m *browseScreen) step(by int) {
	before, _ := m.list.current(&m.work.Shown)
	if m.ranging() {
		m.markSpan()
	} else if m.notMarkable() == "" {
		m.toggle()
	}
	if now, _ := m.list.current(&m.work.Shown); now != before && by > 0 {
		by = 0
	}
	m.list.move(&m.work.Shown, m.list.cursor+by)
}

// invert swaps the marks of all importable rows; of a shared name it marks at most one.
func (m *browseScreen) invert() {
	choice, unmarked := m.work.Marks.Invert(&m.work.Shown.View, m.list.rows, m.list.in)
	m.marksChanged()
	words := m.choiceWords(&choice, "else on the list")
	if unmarked > 0 {
		words = fmt.Sprintf("%d unmarked. ", unmarked) + words
	}
	m.say(words)
}

// spanKeys share keys with others and come first.
func (m *browseScreen) spanKeys() []binding {
	count := func(b binding) binding { return b.in("Mark").inMode().counting(m.spanSize) }
	return []binding{
		count(bind("space", "in a range: mark all of it", " ")).unless(m.noSpan).just(m.markSpan),
		count(bind("v", "mark the range and end it; many rows as a does, a single one as space does", "v")).
			atFoot(5, "mark range").aboveAll().unless(m.noSpan).just(m.markSpan),
		bind("esc", "give the range up", "esc").in("Mark").inMode().atFoot(6, "cancel").aboveAll().unless(m.noSpan).just(m.endSpan),
	}
}

func (m *browseScreen) selectKeys() []binding {
	return []binding{
		bind("v", "begin a range that moving extends", "v").in("Mark").atFoot(160, "range").
			unless(m.noSpanStart).just(func() { m.startSpan(true) }),
		bind("shift+down", "extend a range down; any other movement ends it", "shift+down").in("Mark").keeping().unless(m.noRows).just(func() { m.extend(1) }),
		bind("shift+up", "extend a range up", "shift+up").in("Mark").keeping().unless(m.noRows).just(func() { m.extend(-1) }),
		bind("tab", "mark or unmark the row and go down", "tab").in("Mark").unless(m.noRows).just(func() { m.step(1) }),
		bind("shift+tab", "mark or unmark the row and go up", "shift+tab").in("Mark").unless(m.noRows).just(func() { m.step(-1) }),
		bind("I", "invert the marks of the rows on the list that can be imported", "I").in("Mark").unless(m.notBulk).just(m.invert),
		bind("z", "undo the latest change of the marks", "z").in("Mark").atFoot(155, "undo").unless(m.nothingToUndo).just(m.undo),
		bind("Z", "redo the change that was undone", "Z").in("Mark").unless(m.nothingToRedo).just(m.redo),
	}
}
