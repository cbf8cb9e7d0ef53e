package ui

import (
	"context"
	"slices"

	"conviso-importer/catalog"
	"conviso-importer/ui/session"
)

// listing is the rows on the list and the cursor. Rows index the view state's snapshot.
type listing struct {
	rows    []int32
	partial bool           // the rest is still being searched
	more    int            // how many rows follow that are not known yet
	in      catalog.RowSet // membership, for each row of the snapshot
	cursor  int
	perPage int // at least 1
	// anchor is the entity that the user last moved to. The cursor returns to it whenever it is listed,
	// so filtering to nothing and back changes nothing.
	anchor catalog.Ref
}

// fill lists the rows of within (nil: all) that match q, in the view state's order.
func (l *listing) fill(ctx context.Context, a *session.ViewState, q catalog.Query, facts catalog.Facts, within catalog.RowSet) {
	l.rows, l.in, l.more, l.partial = nil, nil, a.More, false
	if a.Catalog == nil {
		l.cursor = 0
		return
	}
	// Never leave half a list, even if the program is about to end.
	l.rows, l.in = a.Catalog.Find(q, facts, within, a.Ordered).All(context.WithoutCancel(ctx))
}

// begin lists the first rows of a search that is still running.
func (l *listing) begin(a *session.ViewState, rows []int32) {
	l.rows, l.in, l.more, l.partial = rows, catalog.NewRowSet(a.Len()), 0, true
	for _, row := range rows {
		l.in.Add(int(row))
	}
}

// place puts the cursor on the anchor, or else on fallback.
func (l *listing) place(a *session.ViewState, fallback int) {
	l.cursor = min(max(0, fallback), max(0, len(l.rows)-1))
	if l.anchor == "" {
		return
	}
	if at, ok := l.position(a, l.anchor); ok {
		l.cursor = at
	}
}

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

// move clamps the cursor to the list and makes its entity the anchor.
func (l *listing) move(a *session.ViewState, to int) {
	l.cursor = min(max(0, to), max(0, len(l.rows)-1))
	if ref, ok := l.current(a); ok {
		l.anchor = ref
	}
}

func (l *listing) current(a *session.ViewState) (catalog.Ref, bool) {
	if l.cursor < 0 || l.cursor >= len(l.rows) {
		return "", false
	}
	return a.Catalog.Ref(int(l.rows[l.cursor])), true
}

func (l *listing) len() int { return len(l.rows) + l.more }

// page returns the bounds of the cursor's page.
func (l *listing) page() (from, to int) {
	from = l.cursor / l.perPage * l.perPage
	return from, min(from+l.perPage, len(l.rows))
}

// pages returns the cursor's page and the number of pages, both from 1.
func (l *listing) pages() (page, of int) {
	return l.cursor/l.perPage + 1, max(1, (l.len()+l.perPage-1)/l.perPage)
}

// inFacet returns the rows of the facet; nil means all.
func (m *browseScreen) inFacet() catalog.RowSet { return m.work.Shown.In(m.facet, &m.work.Marks) }
