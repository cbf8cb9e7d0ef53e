package ui

import (
	"fmt"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
)

// sortNext sorts by the next column, or the other way round, and returns to the top, where
// the answer to a new order stands.
func (m *model) sortNext(column bool) tea.Cmd {
	s := &m.latest.sort
	if column {
		s.column = (s.column + 1) % len(sortColumns())
		if s.direction == catalogOrder {
			s.direction = ascending
		}
	} else {
		s.direction = (s.direction + 1) % directions
	}
	m.list.anchor, m.list.cursor = "", 0
	return m.arrangeCmd()
}

// unmarkAll clears the whole selection, what is out of sight as well, and says how much that
// was.
func (m *model) unmarkAll() {
	n := len(m.marks)
	m.changeMarks(func(c *marking) {
		for ref := range m.marks {
			c.put(ref, unmarked)
		}
	})
	m.marksChanged()
	m.say(fmt.Sprintf("%d unmarked. z brings %s back.", n, plural(n, "it", "them")))
}

// failedRefs are the entities on record as failed, in the order of their refs.
func (m *model) failedRefs() []catalog.Ref {
	var refs []catalog.Ref
	for ref, item := range m.latest.items {
		if failed(&item) {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs
}
