package ui

import (
	"conviso-importer/conviso/importer"
)

// unattended is the command that imports without a table.
const unattended = "conviso-importer import --all-new"

// showHelp explains the keys of the screen on show and, at the table, the status words.
func (m *model) showHelp() {
	of := m.top()
	m.read("Help: "+of.String(), func(w int) []string {
		lines := m.keyHelp(of, w)
		if of != screenBrowse {
			return lines
		}
		lines = append(lines, m.commandHelp(w)...)
		lines = append(lines, "", m.st.title.of("Status words"))
		lines = append(lines, m.factLines(w, statusHelp())...)
		lines = append(lines, "", m.st.title.of("Unattended"))
		return append(lines, wrap("Auto-import runs while this table is open. Without it, let cron start "+unattended+".", w)...)
	})
}

// helpGroups are the groups of keys in the order in which help shows them.
func helpGroups() []string { return []string{"Mark", "Import", "Look", "Move", "Leave"} }

// keyHelp lists a screen's keys by group. A key that cannot be used now says why.
func (m *model) keyHelp(of screen, w int) []string {
	var lines []string
	for _, group := range helpGroups() {
		var keys []fact
		for i := range m.keys[of] {
			b := &m.keys[of][i]
			if b.group != group {
				continue
			}
			text := b.Help().Desc
			if why := b.reason(); why != "" {
				text += " - not now: " + why
			}
			keys = append(keys, fact{b.Help().Key, text})
		}
		if len(keys) == 0 {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(append(lines, m.st.title.of(group)), m.factLines(w, keys)...)
	}
	return lines
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
