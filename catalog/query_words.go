package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// statusWords are the words that status: takes. The catalog does not know what they stand for.
func statusWords() []string {
	return []string{"new", "imported", "queued", "sending", "retrying", "accepted", "failed", "clash", "unknown"}
}

// pendingWords are the statuses that pendingWord stands for.
func pendingWords() []string { return []string{"queued", "sending", "retrying", "accepted"} }

const (
	pendingWord  = "pending"
	selectedWord = "selected"
)

// QueryValues are the only words that a field takes, or nil where the catalog's entities
// decide that.
func QueryValues(field string) []string {
	switch field {
	case fieldStatus:
		return append(statusWords(), pendingWord)
	case fieldIs:
		return []string{selectedWord}
	}
	return nil
}

// QueryColumn is the column whose values a field compares; for a field whose words are not the
// catalog's it means nothing.
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

// Problems are sentences about what may not have been meant as it was read: a word before a
// colon that is no field, a status that there is not, and what LeftOut says.
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

// LeftOut are sentences about what was typed and is no term, as a field without a value. A
// query that leaves something out means more entities than it may seem to. It is among the
// Problems.
func (q Query) LeftOut() []string { return slices.Clone(q.left) }

// leftOut says what to write in the place of a term that is not finished.
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

// QuoteTerm puts a term between quotes for a sentence, unless it brings its own.
func QuoteTerm(text string) string {
	if strings.Contains(text, `"`) {
		return text
	}
	return `"` + text + `"`
}

// QueryHint explains one form of the filter language.
type QueryHint struct{ Form, Meaning string }

// QueryHelp explains the filter language, in the order in which one learns it.
func QueryHelp() []QueryHint {
	return []QueryHint{
		{"pay gate", "both occur in name, title, description, owner or tags, in any order"},
		{`"exact words"`, "these words as they stand, with the blanks between them"},
		{"!legacy", "without this; ! works before everything else as well"},
		{"~pymnt", "these letters in this order in name or title, with anything between them"},
		{"owner:team-pay", "this owner; the last part of group:default/team-pay is enough"},
		{"type:service,website", "one of several; lifecycle:, ns:, tag:, kind: and system: likewise"},
		{"owner:team-*", "a star at either end of a value stands for anything"},
		{"owner:-", "has no owner; owner:* has one"},
		{`system:"card payments"`, "a value with blanks or commas"},
		{"status:new,failed", strings.Join(statusWords(), " ")},
		{"status:" + pendingWord, strings.Join(pendingWords(), ", ") + "; of a status the beginning is enough"},
		{"is:selected", "marked in the table"},
	}
}
