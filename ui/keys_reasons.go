package ui

import (
	"fmt"

	"conviso-importer/ui/draw"
)

func (m *model) hasRows() bool { return len(m.list.rows) > 0 }

func (m *model) noRows() string {
	if len(m.list.rows) == 0 {
		return "no row is on the list."
	}
	return ""
}

func (m *model) noMarks() string {
	if m.marks.Len() == 0 {
		return "nothing is marked. Space marks the row under the cursor."
	}
	return ""
}

func (m *model) notMarkable() string {
	ref, ok := m.list.current(&m.shown)
	if !ok {
		return m.noRows()
	}
	if why := m.onShow().NotMarkable(ref); why != "" {
		return "it is " + why + "."
	}
	return ""
}

func (m *model) notImportable() string {
	if why := m.unable(); why != "" {
		return why
	}
	return m.noMarks()
}

func (m *model) nothingFailed() string {
	if why := m.unable(); why != "" {
		return why
	}
	if m.left.Failed == 0 {
		return "nothing has failed."
	}
	return ""
}

func (m *model) noJob() string {
	if m.job.Len() > 0 {
		return ""
	}
	if m.left.Unfinished() == 0 {
		return "no import has run since this table was opened."
	}
	return m.unable()
}

func (m *model) notOffered() string {
	if top, ok := m.notices.top(); !ok || top.about != aboutUnfinished {
		return "no unfinished import is on offer."
	}
	return m.noJob()
}

func (m *model) noPane() string {
	if m.width < draw.WideFrom && m.pane != draw.DockRight {
		return fmt.Sprintf("the pane needs %d columns. P puts it at the bottom, enter opens the details.", draw.WideFrom)
	}
	return ""
}

func (m *model) noPaneBelow() string {
	if m.height < draw.TallFrom && m.pane != draw.DockBottom {
		return fmt.Sprintf("the pane needs %d lines. Enter opens the details.", draw.TallFrom)
	}
	return ""
}

func (m *model) offline() string {
	if m.id.Offline {
		return "offline: run it without --offline to read again."
	}
	return ""
}
