package ui

import (
	"fmt"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// span is a range of rows that the user is choosing: from a row to the cursor.
type span struct {
	on bool
	// sticky reports that plain movement extends the range; otherwise it ends it.
	sticky bool
	// from is the entity that the range began at, at its position on the list.
	from catalog.Ref
	at   int
	// criteria are those of the list when the range began.
	criteria criteria
}

// criteria are everything the user can choose of what is on the list, and in which order.
type criteria struct {
	query string
	facet session.Facet
	sort  session.Order
}

func (m *browseScreen) criteria() criteria {
	return criteria{query: m.query.String(), facet: m.facet, sort: m.sort}
}

// startSpan begins a range at the cursor.
func (m *browseScreen) startSpan(sticky bool) {
	if ref, ok := m.list.current(&m.work.Shown); ok {
		m.span = span{on: true, sticky: sticky, from: ref, at: m.list.cursor, criteria: m.criteria()}
	}
}

// ranging reports whether a range is being chosen. One that began under another filter, facet or
// order is over at once, though the list may still show that for a moment: what lies between its
// ends is about to be something else.
func (m *browseScreen) ranging() bool { return m.span.on && m.span.criteria == m.criteria() }

// endSpan gives the range up.
func (m *browseScreen) endSpan() { m.span = span{} }

// placeSpan follows a list that has changed, as after a refresh. A range ends where the list does
// not have the row any more that it began at.
func (m *browseScreen) placeSpan() {
	if !m.ranging() {
		m.endSpan()
		return
	}
	at, ok := m.list.position(&m.work.Shown, m.span.from)
	if !ok {
		m.endSpan()
		return
	}
	m.span.at = at
}

// bounds are the positions of the range, the end exclusive; both 0 where there is none.
func (m *browseScreen) spanBounds() (from, to int) {
	if !m.ranging() || len(m.list.rows) == 0 {
		return 0, 0
	}
	return min(m.span.at, m.list.cursor), max(m.span.at, m.list.cursor) + 1
}

// spanSize is how many rows are in the range.
func (m *browseScreen) spanSize() int {
	from, to := m.spanBounds()
	return to - from
}

// extend moves the cursor and the end of the range with it; where there is no range yet, one
// begins.
func (m *browseScreen) extend(by int) {
	if !m.ranging() {
		m.startSpan(false)
	}
	m.list.move(&m.work.Shown, m.list.cursor+by)
}

// moveTo moves the cursor. A range that does not stick ends.
func (m *browseScreen) moveTo(position int) {
	if !m.span.sticky {
		m.endSpan()
	}
	m.list.move(&m.work.Shown, position)
}

// markSpan marks what is in the range and ends it. Many rows are marked as in bulk: of those
// that share a name at most one; a single row is marked by hand.
func (m *browseScreen) markSpan() {
	from, to := m.spanBounds()
	rows := m.list.rows[from:to]
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

// spanWords say how long the range is.
func (m *browseScreen) spanWords() string {
	if n := m.spanSize(); n > 0 {
		return fmt.Sprintf("range of %d", n)
	}
	return ""
}

func (m *browseScreen) noSpan() string {
	if !m.ranging() {
		return "no range was begun. v begins one."
	}
	return ""
}

// unlessSpan is why a key that begins a range, or marks a single row, cannot be used.
func (m *browseScreen) unlessSpan(off func() string) func() string {
	return func() string {
		if m.ranging() {
			return "a range is being chosen; v marks it, esc gives it up."
		}
		return off()
	}
}

// step marks or unmarks the row and moves on. A row that cannot be marked is passed over, so
// that the key can be held down; in a range all of it is marked. Where the row leaves the list
// by that, the next one has come to the cursor already.
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

// invert swaps marked and unmarked among the rows on the list, as far as they can be imported;
// of entities that share a name at most one is marked.
func (m *browseScreen) invert() {
	choice, unmarked := m.work.Marks.Invert(&m.work.Shown.View, m.list.rows, m.list.in)
	m.marksChanged()
	words := m.choiceWords(&choice, "else on the list")
	if unmarked > 0 {
		words = fmt.Sprintf("%d unmarked. ", unmarked) + words
	}
	m.say(words)
}

// spanKeys end a range, by marking it or not. They share keys with others and come first.
func (m *browseScreen) spanKeys() []binding {
	count := func(b binding) binding { return b.in("Mark").inMode().counting(m.spanSize) }
	return []binding{
		count(bind("space", "in a range: mark all of it", " ")).unless(m.noSpan).just(m.markSpan),
		count(bind("v", "mark the range and end it; many rows as a does, a single one as space does", "v")).
			atFoot(5, "mark range").aboveAll().unless(m.noSpan).just(m.markSpan),
		bind("esc", "give the range up", "esc").in("Mark").inMode().atFoot(6, "cancel").aboveAll().unless(m.noSpan).just(m.endSpan),
	}
}

// selectKeys mark many rows, and take marks back.
func (m *browseScreen) selectKeys() []binding {
	return []binding{
		bind("v", "begin a range that moving extends", "v").in("Mark").atFoot(160, "range").
			unless(m.unlessSpan(m.noRows)).just(func() { m.startSpan(true) }),
		bind("shift+down", "extend a range down; any other movement ends it", "shift+down").in("Mark").keeping().unless(m.noRows).just(func() { m.extend(1) }),
		bind("shift+up", "extend a range up", "shift+up").in("Mark").keeping().unless(m.noRows).just(func() { m.extend(-1) }),
		bind("tab", "mark or unmark the row and go down", "tab").in("Mark").unless(m.noRows).just(func() { m.step(1) }),
		bind("shift+tab", "mark or unmark the row and go up", "shift+tab").in("Mark").unless(m.noRows).just(func() { m.step(-1) }),
		bind("I", "invert the marks of the rows on the list that can be imported", "I").in("Mark").unless(m.noRows).just(m.invert),
		bind("z", "undo the latest change of the marks", "z").in("Mark").atFoot(155, "undo").unless(m.nothingToUndo).just(m.undo),
		bind("Z", "redo the change that was undone", "Z").in("Mark").unless(m.nothingToRedo).just(m.redo),
	}
}
