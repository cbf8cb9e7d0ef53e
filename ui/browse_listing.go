package ui

import (
	"context"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// listing is which rows are on the list and where in it the user is. Rows are numbers of
// the view state's snapshot; they do not outlive it, the anchor does.
type listing struct {
	rows []int32
	// partial reports that these are the first rows of the list, and that the rest is being found.
	partial bool
	// more is how many follow that are not known yet.
	more int
	// in tells for each row of the snapshot whether it is on the list.
	in     catalog.RowSet
	cursor int
	// perPage is how many rows a page shows, at least 1.
	perPage int
	// anchor is the entity that the user last moved to. The cursor returns to it whenever
	// it is on the list, so that filtering to nothing and back changes nothing.
	anchor catalog.Ref
}

// fill puts the rows of a set that the query means on the list, in the view state's order; nil
// are all rows. The facts are those of its rows.
func (l *listing) fill(ctx context.Context, a *session.ViewState, q catalog.Query, facts catalog.Facts, within catalog.RowSet) {
	l.rows, l.in, l.more, l.partial = nil, nil, a.More, false
	if a.Catalog == nil {
		l.cursor = 0
		return
	}
	// A list is whole even where the program is about to end.
	l.rows, l.in = a.Catalog.Find(q, facts, within, a.Ordered).All(context.WithoutCancel(ctx))
}

// begin puts the first rows of a list that is being found on it.
func (l *listing) begin(a *session.ViewState, rows []int32) {
	l.rows, l.in, l.more, l.partial = rows, catalog.NewRowSet(a.Len()), 0, true
	for _, row := range rows {
		l.in.Add(int(row))
	}
}

// place puts the cursor on the anchor, or where that is not on the list, on fallback.
func (l *listing) place(a *session.ViewState, fallback int) {
	l.cursor = min(max(0, fallback), max(0, len(l.rows)-1))
	if a.Catalog == nil || l.anchor == "" {
		return
	}
	if at, ok := l.position(a, l.anchor); ok {
		l.cursor = at
	}
}

// position is where on the list an entity stands.
func (l *listing) position(a *session.ViewState, ref catalog.Ref) (int, bool) {
	if a.Catalog == nil {
		return 0, false
	}
	row, ok := a.Catalog.Row(ref)
	if !ok || !l.in.Has(row) {
		return 0, false
	}
	at := slices.Index(l.rows, int32(row))
	return at, at >= 0
}

// move puts the cursor on a position, within the list, and makes it the anchor.
func (l *listing) move(a *session.ViewState, to int) {
	l.cursor = min(max(0, to), max(0, len(l.rows)-1))
	if ref, ok := l.current(a); ok {
		l.anchor = ref
	}
}

// current is the entity under the cursor.
func (l *listing) current(a *session.ViewState) (catalog.Ref, bool) {
	if l.cursor < 0 || l.cursor >= len(l.rows) {
		return "", false
	}
	return a.Catalog.Ref(int(l.rows[l.cursor])), true
}

// len is how many rows the list has.
func (l *listing) len() int { return len(l.rows) + l.more }

// page returns the bounds of the page that the cursor is on.
func (l *listing) page() (from, to int) {
	from = l.cursor / l.perPage * l.perPage
	return from, min(from+l.perPage, len(l.rows))
}

// pages returns the number of the cursor's page and of all pages, both from 1.
func (l *listing) pages() (page, of int) {
	return l.cursor/l.perPage + 1, max(1, (l.len()+l.perPage-1)/l.perPage)
}

// inFacet are the rows of the facet; nil are all rows.
func (m *browseScreen) inFacet() catalog.RowSet { return m.work.Shown.In(m.facet, &m.work.Marks) }
