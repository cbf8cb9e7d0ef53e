package catalog

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// matcher is a query made ready for many rows. It belongs to one goroutine.
type matcher struct {
	// words must occur, the longest one first, since that is most likely the rarest; absent
	// must not.
	words, absent []*word
	// columns are the terms about values that rows share, entities those that look at the
	// entity otherwise, facts those that ask for facts.
	columns         []columnTerm
	entities, facts []*Term
}

// word is a text that is searched for.
type word struct {
	needle
	// needles are what an index of words is asked for it; exact says that this is all of it.
	needles []needle
	exact   bool
	// owners keeps which owners hold the word: many do where it looks like a name.
	owners verdicts
}

func newWord(text string) *word {
	w := &word{needle: newNeedle([]byte(text))}
	w.needles, w.exact = newNeedles(w.text)
	return w
}

// inRow reports whether a row holds the word.
func (w *word) inRow(r *rows, row int) bool {
	id := r.id(row, dictOwner)
	owner := w.owners.of(id, r, dictOwner)
	if *owner == unasked {
		*owner = refused
		if strings.Contains(r.values[dictOwner].folded[id], string(w.text)) {
			*owner = accepted
		}
	}
	return *owner == accepted || w.in(r.rowText(row))
}

// columnTerm is a term about a dictionary's column; known keeps what it says of each value.
type columnTerm struct {
	*Term
	column int
	known  verdicts
}

type verdict uint8

const (
	unasked verdict = iota
	accepted
	refused
)

// verdicts are what is known of the values of a dictionary, by their numbers.
type verdicts []verdict

func (v *verdicts) of(id uint32, r *rows, column int) *verdict {
	if int(id) >= len(*v) {
		*v = append(*v, make([]verdict, len(r.values[column].plain)-len(*v))...)
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

// dictionary is the dictionary of the values that a term is about, if there is one.
func (t *Term) dictionary() (int, bool) {
	switch t.Field {
	case fieldOwner:
		return dictOwner, true
	case fieldSystem:
		return dictSystem, true
	case fieldType:
		return dictType, true
	case fieldLifecycle:
		return dictLifecycle, true
	case fieldKind:
		return dictKind, true
	case fieldNamespace:
		return dictNamespace, true
	}
	return 0, false
}

// matchRow tests a row, of the words only those given.
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

// matchText tests words, and those that must be absent, on an entity's searchable text.
func (m *matcher) matchText(text []byte) bool {
	holds := func(w *word) bool { return w.in(text) }
	return !slices.ContainsFunc(m.absent, holds) && !slices.ContainsFunc(m.words, func(w *word) bool { return !holds(w) })
}

// matchRow tests a row's value, each different one once.
func (t *columnTerm) matchRow(r *rows, row int) bool {
	id := r.id(row, t.column)
	known := t.known.of(id, r, t.column)
	if *known == unasked {
		*known = refused
		if t.matchShared(r.values[t.column].folded[id]) != t.Negated {
			*known = accepted
		}
	}
	return *known == accepted
}

// matchShared tests the value of a dictionary's column, in lower case.
func (t *Term) matchShared(value string) bool {
	switch t.Field {
	case fieldOwner, fieldSystem:
		return t.matchRef(value)
	case fieldNamespace:
		return t.matchValue(cmp.Or(value, DefaultNamespace))
	}
	return t.matchValue(value)
}

// matchText tests a term that is neither about words nor about a dictionary's column on a row.
func (t *Term) matchText(r *rows, row int) bool {
	if r.torn(row) {
		return t.matchField(r.oddAt(row))
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

// matchEntity tests the terms that look at single fields.
func (m *matcher) matchEntity(e *Entity) bool {
	shared := e.shared()
	for i := range m.columns {
		if t := &m.columns[i]; t.matchShared(strings.ToLower(shared[t.column])) == t.Negated {
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

// matchField is matchText on an entity.
func (t *Term) matchField(e *Entity) bool {
	if t.Fuzzy {
		return fuzzy(t.folded[0].text, []byte(strings.ToLower(e.Name))) || fuzzy(t.folded[0].text, []byte(strings.ToLower(e.Title)))
	}
	return t.matchTags(e.Tags)
}

// matchValue reports whether one of the term's values fits, which is in lower case.
func (t *Term) matchValue(value string) bool {
	for _, p := range t.folded {
		if p.match(value) || value == "" && p.absent() {
			return true
		}
	}
	return false
}

// matchRef is matchValue for what names another entity, whose last part is enough: the name
// of "group:default/team-pay" is what lists show and people say.
func (t *Term) matchRef(ref string) bool {
	if t.matchValue(ref) {
		return true
	}
	last := ref[strings.LastIndexAny(ref, "/:")+1:]
	return last != "" && t.matchValue(last)
}

// matchTags is matchValue for one of several values; a tag that is empty is none.
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

// matchFact reports whether the facts of a row are as the term describes them.
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

// begins is match for one of a few known words, of which the beginning is enough: a list that
// follows each key narrows and does not flash to nothing while the word is being typed.
func (p pattern) begins(word string) bool {
	return p.match(word) || !p.open && strings.HasPrefix(word, p.text)
}

// fuzzy reports whether the characters of a text occur in this order, both in lower case.
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
