package ui

import (
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/session"
)

// direction is the way in which a column orders rows.
type direction int

const (
	ascending direction = iota
	descending
	// catalogOrder leaves rows as the catalog gave them.
	catalogOrder
	directions
)

// sortColumn is a column that the table can be sorted by: one of the catalog's, or the
// status, which only the table knows.
type sortColumn struct {
	title    string
	column   catalog.Column
	byStatus bool
}

// sortColumns are the columns in the order in which the sort key walks through them.
func sortColumns() []sortColumn {
	return []sortColumn{
		{title: "NAME", column: catalog.ColumnName},
		{title: "OWNER", column: catalog.ColumnOwner},
		{title: "TYPE", column: catalog.ColumnType},
		{title: "LIFECYCLE", column: catalog.ColumnLifecycle},
		{title: "NAMESPACE", column: catalog.ColumnNamespace},
		{title: "STATUS", byStatus: true},
	}
}

// sorting is the order that the user chose.
type sorting struct {
	// column counts in sortColumns.
	column    int
	direction direction
}

// inputs are what the screen is made of as it was last read.
type inputs struct {
	snap   *catalog.Snapshot
	assets *conviso.AssetSet
	// items is replaced as a whole on every change, since a command may be reading it.
	items map[catalog.Ref]importer.Item
	// changes counts the changes of items.
	changes int
	sort    sorting
	// kinds counts the changes of the kinds that snap has.
	kinds int
}

// arrangement is one consistent picture of the inputs: rows, their order and their statuses
// belong together. It does not change once made; a command makes it, since ordering and
// resolving a large catalog takes longer than a key may wait.
type arrangement struct {
	inputs
	// order holds every row in display order; nil means the catalog's own.
	order    []int32
	statuses *importer.Statuses
	// inFacet are the rows of the facets that go by status.
	inFacet map[facet]catalog.RowSet
	// importable are the rows that a bulk import may take by their status.
	importable catalog.RowSet
	// kindCount is how many kinds of entities there are, as far as more than one matters.
	kindCount int
	// opening reports that these are the first rows alone, as they were shown last, and more that the
	// list has so many others.
	opening bool
	more    int
	// moved leads from the rows of the picture before to those here.
	moved *session.RowTable
}

// arrange makes the picture of in. before is the picture on show, whose rows may be others.
func arrange(e Engine, in inputs, before arrangement) arrangement {
	a := arrangement{inputs: in}
	if in.snap == nil {
		return a
	}
	if in.snap == before.snap && in.assets == before.assets && in.changes == before.changes {
		a.statuses, a.inFacet, a.importable = before.statuses, before.inFacet, before.importable
	} else {
		a.statuses = e.Resolve(in.snap, in.assets, in.items)
		a.inFacet = map[facet]catalog.RowSet{facetNew: a.statuses.In(importer.New),
			facetImported: a.statuses.In(importer.Imported), facetFailed: a.statuses.In(importer.Failed)}
		a.importable = a.statuses.In(importer.New, importer.Failed)
	}
	a.moved = session.NewRowTable(before.snap, in.snap)
	a.kindCount = before.kindCount
	if in.snap != before.snap {
		a.kindCount = kindsIn(in.snap)
	}
	by := sortColumns()[in.sort.column]
	switch {
	case in.sort.direction == catalogOrder:
	case by.byStatus:
		a.order = a.byStatus(in.snap.Order(by.column, in.sort.direction == descending), in.sort.direction == descending)
	default:
		a.order = in.snap.Order(by.column, in.sort.direction == descending)
	}
	return a
}

// kindsIn is 1 for entities of one kind and 2 for more; 0 without entities.
func kindsIn(snap *catalog.Snapshot) int {
	return len(snap.Values(catalog.ColumnKind, "", 2))
}

// ranked are the states by what they ask of the user: what can be done first, what is done last.
func ranked() []importer.State {
	return []importer.State{importer.New, importer.Failed, importer.Clash, importer.Unknown, importer.Queued,
		importer.Sending, importer.Retrying, importer.Accepted, importer.Imported}
}

// byStatus orders rows by their status. Rows of one status keep their order, which is not changed.
func (a *arrangement) byStatus(order []int32, descending bool) []int32 {
	states := ranked()
	if descending {
		slices.Reverse(states)
	}
	// next is where the next row of each state goes.
	next, at := make(map[importer.State]int, len(states)), 0
	for _, state := range states {
		next[state] = at
		at += a.statuses.Count(state)
	}
	sorted := make([]int32, len(order))
	for _, row := range order {
		state := a.statuses.State(int(row))
		sorted[next[state]] = row
		next[state]++
	}
	return sorted
}

// len is the number of rows, 0 before anything was read.
func (a *arrangement) len() int {
	if a.snap == nil {
		return 0
	}
	return a.snap.Len()
}

// all is how many rows the list has, of which an opening shows the first.
func (a *arrangement) all() int { return a.len() + a.more }

// known reports whether every row's status rests on evidence. Where it does not, a row that
// counts as new may well be imported, so counts show a question mark.
func (a *arrangement) known() bool {
	return a.statuses != nil && a.statuses.Count(importer.Unknown) == 0
}
