package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// statusWords are the values of status:, whose meaning the catalog does not know.
func statusWords() []string {
	return []string{"new", "imported", "queued", "sending", "retrying", "accepted", "failed", "clash", "unknown"}
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

// Problems returns messages about likely mistakes: unknown fields, unknown statuses, and LeftOut.
func (q Query) Problems() []string {
	var problems []string
	say := func(sentence string) {
		if !slices.Contains(problems, sentence) {
			problems = append(problems, sentence)
		}
	}
	for i := range q.terms {
		t := &q.terms[i]
		if t.foreign != "" {
			say(fmt.Sprintf("%s is not a field, so %s is searched as text; fields are %s",
				QuoteTerm(t.foreign), QuoteTerm(t.Text), strings.Join(QueryFields(), ", ")))
		}
		known := QueryValues(t.Field)
		for j, value := range t.folded {
			if known != nil && !slices.ContainsFunc(known, value.begins) {
				say(fmt.Sprintf("%s is not a word that %s: takes, and matches nothing; it takes %s",
					QuoteTerm(t.Values[j]), t.Field, strings.Join(known, ", ")))
			}
		}
	}
	for _, sentence := range q.left {
		say(sentence)
	}
	return problems
}

// LeftOut returns messages about typed text that is no term, e.g. a field without a value. Such
// a query selects more than it may seem to.
func (q Query) LeftOut() []string { return slices.Clone(q.left) }

// leftOut says how to complete a term.
func leftOut(t Term) string {
	what := QuoteTerm(t.Text)
	switch {
	case QueryValues(t.Field) != nil:
		return fmt.Sprintf("%s has no value and is left out; it takes %s", what, strings.Join(QueryValues(t.Field), ", "))
	case t.Field != "":
		return fmt.Sprintf("%s has no value and is left out; %s:%s finds entities that have none", what, t.Field, noValue)
	}
	return what + " has no text to look for and is left out"
}

func tooLong() string { return "the query is too long, and its end is left out" }

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
		{`"exact words"`, "these words as they stand, with the blanks between them"},
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
