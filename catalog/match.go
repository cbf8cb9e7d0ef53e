package catalog

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// matcher is a query made ready for many rows: what is cheap to test comes first.
type matcher struct {
	// lead is a text that stands in the searchable text of every hit. The longest one is
	// most likely the rarest, so it leads from hit to hit and the rest is tested on those
	// rows alone. Empty where there is none.
	lead []byte
	// words must occur besides lead, absent must not.
	words, absent [][]byte
	// fields are the terms that look at the entity, facts those that ask for facts.
	fields, facts []*Term
}

func newMatcher(q Query) matcher {
	var m matcher
	lead := -1
	for i := range q.terms {
		if t := &q.terms[i]; t.plain() && !t.Negated && len(t.folded[0].text) > len(m.lead) {
			m.lead, lead = []byte(t.folded[0].text), i
		}
	}
	for i := range q.terms {
		switch t := &q.terms[i]; {
		case t.needsFacts():
			m.facts = append(m.facts, t)
		case !t.plain():
			m.fields = append(m.fields, t)
		case t.Negated:
			m.absent = append(m.absent, []byte(t.folded[0].text))
		case i != lead:
			m.words = append(m.words, []byte(t.folded[0].text))
		}
	}
	return m
}

// matchRow tests a row whose text holds lead.
func (m *matcher) matchRow(s *Snapshot, row int, f Facts) bool {
	if len(m.words)+len(m.absent) > 0 && !m.matchText(s.text.text[s.text.start(row):s.text.ends[row]]) {
		return false
	}
	if len(m.fields) > 0 && !m.matchEntity(s.rows.at(row)) {
		return false
	}
	for _, t := range m.facts {
		if t.matchFact(row, f) == t.Negated {
			return false
		}
	}
	return true
}

// matchText tests the words on an entity's searchable text.
func (m *matcher) matchText(text []byte) bool {
	for _, word := range m.words {
		if !bytes.Contains(text, word) {
			return false
		}
	}
	for _, word := range m.absent {
		if bytes.Contains(text, word) {
			return false
		}
	}
	return true
}

// matchEntity tests the terms that look at single fields.
func (m *matcher) matchEntity(e *Entity) bool {
	for _, t := range m.fields {
		if t.matchField(e) == t.Negated {
			return false
		}
	}
	return true
}

// matchField says whether the entity is as the term describes it.
func (t *Term) matchField(e *Entity) bool {
	switch t.Field {
	case "":
		return fuzzy(t.folded[0].text, e.Name) || fuzzy(t.folded[0].text, e.Title)
	case fieldOwner:
		return t.matchRef(e.Owner)
	case fieldSystem:
		return t.matchRef(e.System)
	case fieldType:
		return t.matchValue(strings.ToLower(e.Type))
	case fieldLifecycle:
		return t.matchValue(strings.ToLower(e.Lifecycle))
	case fieldKind:
		return t.matchValue(strings.ToLower(e.Kind))
	case fieldNamespace:
		if e.Namespace == "" {
			return t.matchValue(DefaultNamespace)
		}
		return t.matchValue(strings.ToLower(e.Namespace))
	case fieldTag:
		return t.matchTags(e.Tags)
	}
	return false
}

// matchValue says whether one of the term's values fits, which is in lower case.
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
	ref = strings.ToLower(ref)
	if t.matchValue(ref) {
		return true
	}
	last := ref[strings.LastIndexAny(ref, "/:")+1:]
	return last != "" && t.matchValue(last)
}

func (t *Term) matchTags(tags []string) bool {
	if len(tags) == 0 {
		return t.matchValue("")
	}
	return slices.ContainsFunc(tags, func(tag string) bool { return t.matchValue(strings.ToLower(tag)) })
}

// matchFact says whether the facts of a row are as the term describes them.
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

// fuzzy says whether the characters of a text in lower case occur in this order.
func fuzzy(text, in string) bool {
	in = strings.ToLower(in)
	for _, r := range text {
		at := strings.IndexRune(in, r)
		if at < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(in[at:])
		in = in[at+size:]
	}
	return true
}
