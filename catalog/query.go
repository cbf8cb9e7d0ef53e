package catalog

import (
	"slices"
	"strings"
)

// Query says which entities are meant: those that every one of its terms accepts. The terms
// are those of the filter language, which QueryHelp explains. The zero value means every
// entity. A Query does not change and may be shared.
type Query struct {
	terms []Term
	// left are sentences about what was typed and is not a term.
	left []string
}

// Term is one condition of a query.
type Term struct {
	// Text is the term as typed, safe to show; a quote that was left open is closed.
	Text string
	// Field is one of QueryFields, or empty for free text.
	Field string
	// Values are what the field may have, one of them being enough; of free text the word
	// or phrase alone. They are as typed, without quotes.
	Values []string
	// Negated reports that the term excludes what it describes.
	Negated bool
	// Fuzzy reports that free text is looked for with anything between its letters.
	Fuzzy bool

	// folded are the values in lower case, for comparing.
	folded []pattern
	// foreign is the word before a colon that is not a field's name, with the colon.
	foreign string
}

// The fields of the filter language.
const (
	fieldOwner     = "owner"
	fieldType      = "type"
	fieldLifecycle = "lifecycle"
	fieldNamespace = "ns"
	fieldTag       = "tag"
	fieldKind      = "kind"
	fieldSystem    = "system"
	fieldStatus    = "status"
	fieldIs        = "is"
)

// QueryFields are the names that may stand before a colon, in the order in which they are
// shown.
func QueryFields() []string {
	return []string{fieldOwner, fieldType, fieldLifecycle, fieldNamespace, fieldTag, fieldKind, fieldSystem, fieldStatus, fieldIs}
}

// String returns the query in its shortest form, safe to show; ParseQuery of it is the
// same query.
func (q Query) String() string {
	texts := make([]string, len(q.terms))
	for i := range q.terms {
		texts[i] = q.terms[i].Text
	}
	return strings.Join(texts, " ")
}

// Empty reports whether the query means every entity.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Terms returns the conditions in the order in which they were typed. The slice is the
// caller's.
func (q Query) Terms() []Term { return slices.Clone(q.terms) }

// Without is the query without its i-th term.
func (q Query) Without(i int) Query {
	return Query{terms: slices.Delete(slices.Clone(q.terms), i, i+1), left: q.left}
}

// NeedsFacts reports whether the query asks for what the catalog does not know.
func (q Query) NeedsFacts() bool {
	return slices.ContainsFunc(q.terms, func(t Term) bool { return t.needsFacts() })
}

// Uses reports whether one of the terms has the field.
func (q Query) Uses(field string) bool {
	return slices.ContainsFunc(q.terms, func(t Term) bool { return t.Field == field })
}

// Words are the words and phrases that every hit contains as they are, in lower case: what a
// list may underline.
func (q Query) Words() []string {
	var words []string
	for i := range q.terms {
		if t := &q.terms[i]; t.plain() && !t.Negated {
			words = append(words, t.folded[0].text)
		}
	}
	return words
}

// plain reports whether the term is a word or phrase that stands in the entity's text.
func (t *Term) plain() bool { return t.Field == "" && !t.Fuzzy }

func (t *Term) needsFacts() bool { return t.Field == fieldStatus || t.Field == fieldIs }

// add appends what was read as a term, and turns its values to lower case once for all.
func (q *Query) add(t Term) {
	for _, value := range t.Values {
		if t.Field == "" {
			t.folded = append(t.folded, pattern{text: strings.ToLower(value)})
		} else {
			t.folded = append(t.folded, newPattern(strings.ToLower(value)))
		}
	}
	q.terms = append(q.terms, t)
}

// pattern is a value to compare with; a star at an end of it stands for anything.
type pattern struct {
	text string
	// open and tail say that anything may stand before and behind text.
	open, tail bool
}

func newPattern(value string) pattern {
	rest, open := strings.CutPrefix(value, "*")
	rest, tail := strings.CutSuffix(rest, "*")
	return pattern{text: rest, open: open, tail: tail}
}

// match compares with a value in lower case. None matches one that is empty.
func (p pattern) match(value string) bool {
	switch {
	case value == "":
		return false
	case p.open && p.tail:
		return strings.Contains(value, p.text)
	case p.open:
		return strings.HasSuffix(value, p.text)
	case p.tail:
		return strings.HasPrefix(value, p.text)
	}
	return value == p.text
}

// absent reports that the pattern asks for entities that have no value.
func (p pattern) absent() bool { return p.text == noValue && !p.open && !p.tail }

// noValue is the value that entities without one have.
const noValue = "-"
