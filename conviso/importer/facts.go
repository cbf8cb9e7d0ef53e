package importer

import "conviso-importer/catalog"

// Facts are what a query may ask of rows: their statuses, and where selected is not nil,
// whether the user has marked them.
func (s *Statuses) Facts(selected func(row int) bool) catalog.Facts {
	return facts{statuses: s, selected: selected}
}

type facts struct {
	statuses *Statuses
	selected func(row int) bool
}

// Status implements catalog.Facts.
func (f facts) Status(row int) string { return string(f.statuses.State(row)) }

// Selected implements catalog.Facts.
func (f facts) Selected(row int) bool { return f.selected != nil && f.selected(row) }
