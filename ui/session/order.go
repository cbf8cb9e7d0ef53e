package session

import (
	"slices"
	"strings"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Direction is a sort direction.
type Direction int

// The directions and their number.
const (
	Ascending Direction = iota
	Descending
	AsInCatalog // unsorted
	Directions
)

// Order is the order of a list. The zero value is by name.
type Order struct {
	Column    int // index in OrderTitles
	Direction Direction
}

// orderColumn is a column of the catalog, or the status, which only a view knows.
type orderColumn struct {
	title    string
	column   catalog.Column
	byStatus bool
}

var orderColumns = []orderColumn{
	{title: "NAME", column: catalog.ColumnName},
	{title: "OWNER", column: catalog.ColumnOwner},
	{title: "TYPE", column: catalog.ColumnType},
	{title: "LIFECYCLE", column: catalog.ColumnLifecycle},
	{title: "NAMESPACE", column: catalog.ColumnNamespace},
	{title: "STATUS", byStatus: true},
}

// OrderTitles returns the titles of the sortable columns, in capitals.
func OrderTitles() []string {
	titles := make([]string, len(orderColumns))
	for i, c := range orderColumns {
		titles[i] = c.title
	}
	return titles
}

// Title returns the column's title, in capitals.
func (o Order) Title() string { return orderColumns[o.Column].title }

// OrderBy returns the order by a title in any case; ok reports whether it exists.
func OrderBy(title string, d Direction) (o Order, ok bool) {
	at := slices.Index(OrderTitles(), strings.ToUpper(title))
	return Order{Column: max(0, at), Direction: d}, at >= 0
}

// rows returns the rows of a view in this order; nil for the catalog's own.
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

// statesByUrgency are the states from the most to the least urgent for the user.
func statesByUrgency() []importer.State {
	return []importer.State{importer.New, importer.Failed, importer.Clash, importer.Gone, importer.Unknown, importer.Queued,
		importer.Sending, importer.Retrying, importer.Accepted, importer.Imported}
}

// byStatus is a stable counting sort that leaves order unchanged.
func byStatus(statuses *importer.Statuses, order []int32, descending bool) []int32 {
	states := statesByUrgency()
	if descending {
		slices.Reverse(states)
	}
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
