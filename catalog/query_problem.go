package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// ProblemKind is what is wrong with a part of a query.
type ProblemKind int

// The kinds of problems.
const (
	UnknownField ProblemKind = iota // searched as text
	UnknownValue                    // matches nothing
	NoValue                         // left out
	NoText                          // left out
	TooLong                         // the end is left out
)

// Problem is a part of a query that may not mean what its writer meant. A query with one selects
// more or less than it seems to, so nothing may act on all that it selects.
type Problem struct {
	Kind       ProblemKind
	Term       string   // the term as typed, safe to show
	Field      string   // the field, or what was typed as one
	Value      string   // the unknown value
	Known      []string // what could stand there
	Suggestion string   // the nearest of these, or empty
	At         int      // index in Terms; -1 if the term is left out
	Unfinished bool     // the term is still being typed
}

// String names what is wrong and what to write instead.
func (p Problem) String() string {
	instead := "it takes " + strings.Join(p.Known, ", ")
	if p.Suggestion != "" {
		instead = "did you mean " + p.Suggestion + "?"
	}
	switch p.Kind {
	case UnknownField:
		if p.Suggestion == "" {
			instead = "fields are " + strings.Join(p.Known, ", ") + "."
		}
		text := strings.ReplaceAll(strings.TrimLeft(p.Term, "!~"), `"`, "")
		return fmt.Sprintf(`unknown field %s; %s Text with a colon is quoted: "%s"`, p.Field, instead, text)
	case UnknownValue:
		return fmt.Sprintf("unknown value %s in %s; %s", p.Value, p.Term, instead)
	case NoValue:
		if len(p.Known) == 0 {
			instead = p.Field + ":" + noValue + " finds entities that have none"
		}
		return fmt.Sprintf("%s has no value; %s", p.Term, instead)
	case NoText:
		return p.Term + " has no text to look for"
	case TooLong:
	}
	return "the query is too long, and its end is left out"
}

// Problems are what is wrong with a query.
type Problems []Problem

// String joins all of them.
func (p Problems) String() string {
	words := make([]string, len(p))
	for i := range p {
		words[i] = p[i].String()
	}
	return strings.Join(words, "; ")
}

// Where returns the problems of terms that are complete, or of the one that is still being typed.
func (p Problems) Where(unfinished bool) Problems {
	return slices.DeleteFunc(slices.Clone(p), func(p Problem) bool { return p.Unfinished != unfinished })
}

// Problems returns what is likely a mistake, each once. kinds are those of the list; Backstage's own are
// known anyway.
func (q Query) Problems(kinds ...string) Problems {
	var problems Problems
	add := func(p Problem) {
		if !slices.ContainsFunc(problems, func(o Problem) bool { return o.String() == p.String() }) {
			problems = append(problems, p)
		}
	}
	for i := range q.terms {
		t := &q.terms[i]
		if t.foreign != "" {
			add(Problem{Kind: UnknownField, Term: t.Text, Field: t.foreign, Known: QueryFields(),
				Suggestion: nearestField(t.foreign), At: i, Unfinished: t.unfinished})
		}
		known := knownValues(t.Field, kinds)
		for j, value := range t.folded {
			if known != nil && !t.knows(value, known) {
				add(Problem{Kind: UnknownValue, Term: t.Text, Field: t.Field, Value: t.Values[j], Known: known,
					Suggestion: nearest(value.text, known), At: i, Unfinished: t.unfinished})
			}
		}
	}
	for _, p := range q.left {
		p.Known = knownValues(p.Field, kinds)
		add(p)
	}
	return problems
}

// knownValues returns the values that a field can have; nil if any.
func knownValues(field string, kinds []string) []string {
	if field != fieldKind {
		return QueryValues(field)
	}
	known := StandardKinds()
	for _, kind := range kinds {
		if kind = strings.ToLower(kind); !slices.Contains(known, kind) {
			known = append(known, kind)
		}
	}
	return known
}

func (t *Term) knows(value pattern, known []string) bool {
	if t.needsFacts() {
		return slices.ContainsFunc(known, value.begins)
	}
	return value.absent() || slices.ContainsFunc(known, value.match)
}

// nearestField also knows fields by the names of their columns.
func nearestField(name string) string {
	fields := QueryFields()
	if field := nearest(name, fields); field != "" {
		return field
	}
	for _, field := range fields {
		if column := QueryColumn(field).String(); mistakes(strings.ToLower(name), column, typos(name)) <= typos(name) {
			return field
		}
	}
	return ""
}

// leftOut is the problem of a term without a value to search for.
func leftOut(t Term) Problem {
	p := Problem{Kind: NoText, Term: t.Text, At: -1, Unfinished: t.unfinished}
	if t.Field != "" {
		p.Kind, p.Field = NoValue, t.Field
	}
	return p
}
