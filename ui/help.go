package ui

import (
	"conviso-importer/ui/draw"
	"conviso-importer/ui/session"
)

// showHelp opens the help of the screen on show, or closes the help.
func (m *app) showHelp() {
	of := m.onShow()
	if of == screen(m.reader) && m.reader.help {
		m.reader.leaveText()
		return
	}
	m.reader.openText(reader{title: "Help: " + of.name(), help: true, text: func(w int) []passage { return m.helpText(of, w) }})
}

// helpText lists the keys by group; for one that cannot be used now it says why.
func (m *app) helpText(of screen, w int) []passage {
	var text []passage
	under := func(heading string, entries []session.Fact) {
		if len(entries) == 0 {
			return
		}
		if len(text) > 0 {
			text = append(text, passage{lines: []string{""}})
		}
		text = append(text, passage{lines: []string{m.st.Title.Of(heading)}, heading: true})
		text = append(text, m.entries(w, entries)...)
	}
	for _, group := range session.HelpGroups() {
		var keys []session.Fact
		for _, b := range ofGroup(m.keys[of], group) {
			says := b.Help().Desc
			if why := b.reason(); why != "" {
				says += " - not now: " + why
			}
			keys = append(keys, session.Fact{Name: b.Help().Key, Value: says})
		}
		under(group, keys)
	}
	if of != screen(m.browse) {
		return text
	}
	under("Commands", m.browse.commandHelp())
	under("Filter", session.FilterHelp())
	under("Status words", session.StatusHelp())
	under("Unattended", []session.Fact{{Name: "cron", Value: "Auto-import runs while this table is open. Without it, let cron start " + session.Unattended + "."}})
	return text
}

// entries are two columns; if names are long, each gets a line of its own.
func (m *app) entries(w int, facts []session.Fact) []passage {
	column := factName
	for _, f := range facts {
		column = max(column, draw.Width(f.Name)+2)
	}
	stacked := column > w/2
	if stacked {
		column = 2
	}
	all := make([]passage, 0, len(facts))
	for _, f := range facts {
		var p passage
		name := f.Name
		if stacked {
			p.lines, name = append(p.lines, m.gl.Cut(name, w)), ""
		}
		for _, line := range draw.Wrap(f.Value, max(1, w-column)) {
			p.lines = append(p.lines, m.gl.Cell(name, column)+line)
			name = ""
		}
		all = append(all, p)
	}
	return all
}
