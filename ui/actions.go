package ui

import (
	"fmt"
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
	"conviso-importer/internal/text"
	"conviso-importer/ui/session"
)

// order sorts the list and returns to its top, where the answer to a new order stands.
func (m *model) order(s sorting) tea.Cmd {
	m.latest.sort = s
	m.list.anchor, m.list.cursor = "", 0
	return m.arrangeCmd()
}

// sortNext sorts by the next column, or the other way round.
func (m *model) sortNext(column bool) tea.Cmd {
	s := m.latest.sort
	if column {
		s.column = (s.column + 1) % len(sortColumns())
		if s.direction == catalogOrder {
			s.direction = ascending
		}
	} else {
		s.direction = (s.direction + 1) % directions
	}
	return m.order(s)
}

// unmarkAll clears the whole selection, what is out of sight as well, and says how much that
// was.
func (m *model) unmarkAll() {
	n := m.marks.Clear()
	m.marksChanged()
	m.say(fmt.Sprintf("%d unmarked. z brings %s back.", n, text.Plural(n, "it", "them")))
}

// retryable are the entities that failed and are of the list's kinds, in the order of their refs;
// left says what of the failures is of other kinds, or is empty. What the list cannot show is not
// sent from it.
func retryable(items map[catalog.Ref]importer.Item, kinds []string) (refs []catalog.Ref, left string) {
	all := failures(items)
	other := map[string]bool{}
	refs = slices.DeleteFunc(slices.Clone(all), func(ref catalog.Ref) bool {
		if slices.Contains(kinds, ref.Kind()) {
			return false
		}
		other[ref.Kind()] = true
		return true
	})
	if n := len(all) - len(refs); n > 0 {
		left = fmt.Sprintf("%s that failed %s %s.", text.Entities(n), text.Plural(n, "is", "are"), session.NotListed(slices.Sorted(maps.Keys(other))))
	}
	return refs, left
}

// failures are the entities on record as failed, in the order of their refs.
func failures(items map[catalog.Ref]importer.Item) []catalog.Ref {
	var refs []catalog.Ref
	for ref, item := range items {
		if failed(&item) {
			refs = append(refs, ref)
		}
	}
	slices.Sort(refs)
	return refs
}
