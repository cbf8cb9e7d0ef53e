package session

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Facet is a part of the list with its own key.
type Facet int

// The facets and their number.
const (
	FacetAll Facet = iota
	FacetNew
	FacetImported
	FacetFailed
	FacetSelected
	FacetClash
	FacetGone
	Facets
)

// String returns the facet's word.
func (f Facet) String() string {
	return [...]string{"All", "New", "Imported", "Failed", "Selected", "Clash", "Gone"}[f]
}

// ViewState is an immutable view as a list shows it. Making one takes time in proportion to the catalog, too
// long for a key press. The zero value is empty.
type ViewState struct {
	importer.View

	Order      Order
	Ordered    []int32        // all rows; nil for the catalog's own order
	Importable catalog.RowSet // rows that a bulk import may take; it chooses among those that share something
	KindCount  int            // number of kinds, counted up to 2
	Opening    bool           // these are only the first rows, kept by an earlier run
	More       int            // how many rows follow them

	facets map[Facet]catalog.RowSet
	moved  *RowTable // from the previous view state's rows
}

// NewViewState makes the view state of v; before is the one on show.
func NewViewState(v *importer.View, o Order, before *ViewState) ViewState {
	p := ViewState{View: *v, Order: o}
	if v.Catalog == nil {
		return p
	}
	if v.Statuses == before.Statuses {
		p.facets, p.Importable = before.facets, before.Importable
	} else {
		p.facets = map[Facet]catalog.RowSet{FacetNew: v.Statuses.In(importer.New),
			FacetImported: v.Statuses.In(importer.Imported), FacetFailed: v.Statuses.In(importer.Failed),
			FacetClash: v.Statuses.In(importer.Clash), FacetGone: v.Statuses.In(importer.Gone)}
		p.Importable = v.Statuses.Bulk()
	}
	p.moved = NewRowTable(before.Catalog, v.Catalog)
	p.KindCount = before.KindCount
	if v.Catalog != before.Catalog {
		p.KindCount = len(v.Catalog.Values(catalog.ColumnKind, "", 2))
	}
	p.Ordered = o.rows(v)
	return p
}

// OpeningState makes the view state of the first rows that an earlier run kept.
func OpeningState(o *importer.Opening, v importer.View, order Order) ViewState {
	return ViewState{View: v, Order: order, KindCount: o.Kinds, Opening: true, More: o.Total - v.Catalog.Len()}
}

// Len returns the number of rows, 0 before anything was read.
func (p *ViewState) Len() int {
	if p.Catalog == nil {
		return 0
	}
	return p.Catalog.Len()
}

// All returns the number of rows of the list; an opening has fewer.
func (p *ViewState) All() int { return p.Len() + p.More }

// Known reports whether every status is known. If not, a new row may be imported; counts show "?".
func (p *ViewState) Known() bool {
	return p.Statuses != nil && p.Statuses.Count(importer.Unknown) == 0
}

// In returns the rows of a facet; nil for all.
func (p *ViewState) In(f Facet, marks *Marks) catalog.RowSet {
	switch f {
	case FacetNew, FacetImported, FacetFailed, FacetClash, FacetGone:
		return p.facets[f]
	case FacetSelected:
		return marks.Rows()
	case FacetAll, Facets:
	}
	return nil
}

// CountImportable returns how many of the rows in within bulk marking would mark.
func (p *ViewState) CountImportable(within catalog.RowSet) int {
	return p.Statuses.CountBulk(p.Importable, within)
}

// Facts returns what a filter may ask besides the catalog. They follow the marks: use a copy outside the loop.
func (p *ViewState) Facts(marks *Marks) catalog.Facts { return p.Statuses.Facts(marks.HasRow) }
