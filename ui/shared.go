package ui

import (
	"time"

	"conviso-importer/catalog"
	"conviso-importer/conviso"
	"conviso-importer/conviso/importer"
)

// What line mode shares with the table, so that both decide alike and use the same words.

// Unattended is the command that imports without anybody watching.
const Unattended = unattended

// ReadError is the text of an error of a read. Where a secret is refused that is read from its file
// again, it says that mending the file is enough.
func ReadError(err error) string { return readError(err) }

// Host is what is worth showing of a URL.
func Host(url string) string { return hostOf(url) }

// Failures are the entities of a queue that failed, in the order of their refs.
func Failures(items map[catalog.Ref]importer.Item) []catalog.Ref { return failures(items) }

// Retryable are the entities of a queue that failed and are of the list's kinds, in the order of their
// refs; left says what of the failures is of other kinds, or is empty.
func Retryable(items map[catalog.Ref]importer.Item, kinds []string) (refs []catalog.Ref, left string) {
	return retryable(items, kinds)
}

// Unable is why nothing can be sent at all, or empty.
func Unable(id importer.Identity) string { return unable(id) }

// CheckWords say what an auto-import check did and what it left for a person.
func CheckWords(now time.Time, r *importer.AutoResult) string { return checkWords(now, r) }

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
