package catalog

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// matcher is a query prepared for many rows. It is not safe for concurrent use.
type matcher struct {
	// words must occur, the longest (probably rarest) first; absent must not.
	words, absent []*word
	// columns compare dictionary values, entities other fields, facts need Facts.
	columns         []columnTerm
	entities, facts []*Term
}

type word struct {
	needle
	needles []needle // what to look up in a wordIndex; exact means that they suffice
	exact   bool
	// owners caches which owners contain the word, as most do if it looks like a name.
	owners matchCache
}

func newWord(text string) *word {
	w := &word{needle: newNeedle([]byte(text))}
	w.needles, w.exact = newNeedles(w.text)
	return w
}

func (w *word) inRow(r *rows, row int) bool {
	id := r.id(row, dictOwner)
	owner := w.owners.of(id, r, dictOwner)
	if *owner == unknown {
		*owner = differs
		if strings.Contains(r.values[dictOwner].folded[id], string(w.text)) {
			*owner = matches
		}
	}
	return *owner == matches || w.in(r.rowText(row))
}

// columnTerm is a term on a dictionary column; known caches its result for each value.
type columnTerm struct {
	*Term
	column int
	known  matchCache
}

type matchState uint8

const (
	unknown matchState = iota
	matches
	differs
)

// matchCache caches results by a value's id.
type matchCache []matchState

func (v *matchCache) of(id uint32, r *rows, column int) *matchState {
	if int(id) >= len(*v) {
		*v = append(*v, make([]matchState, len(r.values[column].plain)-len(*v))...)
	}
	return &(*v)[id]
}

func newMatcher(q Query) matcher {
	var m matcher
	for i := range q.terms {
		t := &q.terms[i]
		column, shared := t.dictionary()
		switch {
		case t.needsFacts():
			m.facts = append(m.facts, t)
		case shared:
			m.columns = append(m.columns, columnTerm{Term: t, column: column})
		case !t.plain():
			m.entities = append(m.entities, t)
		case t.Negated:
			m.absent = append(m.absent, newWord(t.folded[0].text))
		default:
			m.words = append(m.words, newWord(t.folded[0].text))
		}
	}
	slices.SortStableFunc(m.words, func(a, b *word) int { return len(b.text) - len(a.text) })
	return m
}

// dictionary returns the dictionary of the term's field, if any.
func (t *Term) dictionary() (int, bool) {
	if t.Field == "" || t.needsFacts() {
		return 0, false
	}
	return QueryColumn(t.Field).dictionary()
}

func (m *matcher) matchRow(r *rows, row int, words []*word, f Facts) bool {
	for i := range m.columns {
		if !m.columns[i].matchRow(r, row) {
			return false
		}
	}
	for _, w := range words {
		if !w.inRow(r, row) {
			return false
		}
	}
	for _, w := range m.absent {
		if w.inRow(r, row) {
			return false
		}
	}
	for _, t := range m.entities {
		if t.matchText(r, row) == t.Negated {
			return false
		}
	}
	for _, t := range m.facts {
		if t.matchFact(row, f) == t.Negated {
			return false
		}
	}
	return true
}

func (m *matcher) matchText(text []byte) bool {
	holds := func(w *word) bool { return w.in(text) }
	return !slices.ContainsFunc(m.absent, holds) && !slices.ContainsFunc(m.words, func(w *word) bool { return !holds(w) })
}

func (t *columnTerm) matchRow(r *rows, row int) bool {
	id := r.id(row, t.column)
	known := t.known.of(id, r, t.column)
	if *known == unknown {
		*known = differs
		if t.matchShared(r.values[t.column].folded[id], r.values[t.column].scopes[id]) != t.Negated {
			*known = matches
		}
	}
	return *known == matches
}

func (t *Term) matchShared(value, scope string) bool {
	switch t.Field {
	case fieldOwner, fieldSystem:
		return slices.ContainsFunc(refForms(value, scope, QueryColumn(t.Field).refers()), t.matchValue)
	case fieldNamespace:
		return t.matchValue(cmp.Or(value, DefaultNamespace))
	}
	return t.matchValue(value)
}

// matchText tests a term that needs neither words nor a dictionary.
func (t *Term) matchText(r *rows, row int) bool {
	if r.hasSeparator(row) {
		return t.matchField(r.irregularAt(row))
	}
	text := r.rowText(row)
	if t.Fuzzy {
		return fuzzy(t.folded[0].text, part(text, partName)) || fuzzy(t.folded[0].text, part(text, partTitle))
	}
	none := true
	for tag := range bytes.SplitSeq(tagText(text), []byte{separator}) {
		if len(tag) == 0 {
			continue
		}
		if t.matchValue(string(tag)) {
			return true
		}
		none = false
	}
	return none && t.matchValue("")
}

func (m *matcher) matchEntity(e *Entity) bool {
	shared := e.shared()
	for i := range m.columns {
		t := &m.columns[i]
		value := shared[t.column]
		if t.matchShared(strings.ToLower(value), scopeOf(t.column, value, e.Namespace)) == t.Negated {
			return false
		}
	}
	for _, t := range m.entities {
		if t.matchField(e) == t.Negated {
			return false
		}
	}
	return true
}

func (t *Term) matchField(e *Entity) bool {
	if t.Fuzzy {
		return fuzzy(t.folded[0].text, []byte(strings.ToLower(e.Name))) || fuzzy(t.folded[0].text, []byte(strings.ToLower(e.Title)))
	}
	return t.matchTags(e.Tags)
}

// matchValue reports whether a lower-case value matches any of the term's values.
func (t *Term) matchValue(value string) bool {
	for _, p := range t.folded {
		if p.match(value) || value == "" && p.absent() {
			return true
		}
	}
	return false
}

// matchTags is matchValue for any of several values; empty tags do not count.
func (t *Term) matchTags(tags []string) bool {
	none := true
	for _, tag := range tags {
		if tag == "" {
			continue
		}
		if t.matchValue(strings.ToLower(tag)) {
			return true
		}
		none = false
	}
	return none && t.matchValue("")
}

func (t *Term) matchFact(row int, f Facts) bool {
	if t.Field == fieldIs {
		return slices.ContainsFunc(t.folded, func(p pattern) bool { return p.begins(selectedWord) }) && f.Selected(row)
	}
	status := f.Status(row)
	for _, p := range t.folded {
		if p.begins(status) || p.begins(pendingWord) && slices.Contains(pendingWords(), status) {
			return true
		}
	}
	return false
}

// begins is for the prefix of a fixed word, so that the list does not turn empty while it is typed.
func (p pattern) begins(word string) bool {
	return p.match(word) || !p.open && strings.HasPrefix(word, p.text)
}

// fuzzy reports whether the characters of text occur in this order; both are in lower case.
func fuzzy(text string, in []byte) bool {
	for _, r := range text {
		at := bytes.IndexRune(in, r)
		if at < 0 {
			return false
		}
		_, size := utf8.DecodeRune(in[at:])
		in = in[at+size:]
	}
	return true
}
