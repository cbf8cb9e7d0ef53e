package catalog

import "strings"

// statusWords are the values of status:, whose meaning the catalog does not know.
func statusWords() []string {
	return []string{"new", "imported", "queued", "sending", "retrying", "accepted", "failed", "clash", "unknown", "gone"}
}

// pendingWords are the statuses that pendingWord includes.
func pendingWords() []string { return []string{"queued", "sending", "retrying", "accepted"} }

const (
	pendingWord  = "pending"
	selectedWord = "selected"
)

// QueryValues returns the fixed values of a field, or nil if they depend on the catalog.
func QueryValues(field string) []string {
	switch field {
	case fieldStatus:
		return append(statusWords(), pendingWord)
	case fieldIs:
		return []string{selectedWord}
	}
	return nil
}

// StandardKinds are Backstage's own kinds, the most useful ones first; a catalog may have others.
func StandardKinds() []string {
	return []string{"component", "api", "resource", "system", "domain", "group", "template", "location", "user"}
}

// QueryColumn returns the column that a field compares, if it has one.
func QueryColumn(field string) Column {
	switch field {
	case fieldType:
		return ColumnType
	case fieldLifecycle:
		return ColumnLifecycle
	case fieldNamespace:
		return ColumnNamespace
	case fieldTag:
		return ColumnTags
	case fieldKind:
		return ColumnKind
	case fieldSystem:
		return ColumnSystem
	}
	return ColumnOwner
}

// QuoteTerm quotes a term for a message, unless it has quotes.
func QuoteTerm(text string) string {
	if strings.Contains(text, `"`) {
		return text
	}
	return `"` + text + `"`
}

// QueryHint explains one form of the filter language.
type QueryHint struct{ Form, Meaning string }

// QueryHelp explains the filter language, in learning order.
func QueryHelp() []QueryHint {
	return []QueryHint{
		{"pay gate", "both occur in name, title, description, owner or tags, in any order"},
		{`"exact words"`, "these words as they stand, with blanks and colons"},
		{"!legacy", "without this; ! works before everything else as well"},
		{"~pymnt", "these letters in this order in name or title, with anything between them"},
		{"owner:team-pay", "the groups of this name, however written"},
		{"owner:group:default/team-pay", "this group alone; owner:user:jane is a person"},
		{"type:service,website", "one of several; lifecycle:, ns:, tag:, kind: and system: likewise"},
		{"owner:team-*", "a star at either end of a value stands for anything"},
		{"owner:-", "has no owner; owner:* has one"},
		{`system:"card payments"`, "a value with blanks or commas"},
		{"status:new,failed", strings.Join(statusWords(), " ")},
		{"status:" + pendingWord, strings.Join(pendingWords(), ", ") + "; of a status the beginning is enough"},
		{"is:selected", "marked in the table"},
	}
}
