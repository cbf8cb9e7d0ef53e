package ui

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// What line mode shares with the table, so that both decide alike and use the same words.

// SortTitles are the columns that rows can be ordered by, in capitals.
func SortTitles() []string {
	columns := sortColumns()
	titles := make([]string, 0, len(columns))
	for _, c := range columns {
		titles = append(titles, c.title)
	}
	return titles
}

// Order is how rows stand: by the column of this number in SortTitles. The zero value is by
// name.
type Order struct {
	Column int
	// Descending turns the order round, AsInCatalog leaves rows as the catalog gave them.
	Descending, AsInCatalog bool
}

// Arrange resolves every row's status and orders the rows.
func Arrange(e Engine, snap *catalog.Snapshot, assets *conviso.AssetSet, items map[catalog.Ref]importer.Item, o Order) (*importer.Statuses, []int32) {
	by := sorting{column: o.Column}
	switch {
	case o.AsInCatalog:
		by.direction = catalogOrder
	case o.Descending:
		by.direction = descending
	}
	a := arrange(e, inputs{snap: snap, assets: assets, items: items, sort: by}, arrangement{})
	if a.order == nil && snap != nil {
		a.order = make([]int32, snap.Len())
		for row := range a.order {
			a.order[row] = int32(row)
		}
	}
	return a.statuses, a.order
}
