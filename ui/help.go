package ui

import (
	"conviso-importer/conviso/importer"
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// showHelp explains the keys of the screen on show and, at the table, the status words. In the
// help itself it goes back.
func (m *model) showHelp() {
	of := m.top()
	if of == screenReader && m.reader.help {
		m.leaveText()
		return
	}
	m.openText(reader{title: "Help: " + of.name(), help: true, text: func(w int) []passage { return m.helpText(of, w) }})
}

// helpGroups are the groups of keys in the order in which help shows them.
func helpGroups() []string { return []string{"Mark", "Import", "Look", "Move", "Leave"} }

// helpText lists a screen's keys by group. A key that cannot be used now says why.
func (m *model) helpText(of screen, w int) []passage {
	var text []passage
	under := func(heading string, entries []fact) {
		if len(entries) == 0 {
			return
		}
		if len(text) > 0 {
			text = append(text, passage{lines: []string{""}})
		}
		text = append(text, passage{lines: []string{m.st.Title.Of(heading)}, heading: true})
		text = append(text, m.entries(w, entries)...)
	}
	for _, group := range helpGroups() {
		var keys []fact
		for _, b := range ofGroup(m.keys[of], group) {
			says := b.Help().Desc
			if why := b.reason(); why != "" {
				says += " - not now: " + why
			}
			keys = append(keys, fact{b.Help().Key, says})
		}
		under(group, keys)
	}
	if of != screenBrowse {
		return text
	}
	under("Commands", m.commandHelp())
	under("Filter", filterHelp())
	under("Status words", statusHelp())
	under("Unattended", []fact{{"cron", "Auto-import runs while this table is open. Without it, let cron start " + session.Unattended + "."}})
	return text
}

// entries are names and what they mean, in two columns, nothing of it cut; where the names
// would leave little room, each stands on a line of its own.
func (m *model) entries(w int, facts []fact) []passage {
	column := factName
	for _, f := range facts {
		column = max(column, draw.Width(f.name)+2)
	}
	stacked := column > w/2
	if stacked {
		column = 2
	}
	all := make([]passage, 0, len(facts))
	for _, f := range facts {
		var p passage
		name := f.name
		if stacked {
			p.lines, name = append(p.lines, m.gl.Cut(name, w)), ""
		}
		for _, line := range draw.Wrap(f.value, max(1, w-column)) {
			p.lines = append(p.lines, m.gl.Cell(name, column)+line)
			name = ""
		}
		all = append(all, p)
	}
	return all
}

// statusHelp explains the status words.
func statusHelp() []fact {
	return []fact{
		{string(importer.New), "no asset of this name is at Conviso"},
		{string(importer.Imported), "an asset of this name was read at Conviso"},
		{string(importer.Queued), "on disk, not sent yet"},
		{string(importer.Sending), "on its way"},
		{string(importer.Retrying), "to be sent again; where the answer was lost, the assets are read first"},
		{string(importer.Accepted), "Conviso took it, and its asset has not appeared yet"},
		{string(importer.Failed), "refused; the reason stands beside it"},
		{string(importer.Clash), "an asset of this name exists, and several entities share the name"},
		{string(importer.Unknown), "Conviso's assets could not be read: imported or not"},
	}
}
