package status

import "conviso-importer/catalog"

// Facts returns what a query may ask of rows; selected reports marks and may be nil.
func (s *Statuses) Facts(selected func(row int) bool) catalog.Facts {
	return facts{statuses: s, selected: selected}
}

type facts struct {
	statuses *Statuses
	selected func(row int) bool
}

func (f facts) Status(row int) string { return string(f.statuses.State(row)) }

func (f facts) Selected(row int) bool { return f.selected != nil && f.selected(row) }
