package session

import (
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Direction is the way in which a column orders rows.
type Direction int

// The directions, and how many there are.
const (
	Ascending Direction = iota
	Descending
	// AsInCatalog leaves rows as the catalog gave them.
	AsInCatalog
	Directions
)

// Order is how the rows of a list stand. The zero value is by name.
type Order struct {
	// Column counts in OrderTitles.
	Column    int
	Direction Direction
}

// orderColumn is a column that a list can be ordered by: one of the catalog's, or the status, which
// only a view knows.
type orderColumn struct {
	title    string
	column   catalog.Column
	byStatus bool
}

// orderColumns are the columns in the order in which a key walks through them.
var orderColumns = []orderColumn{
	{title: "NAME", column: catalog.ColumnName},
	{title: "OWNER", column: catalog.ColumnOwner},
	{title: "TYPE", column: catalog.ColumnType},
	{title: "LIFECYCLE", column: catalog.ColumnLifecycle},
	{title: "NAMESPACE", column: catalog.ColumnNamespace},
	{title: "STATUS", byStatus: true},
}

// OrderTitles are the columns that rows can be ordered by, in capitals.
func OrderTitles() []string {
	titles := make([]string, len(orderColumns))
	for i, c := range orderColumns {
		titles[i] = c.title
	}
	return titles
}

// Title is the title of the column, in capitals.
func (o Order) Title() string { return orderColumns[o.Column].title }

// OrderBy is the order by the column of a title, in any case; ok reports whether there is one.
func OrderBy(title string, d Direction) (o Order, ok bool) {
	at := slices.Index(OrderTitles(), strings.ToUpper(title))
	return Order{Column: max(0, at), Direction: d}, at >= 0
}

// rows are those of a view in this order; nil is the catalog's own.
func (o Order) rows(v *importer.View) []int32 {
	by, descending := orderColumns[o.Column], o.Direction == Descending
	switch {
	case o.Direction == AsInCatalog:
		return nil
	case by.byStatus:
		return byStatus(v.Statuses, v.Catalog.Order(by.column, descending), descending)
	}
	return v.Catalog.Order(by.column, descending)
}

// ranked are the states by what they ask of the user: what can be done first, what is done last.
func ranked() []importer.State {
	return []importer.State{importer.New, importer.Failed, importer.Clash, importer.Unknown, importer.Queued,
		importer.Sending, importer.Retrying, importer.Accepted, importer.Imported}
}

// byStatus orders rows by their status. Rows of one status keep their order, which is not changed.
func byStatus(statuses *importer.Statuses, order []int32, descending bool) []int32 {
	states := ranked()
	if descending {
		slices.Reverse(states)
	}
	// next is where the next row of each state goes.
	next, at := make(map[importer.State]int, len(states)), 0
	for _, state := range states {
		next[state] = at
		at += statuses.Count(state)
	}
	sorted := make([]int32, len(order))
	for _, row := range order {
		state := statuses.State(int(row))
		sorted[next[state]] = row
		next[state]++
	}
	return sorted
}
