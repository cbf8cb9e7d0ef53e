package ui

import (
	"fmt"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
)

// markable says whether a row in this state may be marked at all: what is imported or on
// its way has nothing left to import.
func markable(s importer.State) bool { return s.Markable() }

// bulk is what marking many rows at once did.
type bulk struct {
	// marked are new marks, already those that were there, left the rows that share a name
	// with another one and were left alone, unknown those without a known status.
	marked, already, left, unknown int
}

// add marks those of the rows that can be imported: what is new or failed, and of entities
// that share a name at most one, since the platform tells assets by name alone.
func (c *marking) add(a *arrangement, rows []int32) bulk {
	choice := importer.Choose(a.statuses, c.marks.on, rows)
	c.marks.markRows(choice.Take)
	return bulk{marked: choice.Marked, already: choice.Already, left: choice.Left, unknown: choice.Unknown}
}

// remove unmarks rows and says how many were marked.
func (c *marking) remove(rows catalog.RowSet) int {
	before := c.marks.n
	c.marks.unmarkRows(rows)
	return before - c.marks.n
}

// toggle marks or unmarks the row under the cursor by hand.
func (m *model) toggle() {
	ref, ok := m.list.current(&m.shown)
	if !ok {
		return
	}
	how := byHand
	if m.marks.has(ref) {
		how = unmarked
	}
	m.changeMarks(func(c *marking) { c.put(ref, how) })
	m.marksChanged()
}

// toggleBulk marks the rows, or unmarks them where there is nothing left to mark.
func (m *model) toggleBulk(rows []int32, where string) {
	if len(rows) == 0 {
		return
	}
	var done bulk
	m.changeMarks(func(c *marking) { done = c.add(&m.shown, rows) })
	if done.marked == 0 && done.already > 0 {
		n := 0
		m.changeMarks(func(c *marking) { n = c.remove(catalog.RowSetOf(m.shown.len(), rows)) })
		m.marksChanged()
		m.say(fmt.Sprintf("%d unmarked", n))
		return
	}
	m.marksChanged()
	m.say(m.bulkWords(done, where))
}

// bulkWords says what a bulk mark did and what it left alone.
func (m *model) bulkWords(done bulk, where string) string {
	if done.marked == 0 && done.unknown > 0 {
		return "Nothing was marked: the platform's assets are not read, so nothing is known to be new. Space marks a single row."
	}
	words := fmt.Sprintf("%d marked", done.marked)
	if m.catalog.running && !m.shown.snap.Complete {
		words = fmt.Sprintf("%d so far, still reading", done.marked)
	}
	if done.already > 0 {
		words += fmt.Sprintf(", %d %s marked before", done.already, text.Plural(done.already, "was", "were"))
	}
	if done.left > 0 {
		words += fmt.Sprintf(", %d %s a name and %s left", done.left,
			text.Plural(done.left, "shares", "share"), text.Plural(done.left, "was", "were"))
	}
	if done.unknown > 0 {
		words += fmt.Sprintf(", %d of unknown status left", done.unknown)
	}
	if done == (bulk{}) {
		words = "Nothing " + where + " is new or failed."
	}
	return words
}

// marksChanged brings what depends on the marks up to date.
func (m *model) marksChanged() {
	if m.facet == facetSelected || m.query.NeedsFacts() {
		m.refill(m.list.cursor)
		return
	}
	m.hidden = m.marks.hidden(m.list.in)
}
