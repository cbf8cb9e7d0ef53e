package session

import (
	"conviso-importer/catalog"
	"conviso-importer/conviso/importer"
)

// HelpGroups are the groups of keys in the order of the help.
func HelpGroups() []string { return []string{"Mark", "Import", "Look", "Move", "Leave"} }

// StatusHelp explains the status words.
func StatusHelp() []Fact {
	return []Fact{
		{string(importer.New), "no asset of this name is at Conviso"},
		{string(importer.Imported), "an asset of this name was read at Conviso"},
		{string(importer.Queued), "on disk, not sent yet"},
		{string(importer.Sending), "on its way"},
		{string(importer.Retrying), "to be sent again; where the answer was lost, the assets are read first"},
		{string(importer.Accepted), "Conviso took it, and its asset has not appeared yet"},
		{string(importer.Failed), "refused; the reason stands beside it"},
		{string(importer.Clash), "an asset of this name exists, and several entities share the name"},
		{string(importer.Gone), "it was imported, and Conviso does not find its asset any more; only marked by itself it goes"},
		{string(importer.Unknown), "Conviso's assets could not be read: imported or not"},
	}
}

// FilterHelp explains the forms of the filter language.
func FilterHelp() []Fact {
	hints := catalog.QueryHelp()
	forms := make([]Fact, 0, len(hints))
	for _, hint := range hints {
		forms = append(forms, Fact{hint.Form, hint.Meaning})
	}
	return forms
}
