package catalog

import (
	"slices"
	"strings"
)

// Query selects the entities that every term accepts, in the language that QueryHelp explains.
// The zero value selects all. A Query is immutable and may be shared.
type Query struct {
	terms []Term
	left  []Problem // of what is no term
}

// Term is one condition of a query.
type Term struct {
	Text    string   // the term as typed, safe to show; an open quote is closed
	Field   string   // one of QueryFields, or empty for free text
	Values  []string // alternatives, as typed, without quotes; free text has one
	Negated bool     // the term excludes what it describes
	Fuzzy   bool     // other characters may occur between those of the text

	folded  []pattern
	foreign string // an unknown field name
	// unfinished: the term is still being typed.
	unfinished bool
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

// QueryFields returns the field names in the order to show them.
func QueryFields() []string {
	return []string{fieldOwner, fieldType, fieldLifecycle, fieldNamespace, fieldTag, fieldKind, fieldSystem, fieldStatus, fieldIs}
}

// String returns the query in its shortest form, safe to show. ParseQuery of it returns the same query.
func (q Query) String() string {
	texts := make([]string, len(q.terms))
	for i := range q.terms {
		texts[i] = q.terms[i].Text
	}
	return strings.Join(texts, " ")
}

// Empty reports whether the query selects every entity.
func (q Query) Empty() bool { return len(q.terms) == 0 }

// Terms returns a copy of the terms, in the order typed.
func (q Query) Terms() []Term { return slices.Clone(q.terms) }

// Without returns the query without its i-th term.
func (q Query) Without(i int) Query {
	return Query{terms: slices.Delete(slices.Clone(q.terms), i, i+1), left: q.left}
}

// NeedsFacts reports whether the query needs Facts.
func (q Query) NeedsFacts() bool {
	return slices.ContainsFunc(q.terms, func(t Term) bool { return t.needsFacts() })
}

// Uses reports whether a term has the field.
func (q Query) Uses(field string) bool {
	return slices.ContainsFunc(q.terms, func(t Term) bool { return t.Field == field })
}

// Words returns the words and phrases in lower case that every hit contains, for highlighting.
func (q Query) Words() []string {
	var words []string
	for i := range q.terms {
		if t := &q.terms[i]; t.plain() && !t.Negated {
			words = append(words, t.folded[0].text)
		}
	}
	return words
}

func (t *Term) plain() bool { return t.Field == "" && !t.Fuzzy }

func (t *Term) needsFacts() bool { return t.Field == fieldStatus || t.Field == fieldIs }

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

// pattern is a value to compare with; stars at its ends match anything.
type pattern struct {
	text string
	// open: anything may precede text; tail: anything may follow.
	open, tail bool
}

func newPattern(value string) pattern {
	rest, open := strings.CutPrefix(value, "*")
	rest, tail := strings.CutSuffix(rest, "*")
	return pattern{text: rest, open: open, tail: tail}
}

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

func (p pattern) absent() bool { return p.text == noValue && !p.open && !p.tail }

const noValue = "-"
