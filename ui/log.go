package ui

import (
	"slices"

	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// showLog opens the log, or closes it.
func (m *app) showLog() {
	if m.onShow() == screen(m.reader) && m.reader.log {
		m.reader.leaveText()
		return
	}
	m.reader.read("Log", m.logLines)
	m.reader.log = true
}

// logged returns notices and log entries, the newest last.
func (m *app) logged() []session.Entry {
	all := make([]session.Entry, 0, len(m.notices.past)+len(m.work.Log.Entries))
	for i := range m.notices.past {
		n := &m.notices.past[i]
		all = append(all, session.Entry{At: n.at, Trouble: n.trouble, Text: n.text})
	}
	all = append(all, m.work.Log.Entries...)
	slices.SortStableFunc(all, func(a, b session.Entry) int { return a.At.Compare(b.At) })
	return all
}

func (m *app) logLines(w int) []string {
	all := m.logged()
	if len(all) == 0 {
		return draw.Wrap("The log is empty.", w)
	}
	var lines []string
	for _, e := range slices.Backward(all) {
		mark := ""
		if e.Trouble {
			mark = "! "
		}
		lines = append(lines, hanging(m.exact(e.At)+"  "+mark+e.Text, w)...)
	}
	return lines
}

func (m *jobScreen) failureLines(w int) []string {
	return wrapAll(session.FailureLines(m.now(), m.work.Job.Failed(), m.work.Items()), w)
}
