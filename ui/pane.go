package ui

import "conviso-importer/ui/draw"

// dock puts the detail pane somewhere; where it is there already, it goes.
func (m *model) dock(where draw.Dock) {
	if m.pane == where {
		where = draw.DockNone
	}
	m.pane = where
	m.detail.top = 0
	m.resize()
}
