package ui

import (
	"cmp"
	"fmt"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// reasonIf returns why if it applies, else empty.
func reasonIf(applies bool, why string) string {
	if applies {
		return why
	}
	return ""
}

func (m *browseScreen) hasRows() bool { return len(m.list.rows) > 0 }

func (m *browseScreen) noRows() string {
	return reasonIf(len(m.list.rows) == 0, "no row is on the list.")
}

// notBulk is the reason of what acts on all rows that match.
func (m *browseScreen) notBulk() string {
	return cmp.Or(m.noRows(), session.NoBulk(m.query, m.work.Kinds()))
}

func (m *browseScreen) noMarks() string {
	return reasonIf(m.work.Marks.Len() == 0, "nothing is marked. Space marks the row under the cursor.")
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

func (m *browseScreen) notImportable() string { return cmp.Or(m.work.Unable(), m.noMarks()) }

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
	return reasonIf(m.width < draw.WideFrom && m.pane != draw.DockRight,
		fmt.Sprintf("the pane needs %d columns. P puts it at the bottom, enter opens the details.", draw.WideFrom))
}

func (m *browseScreen) noPaneBelow() string {
	return reasonIf(m.height < draw.TallFrom && m.pane != draw.DockBottom,
		fmt.Sprintf("the pane needs %d lines. Enter opens the details.", draw.TallFrom))
}

func (m *app) offline() string {
	return reasonIf(m.work.ID.Offline, "offline: run it without --offline to read again.")
}
