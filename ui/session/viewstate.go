package session

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// Facet is a part of the catalog that has a key of its own.
type Facet int

// The facets, and how many there are.
const (
	FacetAll Facet = iota
	FacetNew
	FacetImported
	FacetFailed
	FacetSelected
	Facets
)

// String is the facet's word.
func (f Facet) String() string {
	return [...]string{"All", "New", "Imported", "Failed", "Selected"}[f]
}

// ViewState is a view as a list shows it: rows, their order, their statuses and the facets belong
// together. It does not change once made. To make one takes time in proportion to the catalog, longer
// than a key may wait for a large one. The zero value shows nothing.
type ViewState struct {
	importer.View

	Order Order
	// Ordered are all rows in that order; nil means the catalog's own.
	Ordered []int32
	// Importable are the rows that a bulk import may take by their status.
	Importable catalog.RowSet
	// KindCount is how many kinds of entities there are, as far as more than one matters.
	KindCount int
	// Opening reports that these are the first rows alone, as an earlier run kept them, and More that
	// the list has so many others.
	Opening bool
	More    int

	facets map[Facet]catalog.RowSet
	// moved leads from the rows of the view state before to those here.
	moved *RowTable
}

// NewViewState makes the view state of a view. The one before is on show, and its rows may be others.
func NewViewState(v *importer.View, o Order, before *ViewState) ViewState {
	p := ViewState{View: *v, Order: o}
	if v.Catalog == nil {
		return p
	}
	if v.Statuses == before.Statuses {
		p.facets, p.Importable = before.facets, before.Importable
	} else {
		p.facets = map[Facet]catalog.RowSet{FacetNew: v.Statuses.In(importer.New),
			FacetImported: v.Statuses.In(importer.Imported), FacetFailed: v.Statuses.In(importer.Failed)}
		p.Importable = v.Statuses.In(importer.New, importer.Failed)
	}
	p.moved = NewRowTable(before.Catalog, v.Catalog)
	p.KindCount = before.KindCount
	if v.Catalog != before.Catalog {
		p.KindCount = kindsIn(v.Catalog)
	}
	p.Ordered = o.rows(v)
	return p
}

// OpeningState is the view state of how a list looked last.
func OpeningState(o *importer.Opening, v importer.View, order Order) ViewState {
	return ViewState{View: v, Order: order, KindCount: o.Kinds, Opening: true, More: o.Total - v.Catalog.Len()}
}

// kindsIn is 1 for entities of one kind and 2 for more; 0 without entities.
func kindsIn(snap *catalog.Snapshot) int {
	return len(snap.Values(catalog.ColumnKind, "", 2))
}

// Len is the number of rows, 0 before anything was read.
func (p *ViewState) Len() int {
	if p.Catalog == nil {
		return 0
	}
	return p.Catalog.Len()
}

// All is how many rows the list has, of which an opening shows the first.
func (p *ViewState) All() int { return p.Len() + p.More }

// Known reports whether every row's status rests on evidence. Where it does not, a row that counts as
// new may well be imported, so that counts show a question mark.
func (p *ViewState) Known() bool {
	return p.Statuses != nil && p.Statuses.Count(importer.Unknown) == 0
}

// In are the rows of a facet; nil are all rows.
func (p *ViewState) In(f Facet, marks *Marks) catalog.RowSet {
	switch f {
	case FacetNew, FacetImported, FacetFailed:
		return p.facets[f]
	case FacetSelected:
		return marks.Rows()
	case FacetAll, Facets:
	}
	return nil
}

// Facts are what a filter may ask of rows besides the catalog. They follow the marks as these
// change; work beside the loop takes those of a copy.
func (p *ViewState) Facts(marks *Marks) catalog.Facts { return p.Statuses.Facts(marks.HasRow) }
