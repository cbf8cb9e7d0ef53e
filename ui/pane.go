package ui

// dock puts the detail pane somewhere; where it is there already, it goes.
func (m *model) dock(where dock) {
	if m.pane == where {
		where = dockNone
	}
	m.pane = where
	m.detail.top = 0
	m.resize()
}
