package ui

import (
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// facet is a part of the catalog that has a key of its own.
type facet int

const (
	facetAll facet = iota
	facetNew
	facetImported
	facetFailed
	facetSelected
	facets
)

// String is the facet's word on the counts line.
func (f facet) String() string {
	switch f {
	case facetAll:
		return "All"
	case facetNew:
		return "New"
	case facetImported:
		return "Imported"
	case facetFailed:
		return "Failed"
	case facetSelected, facets:
	}
	return "Selected"
}

// listing is which rows are on the list and where in it the user is. Rows are numbers of
// the arrangement's snapshot; they do not outlive it, the anchor does.
type listing struct {
	rows []int
	// in tells for each row of the snapshot whether it is on the list.
	in     catalog.RowSet
	cursor int
	// perPage is how many rows a page shows, at least 1.
	perPage int
	// anchor is the entity that the user last moved to. The cursor returns to it whenever
	// it is on the list, so that filtering to nothing and back changes nothing.
	anchor catalog.Ref
}

// fill puts the rows that the query means and keep accepts on the list, in the
// arrangement's order. The facts are those of its rows.
func (l *listing) fill(a *arrangement, q catalog.Query, facts catalog.Facts, keep func(row int) bool) {
	l.rows, l.in = nil, catalog.NewRowSet(a.len())
	if a.snap == nil {
		l.cursor = 0
		return
	}
	hits := a.snap.SearchWith(q, facts)
	if keep != nil {
		kept := hits[:0]
		for _, row := range hits {
			if keep(row) {
				kept = append(kept, row)
			}
		}
		hits = kept
	}
	for _, row := range hits {
		l.in.Add(row)
	}
	switch {
	case a.order == nil:
		l.rows = hits
	case len(hits) == len(a.order):
		l.rows = a.order
	default:
		l.rows = hits[:0]
		for _, row := range a.order {
			if l.in.Has(row) {
				l.rows = append(l.rows, row)
			}
		}
	}
}

// place puts the cursor on the anchor, or where that is not on the list, on fallback.
func (l *listing) place(a *arrangement, fallback int) {
	l.cursor = min(max(0, fallback), max(0, len(l.rows)-1))
	if a.snap == nil || l.anchor == "" {
		return
	}
	if at, ok := l.position(a, l.anchor); ok {
		l.cursor = at
	}
}

// position is where on the list an entity stands.
func (l *listing) position(a *arrangement, ref catalog.Ref) (int, bool) {
	if a.snap == nil {
		return 0, false
	}
	row, ok := a.snap.Row(ref)
	if !ok || !l.in.Has(row) {
		return 0, false
	}
	at := slices.Index(l.rows, row)
	return at, at >= 0
}

// move puts the cursor on a position, within the list, and makes it the anchor.
func (l *listing) move(a *arrangement, to int) {
	l.cursor = min(max(0, to), max(0, len(l.rows)-1))
	if ref, ok := l.current(a); ok {
		l.anchor = ref
	}
}

// current is the entity under the cursor.
func (l *listing) current(a *arrangement) (catalog.Ref, bool) {
	if l.cursor < 0 || l.cursor >= len(l.rows) {
		return "", false
	}
	return a.snap.Ref(l.rows[l.cursor]), true
}

// page returns the bounds of the page that the cursor is on.
func (l *listing) page() (from, to int) {
	from = l.cursor / l.perPage * l.perPage
	return from, min(from+l.perPage, len(l.rows))
}

// pages returns the number of the cursor's page and of all pages, both from 1.
func (l *listing) pages() (page, of int) {
	return l.cursor/l.perPage + 1, max(1, (len(l.rows)+l.perPage-1)/l.perPage)
}

// inFacet returns what keeps a row in the facet; nil keeps every row.
func (m *model) inFacet() func(row int) bool {
	state := importer.State("")
	switch m.facet {
	case facetNew:
		state = importer.New
	case facetImported:
		state = importer.Imported
	case facetFailed:
		state = importer.Failed
	case facetSelected:
		return m.marks.hasRow
	case facetAll, facets:
		return nil
	}
	return func(row int) bool { return m.shown.statuses.State(row) == state }
}
