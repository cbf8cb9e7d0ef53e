package catalog

import (
	"slices"
	"strings"
	"unicode"

	"conviso-importer/internal/safetext"
)

// ParseQuery reads a query as a user types it. Any text is a query; Problems says what of it
// may not have been meant so.
func ParseQuery(text string) Query {
	q, _ := parseQuery(text)
	return q
}

// ParseTyped is ParseQuery for a text that is still being typed: of a field's value at its
// end the beginning is enough, as if a star stood there, so that a list which follows each key
// narrows and does not flash to nothing. What is to be excluded must be there in full. It says
// whether there is such a value.
func ParseTyped(text string) (q Query, growing bool) {
	text = queryText(text)
	q, touches := parseQuery(text)
	if !touches || strings.HasSuffix(text, `"`) || strings.HasSuffix(text, ",") {
		return q, false
	}
	t := &q.terms[len(q.terms)-1]
	last := len(t.folded) - 1
	if t.Field == "" || t.Negated || t.needsFacts() || t.folded[last].tail || t.folded[last].absent() {
		return q, false
	}
	t.folded[last].tail = true
	return q, true
}

// parseQuery says besides whether the last term reaches to the end of the text.
func parseQuery(text string) (q Query, touches bool) {
	p := queryParser{rest: queryText(text)}
	cut, size := len(text) > safetext.MaxBytes, 0
	for {
		p.blanks()
		if p.rest == "" {
			break
		}
		t, finished := p.term()
		touches = finished && p.rest == ""
		if !finished {
			q.left = append(q.left, leftOut(t))
			continue
		}
		// What String makes must pass through here again, so the same bound holds for it.
		if size += len(t.Text) + 1; size > safetext.MaxBytes {
			cut, touches = true, false
			break
		}
		q.add(t)
	}
	if cut {
		q.left = append(q.left, tooLong())
	}
	return q, touches
}

// queryText makes a query safe to show and all its white space blanks. The entities' text
// went through the same, so that equal input stays equal. A combining mark on a character
// that has a meaning here is left out: the part behind it would begin with the mark.
func queryText(text string) string {
	line := safetext.Line(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, text))
	drops := true
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			if drops {
				return -1
			}
			return r
		}
		drops = strings.ContainsRune(" !~\":,*", r)
		return r
	}, line)
}

// queryParser cuts a query's text into terms.
type queryParser struct{ rest string }

func (p *queryParser) blanks() { p.rest = strings.TrimLeft(p.rest, " ") }

// cut takes a prefix away if it is there.
func (p *queryParser) cut(prefix string) bool {
	rest, ok := strings.CutPrefix(p.rest, prefix)
	p.rest = rest
	return ok
}

// until takes away and returns what stands before the first of the characters.
func (p *queryParser) until(chars string) string {
	n := strings.IndexAny(p.rest, chars)
	if n < 0 {
		n = len(p.rest)
	}
	text := p.rest[:n]
	p.rest = p.rest[n:]
	return text
}

// term reads one term. Where nothing is left to look for it is not finished: its text alone
// is set.
func (p *queryParser) term() (Term, bool) {
	var t Term
	if t.Negated = p.cut("!"); t.Negated {
		t.Text = "!"
	}
	if t.Fuzzy = p.cut("~"); t.Fuzzy {
		t.Text += "~"
	}
	if p.cut(`"`) {
		phrase := p.quoted()
		t.Text += `"` + phrase + `"`
		t.Values = []string{phrase}
		return t, phrase != ""
	}
	if name := fieldName(p.rest); name != "" && !t.Fuzzy {
		return p.field(t, name)
	}
	word := p.until(" ")
	t.Text += word
	t.Values = []string{word}
	return t, word != ""
}

// quoted reads the rest of a quoted text, whose end is the text's end if need be.
func (p *queryParser) quoted() string {
	text := p.until(`"`)
	p.cut(`"`)
	return text
}

// fieldName returns the letters that stand before a colon, if this is how the text begins. An
// address on the web does not count.
func fieldName(text string) string {
	name, rest, found := strings.Cut(text, ":")
	if !found || strings.HasPrefix(rest, "//") || strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	}) {
		return ""
	}
	return name
}

// field reads a field with its values. Another word with a colon is read the same way, so
// that a slip in the name does not change where the term ends, and is then taken as text.
func (p *queryParser) field(t Term, name string) (Term, bool) {
	p.rest = p.rest[len(name)+1:]
	text := name + ":"
	for {
		var value string
		if p.cut(`"`) {
			value = p.quoted()
			text += `"` + value + `"`
		} else {
			value = p.until(", ")
			text += value
		}
		if value != "" {
			t.Values = append(t.Values, value)
		}
		if !p.cut(",") {
			break
		}
		text += ","
	}
	t.Text += text
	if field := strings.ToLower(name); slices.Contains(QueryFields(), field) {
		t.Field = field
		return t, len(t.Values) > 0
	}
	t.foreign, t.Values = name+":", []string{text}
	return t, true
}
