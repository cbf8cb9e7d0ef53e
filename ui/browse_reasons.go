package ui

import (
	"cmp"
	"fmt"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

func (m *browseScreen) hasRows() bool { return len(m.list.rows) > 0 }

func (m *browseScreen) noRows() string {
	if len(m.list.rows) == 0 {
		return "no row is on the list."
	}
	return ""
}

func (m *browseScreen) noMarks() string {
	if m.work.Marks.Len() == 0 {
		return "nothing is marked. Space marks the row under the cursor."
	}
	return ""
}

func (m *browseScreen) notMarkable() string {
	ref, ok := m.list.current(&m.work.Shown)
	if !ok {
		return m.noRows()
	}
	if why := m.work.Shown.NotMarkable(ref); why != "" {
		return "it is " + why + "."
	}
	return ""
}

func (m *browseScreen) notImportable() string {
	if why := m.work.Unable(); why != "" {
		return why
	}
	return m.noMarks()
}

func (m *app) nothingFailed() string {
	if why := m.work.Unable(); why != "" {
		return why
	}
	if m.work.Known.FailedListed > 0 {
		return ""
	}
	_, left := session.Retryable(m.work.Items(), m.work.Kinds())
	return cmp.Or(left, "nothing has failed.")
}

func (m *browseScreen) noJob() string {
	if m.work.Job.Len() > 0 {
		return ""
	}
	if m.work.Left().Unfinished() == 0 {
		return "no import has run since this table was opened."
	}
	return m.work.Unable()
}

func (m *browseScreen) notOffered() string {
	if top, ok := m.notices.top(); !ok || top.about != session.AboutUnfinished {
		return "no unfinished import is on offer."
	}
	return m.noJob()
}

func (m *browseScreen) noPane() string {
	if m.width < draw.WideFrom && m.pane != draw.DockRight {
		return fmt.Sprintf("the pane needs %d columns. P puts it at the bottom, enter opens the details.", draw.WideFrom)
	}
	return ""
}

func (m *browseScreen) noPaneBelow() string {
	if m.height < draw.TallFrom && m.pane != draw.DockBottom {
		return fmt.Sprintf("the pane needs %d lines. Enter opens the details.", draw.TallFrom)
	}
	return ""
}

func (m *app) offline() string {
	if m.work.ID.Offline {
		return "offline: run it without --offline to read again."
	}
	return ""
}
